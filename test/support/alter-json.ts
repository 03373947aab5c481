/** The value at a path like `subject.0.name`; undefined when there is none. */
export function memberOf(json: unknown, path: string): unknown {
  return path.split(".").reduce((value: unknown, name) => record(value)[name], json);
}

/** A copy with the value at the path replaced, or removed when it is undefined. Lists stay lists. */
export function withMember(json: unknown, path: string, value: unknown): object {
  const [name = "", ...rest] = path.split(".");
  const members = record(json);
  const member = rest.length === 0 ? value : withMember(members[name], rest.join("."), value);
  if (Array.isArray(json)) {
    const items = json as readonly unknown[];
    return name === `${items.length}` ? [...items, member] : items.with(Number(name), member);
  }
  const { [name]: _replaced, ...others } = members;
  return member === undefined ? others : { ...others, [name]: member };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
