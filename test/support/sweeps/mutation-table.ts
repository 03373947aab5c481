import type { JsonValue } from "../../../src/formats/json.ts";

/** What is done to one member of a document; a member is a named one of an object or an item of a list. */
export const MUTATIONS = ["removed", "wrong value", "wrong type", "unknown sibling", "duplicated"] as const;

export interface TableRow {
  readonly mutation: (typeof MUTATIONS)[number];
  /** For example `roles.release[0].threshold`. */
  readonly place: string;
  readonly how: string;
  readonly bytes: Uint8Array;
}

export interface TableOptions {
  /** RFC 8785 or a packaged document. */
  readonly encode: (value: JsonValue) => Uint8Array;
  /** Places whose members people name: one more or one fewer is no mistake of form. */
  readonly maps?: RegExp;
  /** Done to every changed document before it is encoded: a digest that is computed anew, for example. */
  readonly restate?: (document: JsonValue) => JsonValue;
}

interface Row extends Omit<TableRow, "bytes"> {
  readonly document: JsonValue;
}

type Rebuild = (changed: JsonValue) => JsonValue;
type Members = { readonly [name: string]: JsonValue };

/** Stands behind the member that it doubles in the order of the names, and becomes it in the bytes. */
const TWIN = "-twin";
const RAW_NUMBER = "@number ";
const LONG_TEXT = "x".repeat(5000);
const LONG_LIST = 5000;

/**
 * Every member of a document at every depth, mutated in every way. The rows come from a valid document alone, so a
 * member that is added to the format is swept without anybody thinking of it.
 */
export function mutationTable(document: JsonValue, options: TableOptions): readonly TableRow[] {
  const restate = options.restate ?? ((same) => same);
  return [...rowsOf(document, "", (changed) => changed, options)].map(({ document: changed, ...row }) => {
    return { ...row, bytes: literal(options.encode(restate(changed))) };
  });
}

function* rowsOf(value: JsonValue, at: string, rebuild: Rebuild, options: TableOptions): Iterable<Row> {
  if (isList(value)) {
    for (const [index, item] of value.entries()) {
      const place = `${at}[${index}]`;
      const replace: Rebuild = (changed) => rebuild(value.with(index, changed));
      const twice = rebuild(value.toSpliced(index, 0, item));
      yield { mutation: "duplicated", place, how: "", document: twice };
      yield* valueRows(item, place, replace);
      yield* rowsOf(item, place, replace, options);
    }
  } else if (typeof value === "object" && value !== null) {
    yield* memberRows(value, at, rebuild, options);
  }
}

function* memberRows(object: Members, at: string, rebuild: Rebuild, options: TableOptions): Iterable<Row> {
  const isMap = options.maps?.test(at) === true;
  const unknown = { ...object, unheardOf: 1 };
  yield { mutation: "unknown sibling", place: at, how: "unheardOf", document: rebuild(unknown) };
  for (const [member, value] of Object.entries(object)) {
    const place = at === "" ? member : `${at}.${member}`;
    const { [member]: _removed, ...rest } = object;
    const twin = { ...object, [`${member}${TWIN}`]: value };
    const replace: Rebuild = (changed) => rebuild({ ...object, [member]: changed });
    if (!isMap) yield { mutation: "removed", place, how: "", document: rebuild(rest) };
    yield { mutation: "duplicated", place, how: "", document: rebuild(twin) };
    yield* valueRows(value, place, replace);
    yield* rowsOf(value, place, replace, options);
  }
}

function* valueRows(value: JsonValue, place: string, replace: Rebuild): Iterable<Row> {
  for (const [how, other] of otherTypes(value))
    yield { mutation: "wrong type", place, how, document: replace(other) };
  for (const [how, other] of impossible(value))
    yield { mutation: "wrong value", place, how, document: replace(other) };
}

function otherTypes(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  const all: readonly (readonly [string, JsonValue])[] = [
    ["null", null],
    ["boolean", true],
    ["number", 7],
    ["string", "x"],
    ["list", []],
    ["object", {}],
  ];
  return all.filter(([kind]) => kind !== kindOf(value));
}

/** Values of the right type that no member of a strict format holds. */
function impossible(value: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (typeof value === "string") {
    return [
      ["emptied", ""],
      ["with a line end", `${value}\n`],
      ["with a letter that is not ASCII", `${value}\u00e9`],
      ["with a NUL", `${value}\u0000`],
      ["endless", value + LONG_TEXT],
    ];
  }
  if (typeof value === "number") {
    return [
      ["below zero", -1],
      ["a fraction", `${RAW_NUMBER}${value}.5`],
      ["above 2^53-1", `${RAW_NUMBER}9007199254740993`],
      ["in another form", `${RAW_NUMBER}${value}e0`],
    ];
  }
  if (!isList(value)) return [];
  return [["endless", Array.from({ length: LONG_LIST }, () => value[0] ?? "x")]];
}

function kindOf(value: JsonValue): string {
  if (value === null) return "null";
  return isList(value) ? "list" : typeof value;
}

/** What no encoder of ours writes: the same name twice, and numbers in other forms. */
function literal(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString("utf8");
  return Buffer.from(
    text.replaceAll(`${TWIN}":`, '":').replaceAll(new RegExp(`"${RAW_NUMBER}([^"]*)"`, "g"), "$1"),
    "utf8",
  );
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
