import type { JsonValue } from "../../formats/json.ts";
import { closestTo } from "../../formats/suggestion.ts";
import { isList, isObject, pointerTo, type Node } from "./json-tree.ts";
import type { Defect } from "./lint-rule.ts";

/** What a member holds: a text, a text of a list of words, or objects of a class. */
export type MemberShape =
  | { readonly kind: "text" | "boolean" | "integer" | "any" }
  | { readonly kind: "word"; readonly words: ReadonlySet<string> }
  | { readonly kind: "object"; readonly of: string }
  | { readonly kind: "list"; readonly item: MemberShape; readonly min?: number };

export interface ObjectClass {
  readonly required: readonly string[];
  readonly members: Readonly<Record<string, MemberShape>>;
}

export type ClassTable = Readonly<Record<string, ObjectClass>>;

export const text: MemberShape = { kind: "text" };
export const boolean: MemberShape = { kind: "boolean" };
export const integer: MemberShape = { kind: "integer" };
export const anything: MemberShape = { kind: "any" };

export function word(words: ReadonlySet<string>): MemberShape {
  return { kind: "word", words };
}

export function object(of: string): MemberShape {
  return { kind: "object", of };
}

export function list(item: MemberShape, min = 0): MemberShape {
  return { kind: "list", item, min };
}

/** Finds members that a class does not have, members that are missing, and values of the wrong kind. */
export class StructureReader {
  readonly #family: string;
  readonly #classes: ClassTable;
  readonly defects: Defect[] = [];

  constructor(family: string, classes: ClassTable) {
    this.#family = family;
    this.#classes = classes;
  }

  readObject(node: Node, className: string): void {
    const known = this.#classes[className];
    if (known === undefined) return;
    const { required, members } = known;
    for (const name of required) {
      if (Object.hasOwn(node.object, name)) continue;
      this.#report("member-missing", node.pointer, { expected: name, actual: "no such member" });
    }
    for (const [name, value] of Object.entries(node.object)) {
      const at = pointerTo(node.pointer, name);
      const shape = Object.hasOwn(members, name) ? members[name] : undefined;
      if (shape === undefined) {
        const meant = closestTo(name, Object.keys(members));
        const expected = meant === undefined ? `a member of ${className}` : `perhaps ${meant}`;
        this.#report("member-unknown", at, { expected, actual: name });
      } else {
        this.#readMember(value, shape, at);
      }
    }
  }

  #readMember(value: JsonValue, shape: MemberShape, at: string): void {
    switch (shape.kind) {
      case "any":
        return;
      case "text":
      case "boolean":
      case "integer":
        if (!isOfKind(value, shape.kind)) this.#reportType(at, KINDS[shape.kind], value);
        return;
      case "word":
        this.#readWord(value, shape.words, at);
        return;
      case "object":
        if (isObject(value)) this.readObject({ pointer: at, object: value }, shape.of);
        else this.#reportType(at, `an object (${shape.of})`, value);
        return;
      case "list":
        if (!isList(value)) return this.#reportType(at, "a list", value);
        if (value.length < (shape.min ?? 0)) {
          this.#report("member-missing", at, { expected: "at least one item", actual: "an empty list" });
        }
        for (const [index, item] of value.entries()) this.#readMember(item, shape.item, pointerTo(at, index));
    }
  }

  #readWord(value: JsonValue, words: ReadonlySet<string>, at: string): void {
    if (typeof value !== "string") return this.#reportType(at, "a text", value);
    if (words.has(value)) return;
    const meant = closestTo(value, [...words]);
    const expected = meant === undefined ? `one of ${words.size} words of the standard` : `perhaps ${meant}`;
    this.#report("word-unknown", at, { expected, actual: value });
  }

  #reportType(at: string, expected: string, value: JsonValue): void {
    this.#report("member-type", at, { expected, actual: kindOf(value) });
  }

  #report(name: string, pointer: string, facts: Pick<Defect, "expected" | "actual">): void {
    this.defects.push({ rule: `${this.#family}.${name}`, pointer, ...facts });
  }
}

const KINDS = { text: "a text", boolean: "true or false", integer: "an integer" } as const;

function isOfKind(value: JsonValue, kind: keyof typeof KINDS): boolean {
  if (kind === "text") return typeof value === "string";
  return kind === "boolean" ? typeof value === "boolean" : typeof value === "number";
}

function kindOf(value: JsonValue): string {
  if (value === null) return "null";
  if (isList(value)) return "a list";
  return isObject(value) ? "an object" : typeof value === "string" ? "a text" : `a ${typeof value}`;
}
