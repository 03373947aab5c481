import { MAX_DOCUMENT_BYTES, MAX_JSON_DEPTH } from "../model/limits.ts";
import { broken, type Parsed } from "../model/parsed.ts";
import { packagedJson, parsePackagedJson } from "./canonical-json.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { memberPlace, readShape, type Shape } from "./shape.ts";

/** One document format: the shape of what varies, and the one JSON value that a typed value stands for. */
export interface DocumentFormat<T> {
  readonly shape: Shape<T>;
  readonly toJson: (value: T) => JsonValue;
}

export function writePackagedDocument<T>(format: DocumentFormat<T>, value: T): Uint8Array {
  return packagedJson(format.toJson(value));
}

/**
 * Reads canonical packaged JSON. The shape reads what varies; then the document must be exactly what `toJson` makes of
 * it, so that constants, derived members, the order of lists and the absence of unknown members are all demanded once.
 */
export function parsePackagedDocument<T>(
  format: DocumentFormat<T>,
  at: string,
  bytes: Uint8Array,
  maxBytes: number = MAX_DOCUMENT_BYTES,
): Parsed<T> {
  return readDocument(format, parsePackagedJson(at, bytes, { maxBytes, maxDepth: MAX_JSON_DEPTH }));
}

/** The same for a document that was read by other rules (RFC 8785 statements). */
export function readDocument<T>(format: DocumentFormat<T>, document: Parsed<JsonValue>): Parsed<T> {
  const value = readShape(document, format.shape);
  if (!value.ok || !document.ok) return value;
  const difference = firstDifference(document.value, format.toJson(value.value), "");
  return difference === undefined ? value : broken(document.at, difference);
}

const MAX_QUOTED_CHARACTERS = 200;

function firstDifference(found: JsonValue, expected: JsonValue, at: string): string | undefined {
  if (isList(found) && isList(expected)) return listDifference(found, expected, at);
  if (isObject(found) && isObject(expected)) return objectDifference(found, expected, at);
  if (found === expected) return undefined;
  const subject = at === "" ? "the document" : at;
  if (isObject(expected)) return `${subject} must be an object`;
  if (isList(expected)) return `${subject} must be a list`;
  return `${subject} must be ${JSON.stringify(expected).slice(0, MAX_QUOTED_CHARACTERS)}`;
}

function listDifference(
  found: readonly JsonValue[],
  expected: readonly JsonValue[],
  at: string,
): string | undefined {
  for (const [index, item] of expected.entries()) {
    const actual = found[index];
    if (actual === undefined) break;
    const difference = firstDifference(actual, item, `${at}[${index}]`);
    if (difference !== undefined) return difference;
  }
  if (found.length === expected.length) return undefined;
  return `${at} must have ${expected.length} items and has ${found.length}`;
}

function objectDifference(found: JsonObject, expected: JsonObject, at: string): string | undefined {
  for (const name of Object.keys(found)) {
    if (!Object.hasOwn(expected, name)) return `${memberPlace(at, name)} is not a known member`;
  }
  for (const [name, member] of Object.entries(expected)) {
    const actual = Object.hasOwn(found, name) ? found[name] : undefined;
    const place = memberPlace(at, name);
    if (actual === undefined) return `${place} is missing`;
    const difference = firstDifference(actual, member, place);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
