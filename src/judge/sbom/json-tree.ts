import type { JsonObject, JsonValue } from "../../formats/json.ts";

/** An object of a document, and its place (RFC 6901). */
export interface Node {
  readonly pointer: string;
  readonly object: JsonObject;
}

/** One text and its place. */
export interface TextNode {
  readonly pointer: string;
  readonly text: string;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function pointerTo(parent: string, member: string | number): string {
  return `${parent}/${String(member).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The objects of a list member (none of an absent node); whatever else stands there is for the structure rules. */
export function nodesOf(node: Node | undefined, member: string): readonly Node[] {
  const value = node?.object[member];
  if (node === undefined || !isList(value)) return [];
  const at = pointerTo(node.pointer, member);
  return value.flatMap((item, index) =>
    isObject(item) ? [{ pointer: pointerTo(at, index), object: item }] : [],
  );
}

export function nodeOf({ object, pointer }: Node, member: string): Node | undefined {
  const value = object[member];
  return isObject(value) ? { pointer: pointerTo(pointer, member), object: value } : undefined;
}

export function textOf(node: Node | undefined, member: string): string | undefined {
  const value = node?.object[member];
  return typeof value === "string" ? value : undefined;
}

/** A text member with its place, as a list of none or one. */
export function textNodes(node: Node | undefined, member: string): readonly TextNode[] {
  const text = textOf(node, member);
  return node === undefined || text === undefined ? [] : [{ pointer: pointerTo(node.pointer, member), text }];
}

/** The texts of a list member, with their places. */
export function textsOf(node: Node | undefined, member: string): readonly TextNode[] {
  const value = node?.object[member];
  if (node === undefined || !isList(value)) return [];
  const at = pointerTo(node.pointer, member);
  return value.flatMap((item, index) =>
    typeof item === "string" ? [{ pointer: pointerTo(at, index), text: item }] : [],
  );
}
