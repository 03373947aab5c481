import { packagedJson } from "../formats/canonical-json.ts";
import type { JsonValue } from "../formats/json.ts";

/**
 * The one serializer of documents for machines: keys sorted by code unit, indent 2, `\uXXXX` for all that is not ASCII,
 * one final newline; members that are undefined are left out. The same data gives the same bytes everywhere.
 * Throws RangeError for numbers that are not integers within 2^53-1.
 */
export function renderJson(document: object): string {
  return Buffer.from(packagedJson(toJsonValue(document))).toString("utf8");
}

function toJsonValue(value: unknown): JsonValue {
  if (
    value === null ||
    typeof value === "boolean" ||
    typeof value === "number" ||
    typeof value === "string"
  ) {
    return value;
  }
  if (Array.isArray(value)) return value.map(toJsonValue);
  if (typeof value === "object") return toJsonObject(value);
  throw new TypeError(`a ${typeof value} has no place in a document`);
}

function toJsonObject(value: object): JsonValue {
  const members = value instanceof Map ? [...(value as ReadonlyMap<string, unknown>)] : Object.entries(value);
  return Object.fromEntries(
    members.flatMap(([name, member]) => (member === undefined ? [] : [[name, toJsonValue(member)]])),
  );
}
