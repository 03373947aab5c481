import { parseJson, type JsonLimits, type JsonObject, type JsonValue } from "./json.ts";
import { broken, type Parsed } from "../model/parsed.ts";

const ASCII = /^[\u0000-\u007f]*$/;

/** RFC 8785 without a final newline: the bytes of statements, roots and envelopes (trust-spec section 2). */
export function canonicalJson(value: JsonValue): Uint8Array {
  return Buffer.from(write(value, undefined, ""), "utf8");
}

/** The bytes of packaged documents: RFC 8785 key order, indent 2, `\uXXXX` for all that is not ASCII, one LF. */
export function packagedJson(value: JsonValue): Uint8Array {
  return Buffer.from(`${escapeNonAscii(write(value, "  ", ""))}\n`, "utf8");
}

/** Strict JSON whose bytes are exactly those that `canonicalJson` would write. */
export function parseCanonicalJson(at: string, bytes: Uint8Array, limits?: JsonLimits): Parsed<JsonValue> {
  return parseAndCompare(at, bytes, canonicalJson, limits);
}

/** Strict JSON whose bytes are exactly those that `packagedJson` would write. */
export function parsePackagedJson(at: string, bytes: Uint8Array, limits?: JsonLimits): Parsed<JsonValue> {
  return parseAndCompare(at, bytes, packagedJson, limits);
}

function parseAndCompare(
  at: string,
  bytes: Uint8Array,
  encode: (value: JsonValue) => Uint8Array,
  limits?: JsonLimits,
): Parsed<JsonValue> {
  const document = parseJson(at, bytes, limits);
  if (!document.ok) return document;
  if (!hasAsciiKeys(document.value)) return broken(at, "has a member name that is not ASCII");
  const canonical = encode(document.value);
  if (Buffer.compare(canonical, bytes) === 0) return document;
  return broken(
    at,
    `is not in canonical form (first difference at byte ${firstDifference(canonical, bytes)})`,
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
