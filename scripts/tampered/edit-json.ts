import { parseJson, type JsonObject, type JsonValue } from "../../src/formats/json.ts";

export interface JsonEdits {
  readonly set?: ReadonlyMap<string, JsonValue> | undefined;
  readonly remove?: readonly string[] | undefined;
}

/** A JSON document with members set or removed, each named by its path: `predicate.builder.id`, `targets.0`. */
export function editJson(at: string, bytes: Uint8Array, { set, remove = [] }: JsonEdits): JsonValue {
  const document = parseJson(at, bytes);
  if (!document.ok) throw new Error(`${at} ${document.reason}`);
  const edited = [...(set ?? [])].reduce(
    (value, [path, replacement]) => changed(value, path.split("."), () => replacement),
    document.value,
  );
  return remove.reduce((value, path) => changed(value, path.split("."), () => undefined), edited);
}

type Change = (value: JsonValue | undefined) => JsonValue | undefined;

function changed(value: JsonValue, path: readonly string[], change: Change): JsonValue {
  const [name = "", ...rest] = path;
  if (typeof value !== "object" || value === null) throw new Error(`nothing has a member ${name}`);
  const step: Change = (member) => {
    if (rest.length === 0) return change(member);
    if (member === undefined) throw new Error(`there is no member ${name}`);
    return changed(member, rest, change);
  };
  return isList(value) ? withItem(value, Number(name), step) : withMember(value, name, step);
}

function isList(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function withItem(items: readonly JsonValue[], index: number, change: Change): JsonValue {
  const replacement = change(items[index]);
  return items.toSpliced(index, 1, ...(replacement === undefined ? [] : [replacement]));
}

function withMember(object: JsonObject, name: string, change: Change): JsonValue {
  const { [name]: member, ...others } = object;
  const replacement = change(member);
  return replacement === undefined ? others : { ...others, [name]: replacement };
}
