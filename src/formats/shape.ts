import { broken, parsed, type Parsed } from "../model/parsed.ts";
import type { JsonObject, JsonValue } from "./json.ts";

/** Turns one JSON value into a typed one, or throws ShapeError; `readShape` is the only place that catches it. */
export type Shape<T> = (value: JsonValue, at: string) => T;

class ShapeError extends Error {}

/** Applies a shape to a document that was read; the reason names the member, in the form `predicate.version`. */
export function readShape<T>(document: Parsed<JsonValue>, shape: Shape<T>): Parsed<T> {
  if (!document.ok) return document;
  try {
    return parsed(document.at, shape(document.value, ""));
  } catch (error) {
    if (error instanceof ShapeError) return broken(document.at, error.message);
    throw error;
  }
}

/** For rules that a shape cannot say: two members that must agree, for example. */
export function shapeProblem(at: string, reason: string): never {
  throw new ShapeError(at === "" ? `the document ${reason}` : `${at} ${reason}`);
}

export const text: Shape<string> = (value, at) =>
  typeof value === "string" ? value : shapeProblem(at, "must be a string");

export const boolean: Shape<boolean> = (value, at) =>
  typeof value === "boolean" ? value : shapeProblem(at, "must be true or false");

export function textLike(pattern: RegExp, expected: string): Shape<string> {
  return (value, at) => {
    const found = text(value, at);
    return pattern.test(found) ? found : shapeProblem(at, `must be ${expected}`);
  };
}

export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  return (value, at) =>
    words.find((word) => word === value) ??
    shapeProblem(at, `must be ${words.map((word) => `"${word}"`).join(" or ")}`);
}

export function integer(minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return (value, at) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= minimum && value <= maximum
      ? value
      : shapeProblem(at, `must be an integer from ${minimum} to ${maximum}`);
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, at) => (value === null ? null : shape(value, at));
}

export function list<T>(
  item: Shape<T>,
  limits: { readonly max: number; readonly min?: number },
): Shape<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return shapeProblem(at, "must be a list");
    const items = value as readonly JsonValue[];
    const min = limits.min ?? 0;
    if (items.length < min || items.length > limits.max) {
      return shapeProblem(at, `must have ${min} to ${limits.max} items and has ${items.length}`);
    }
    return items.map((element, index) => item(element, `${at}[${index}]`));
  };
}

export function mapOf<T>(item: Shape<T>, limits: { readonly max: number }): Shape<ReadonlyMap<string, T>> {
  return (value, at) => {
    const members = Object.entries(objectOf(value, at));
    if (members.length > limits.max) return shapeProblem(at, `must have at most ${limits.max} members`);
    return new Map(members.map(([name, member]) => [name, item(member, memberPlace(at, name))]));
  };
}

type Members = { readonly [name: string]: Shape<unknown> };
type Typed<M extends Members> = { readonly [K in keyof M]: M[K] extends Shape<infer T> ? T : never };

/** An object with exactly these members: a missing or an unknown one is refused. */
export function closed<M extends Members>(members: M): Shape<Typed<M>> {
  return (value, at) => {
    const object = objectOf(value, at);
    for (const name of Object.keys(object)) {
      if (!Object.hasOwn(members, name)) shapeProblem(memberPlace(at, name), "is not a known member");
    }
    return readMembers(object, members, at);
  };
}

/** An object with at least these members; others are left unread (documents that third parties may extend). */
export function open<M extends Members>(members: M): Shape<Typed<M>> {
  return (value, at) => readMembers(objectOf(value, at), members, at);
}

/** A member that may be absent. Only inside `closed` and `open`. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  const reader: Shape<T | undefined> = (value, at) => shape(value, at);
  OPTIONAL.add(reader);
  return reader;
}

const OPTIONAL = new WeakSet<Shape<unknown>>();

function readMembers<M extends Members>(object: JsonObject, members: M, at: string): Typed<M> {
  const result: { [name: string]: unknown } = {};
  for (const [name, shape] of Object.entries(members)) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value !== undefined) result[name] = shape(value, memberPlace(at, name));
    else if (OPTIONAL.has(shape)) result[name] = undefined;
    else shapeProblem(memberPlace(at, name), "is missing");
  }
  return result as Typed<M>;
}

function objectOf(value: JsonValue, at: string): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : shapeProblem(at, "must be an object");
}

/** The name of a member in a reason: `at.name`, quoted and cut where the name is not a plain word. */
export function memberPlace(at: string, name: string): string {
  const safe = /^[A-Za-z_$][A-Za-z0-9_$-]*$/.test(name) ? name : JSON.stringify(name.slice(0, 80));
  return at === "" ? safe : `${at}.${safe}`;
}
