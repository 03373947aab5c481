import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { DEFAULT_JSON_LIMITS, parseJson, type JsonLimits, type JsonObject, type JsonValue } from "./json.ts";
import { decodeUtf8 } from "./utf8.ts";

const ASCII = /^[\u0000-\u007f]*$/;

/** One way to write a JSON value, and with that one way to read it. */
interface Form {
  readonly indent: string | undefined;
  /** What becomes of the text that RFC 8785 and the indent give. */
  readonly finish: (text: string) => string;
}

/** RFC 8785 without a final newline: the bytes of statements, roots and envelopes (trust-spec section 2). */
const CANONICAL: Form = { indent: undefined, finish: (text) => text };

/** The bytes of packaged documents: RFC 8785 key order, indent 2, `\uXXXX` for all that is not ASCII, one LF. */
const PACKAGED: Form = { indent: "  ", finish: (text) => `${escapeNonAscii(text)}\n` };

export function canonicalJson(value: JsonValue): Uint8Array {
  return encode(value, CANONICAL);
}

export function packagedJson(value: JsonValue): Uint8Array {
  return encode(value, PACKAGED);
}

/** Strict JSON whose bytes are exactly those that `canonicalJson` would write. */
export function parseCanonicalJson(at: string, bytes: Uint8Array, limits?: JsonLimits): Parsed<JsonValue> {
  return parseAndCompare(at, bytes, CANONICAL, limits);
}

/** Strict JSON whose bytes are exactly those that `packagedJson` would write. */
export function parsePackagedJson(at: string, bytes: Uint8Array, limits?: JsonLimits): Parsed<JsonValue> {
  return parseAndCompare(at, bytes, PACKAGED, limits);
}

function parseAndCompare(
  at: string,
  bytes: Uint8Array,
  form: Form,
  limits: JsonLimits = DEFAULT_JSON_LIMITS,
): Parsed<JsonValue> {
  const sound = readSound(bytes, form, limits);
  if (sound !== undefined) return parsed(at, sound.value);
  // Something is wrong with it. The strict reader has the words and the places.
  const document = parseJson(at, bytes, limits);
  if (!document.ok) return document;
  if (!hasAsciiKeys(document.value)) return broken(at, "has a member name that is not ASCII");
  const canonical = encode(document.value, form);
  if (Buffer.compare(canonical, bytes) === 0) return document;
  return broken(
    at,
    `is not in canonical form (first difference at byte ${firstDifference(canonical, bytes)})`,
  );
}

/**
 * The value of a document in its one form, several times as fast as the strict reader; undefined for any other one. What
 * JSON.parse would pass over (a repeated member, another spelling of a number) does not survive being written again.
 */
function readSound(
  bytes: Uint8Array,
  form: Form,
  { maxBytes, maxDepth }: JsonLimits,
): { readonly value: JsonValue } | undefined {
  const text = bytes.byteLength > maxBytes ? undefined : decodeUtf8(bytes);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return adopt(value, maxDepth) && writeOrdered(value, form) === text ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a value of JSON.parse is one that the strict reader would give: depth, whole numbers, whole characters, members
 * in order with ASCII names. Takes the prototype off its objects on the way.
 */
function adopt(value: JsonValue, depthLeft: number): boolean {
  if (depthLeft < 0) return false;
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (Array.isArray(value)) return (value as JsonValue[]).every((item) => adopt(item, depthLeft - 1));
  if (!isObject(value)) return true;
  Object.setPrototypeOf(value, null);
  return (
    areInOrder(Object.keys(value)) &&
    Object.entries(value).every(([name, member]) => ASCII.test(name) && adopt(member, depthLeft - 1))
  );
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.byteLength, b.byteLength);
  for (let offset = 0; offset < shorter; offset += 1) if (a[offset] !== b[offset]) return offset;
  return shorter;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasAsciiKeys(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.every(hasAsciiKeys);
  if (!isObject(value)) return true;
  return Object.entries(value).every(([name, member]) => ASCII.test(name) && hasAsciiKeys(member));
}

function encode(value: JsonValue, form: Form): Uint8Array {
  return Buffer.from(written(value, form), "utf8");
}

function written(value: JsonValue, form: Form): string {
  const ordered = inOrder(value);
  return ordered === undefined ? form.finish(write(value, form.indent, "")) : writeOrdered(ordered, form);
}

function writeOrdered(value: JsonValue, { indent, finish }: Form): string {
  return finish(JSON.stringify(value, null, indent));
}

/** The value with all members in order; undefined when an object cannot hold that order, or a number cannot be written. */
function inOrder(value: JsonValue): JsonValue | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (Array.isArray(value)) return whole((value as readonly JsonValue[]).map(inOrder));
  if (!isObject(value)) return value;
  const names = Object.keys(value);
  const sorted = areInOrder(names) ? names : names.toSorted();
  const members = Object.fromEntries(sorted.map((name) => [name, inOrder(value[name] ?? null)]));
  return areInOrder(Object.keys(members)) && whole(Object.values(members)) !== undefined
    ? (members as JsonObject)
    : undefined;
}

function whole(items: readonly (JsonValue | undefined)[]): readonly JsonValue[] | undefined {
  return items.includes(undefined) ? undefined : (items as readonly JsonValue[]);
}

/** By code unit (RFC 8785 section 3.2.3). Names that look like an index of a list come first, whatever was written. */
function areInOrder(names: readonly string[]): boolean {
  return names.every((name, index) => index === 0 || (names[index - 1] ?? "") < name);
}

function write(value: JsonValue, indent: string | undefined, margin: string): string {
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) => write(item, indent, margin + (indent ?? "")));
    return wrap("[", items, "]", indent, margin);
  }
  if (!isObject(value)) return writeScalar(value as null | boolean | number | string);
  const colon = indent === undefined ? ":" : ": ";
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => JSON.stringify(name) + colon + write(member, indent, margin + (indent ?? "")));
  return wrap("{", members, "}", indent, margin);
}

function writeScalar(value: null | boolean | number | string): string {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new RangeError("canonical JSON holds integers within 2^53-1 only");
  }
  return Object.is(value, -0) ? "0" : JSON.stringify(value);
}

function wrap(
  open: string,
  items: readonly string[],
  close: string,
  indent: string | undefined,
  margin: string,
): string {
  if (indent === undefined || items.length === 0) return open + items.join(",") + close;
  return `${open}\n${items.map((item) => margin + indent + item).join(",\n")}\n${margin}${close}`;
}

function escapeNonAscii(text: string): string {
  // Code units, not code points: a character beyond the BMP becomes two escapes, as JSON has it.
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
