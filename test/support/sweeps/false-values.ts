import type { JsonValue } from "../../../src/formats/json.ts";

/** A document that is as well formed as before and says one thing that is not so. */
export interface FalseValue {
  /** Place without list positions, for example `targets[].install_path`. */
  readonly place: string;
  /** For example `emptied`. */
  readonly how: string;
  readonly value: JsonValue;
}

type Rebuild = (changed: JsonValue) => JsonValue;

/** Every scalar replaced by others of its kind, every list made shorter, longer, empty and disordered. */
export function* falseValues(
  value: JsonValue,
  place = "",
  rebuild: Rebuild = (changed) => changed,
): Iterable<FalseValue> {
  for (const [how, other] of othersOf(value)) {
    yield { place, how, value: rebuild(other) };
  }
  if (isList(value)) {
    for (const [index, item] of value.entries()) {
      yield* falseValues(item, `${place}[]`, (changed) => rebuild(value.with(index, changed)));
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      const at = place === "" ? name : `${place}.${name}`;
      yield* falseValues(member, at, (changed) => rebuild({ ...value, [name]: changed }));
    }
  }
}

function othersOf(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (typeof value === "string") return otherTexts(value);
  if (typeof value === "boolean") return [["negated", !value]];
  if (typeof value === "number") {
    return [
      ["plus 1", value + 1],
      ["minus 1", value - 1],
      ["zero", 0],
    ].filter(([, other]) => other !== value) as [string, number][];
  }
  return isList(value) ? otherLists(value) : [];
}

function otherTexts(text: string): readonly (readonly [string, JsonValue])[] {
  const last = [...text.matchAll(/[0-9a-zA-Z]/g)].at(-1);
  const first = /[0-9a-zA-Z]/.exec(text);
  return [
    ["emptied", ""],
    ...(first === null ? [] : [["turned at its start", turned(text, first.index)] as const]),
    ...(last === undefined ? [] : [["turned at its end", turned(text, last.index)] as const]),
  ].filter(([, other]) => other !== text) as [string, string][];
}

/** Another letter for a letter, another digit for a digit; hex stays hex. */
function turned(text: string, index: number): string {
  const character = text[index] ?? "";
  const other = /[0-9]/.test(character)
    ? String((Number(character) + 1) % 10)
    : ({ a: "b", b: "c", c: "d", d: "e", e: "f", f: "a" }[character] ?? (character === "z" ? "y" : "z"));
  return text.slice(0, index) + other + text.slice(index + 1);
}

function otherLists(items: readonly JsonValue[]): readonly (readonly [string, JsonValue])[] {
  const [first, second] = items;
  if (first === undefined) return [];
  return [
    ["emptied", []],
    ["without its first", items.slice(1)],
    ...(items.length > 1 ? [["without its last", items.slice(0, -1)] as const] : []),
    ["with its first twice", [first, ...items]],
    ...(second === undefined ? [] : [["disordered", [second, first, ...items.slice(2)]] as const]),
  ];
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
