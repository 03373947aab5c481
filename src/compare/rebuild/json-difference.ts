import { canonicalJson } from "../../formats/canonical-json.ts";
import type { JsonObject, JsonValue } from "../../formats/json.ts";

/** A place where two JSON values differ, by RFC 6901 pointer. */
export interface JsonDifference {
  readonly pointer: string;
  readonly shipped: JsonValue | undefined;
  readonly rebuilt: JsonValue | undefined;
  /** The same items in another order. */
  readonly isReordered: boolean;
}

/** Every place, outermost where one side has nothing to compare, in document order. */
export function jsonDifferences(
  shipped: JsonValue | undefined,
  rebuilt: JsonValue | undefined,
  pointer = "",
): readonly JsonDifference[] {
  if (isList(shipped) && isList(rebuilt)) return listDifferences(shipped, rebuilt, pointer);
  if (isObject(shipped) && isObject(rebuilt)) {
    const names = [...new Set([...Object.keys(shipped), ...Object.keys(rebuilt)])];
    return names.flatMap((name) =>
      jsonDifferences(member(shipped, name), member(rebuilt, name), `${pointer}/${escaped(name)}`),
    );
  }
  return shipped === rebuilt ? [] : [{ pointer, shipped, rebuilt, isReordered: false }];
}

function listDifferences(
  shipped: readonly JsonValue[],
  rebuilt: readonly JsonValue[],
  pointer: string,
): readonly JsonDifference[] {
  if (shipped.length !== rebuilt.length) return [{ pointer, shipped, rebuilt, isReordered: false }];
  const [was, now] = [shipped.map(textOf), rebuilt.map(textOf)];
  if (was.every((text, index) => text === now[index])) return [];
  if (was.toSorted().join("\n") === now.toSorted().join("\n"))
    return [{ pointer, shipped, rebuilt, isReordered: true }];
  return shipped.flatMap((item, index) => jsonDifferences(item, rebuilt[index], `${pointer}/${index}`));
}

/** What both sides have in their canonical form is the same value. */
function textOf(value: JsonValue): string {
  return Buffer.from(canonicalJson(value)).toString("utf8");
}

function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
