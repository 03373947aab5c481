import type { JsonValue } from "../../src/formats/json.ts";

/** One document that is wrong in one place. */
export interface Mutation {
  /** For example `remove zip.level`. */
  readonly title: string;
  /** The member that is wrong. */
  readonly member: string;
  readonly bytes: Uint8Array;
}

export interface SweepOptions {
  readonly encode: (value: JsonValue) => Uint8Array;
  /** Members that may be absent, by name. */
  readonly optional?: readonly string[];
  /** Places whose members are free (maps). */
  readonly maps?: RegExp;
}

/**
 * Every member of a document removed, retyped and duplicated, and an unknown member in every object; lists are swept in
 * their first and last item. Each result is encoded canonically, so that only the one mistake is left.
 */
export function mutationsOf(bytes: Uint8Array, options: SweepOptions): readonly Mutation[] {
  const document = JSON.parse(Buffer.from(bytes).toString("utf8")) as JsonValue;
  return [...sweep(document, "", (changed) => changed, options)].map(({ title, member, value, twice }) => ({
    title,
    member,
    bytes: twice ? withTwin(options.encode(value), member) : options.encode(value),
  }));
}

interface Change {
  readonly title: string;
  readonly member: string;
  readonly value: JsonValue;
  readonly twice?: true;
}

type Rebuild = (changed: JsonValue) => JsonValue;
type Members = { readonly [name: string]: JsonValue };

function* sweep(value: JsonValue, at: string, rebuild: Rebuild, options: SweepOptions): Iterable<Change> {
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    for (const index of new Set([0, items.length - 1])) {
      const item = items[index];
      if (item === undefined) continue;
      yield* sweep(item, `${at}[${index}]`, (changed) => rebuild(items.with(index, changed)), options);
    }
  } else if (typeof value === "object" && value !== null) {
    yield* sweepMembers(value as Members, at, rebuild, options);
  }
}

function* sweepMembers(
  object: Members,
  at: string,
  rebuild: Rebuild,
  options: SweepOptions,
): Iterable<Change> {
  if (options.maps?.test(at) === true) return;
  yield { title: `add ${at}.unheardOf`, member: "unheardOf", value: rebuild({ ...object, unheardOf: 1 }) };
  for (const [member, value] of Object.entries(object)) {
    const place = at === "" ? member : `${at}.${member}`;
    const { [member]: _removed, ...rest } = object;
    if (options.optional?.includes(member) !== true)
      yield { title: `remove ${place}`, member, value: rebuild(rest) };
    yield { title: `retype ${place}`, member, value: rebuild({ ...object, [member]: retyped(value) }) };
    if (at === "") yield { title: `repeat ${place}`, member, value: rebuild(object), twice: true };
    yield* sweep(value, place, (changed) => rebuild({ ...object, [member]: changed }), options);
  }
}

function retyped(value: JsonValue): JsonValue {
  if (value === null) return false;
  if (typeof value === "string") return 7;
  if (typeof value === "object") return "x";
  return String(value);
}

function withTwin(bytes: Uint8Array, member: string): Uint8Array {
  const text = Buffer.from(bytes).toString("utf8");
  return Buffer.from(text.replace(`"${member}":`, `"${member}":0,"${member}":`), "utf8");
}
