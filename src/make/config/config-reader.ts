import { quoted, type ConfigProblem, type Position } from "./config-problem.ts";
import { memberPlace, type ConfigMap, type ConfigNode } from "./config-tree.ts";
import { closestTo, didYouMean } from "../../formats/suggestion.ts";

/**
 * Turns a node into a typed value. undefined means that at least one problem was reported: reading goes on with the
 * next member, so that one run names everything that is wrong.
 */
export type Read<T> = (node: ConfigNode, problems: ProblemList) => T | undefined;

export class ProblemList {
  readonly all: ConfigProblem[] = [];

  add(node: { readonly path: string; readonly position: Position }, problem: ProblemWords): undefined {
    this.all.push({ path: node.path, ...node.position, ...problem });
  }
}

export type ProblemWords = Omit<ConfigProblem, "path" | "line" | "column">;

export function mismatch(
  node: ConfigNode,
  expected: string,
  problems: ProblemList,
  hint?: string,
): undefined {
  const words = { message: "is not what it must be", expected, found: describe(node) };
  return problems.add(node, hint === undefined ? words : { ...words, hint });
}

function describe(node: ConfigNode): string {
  if (node.kind === "map") return "a map";
  if (node.kind === "list") return `a list of ${node.items.length}`;
  if (node.value === null) return "nothing";
  return typeof node.value === "string" ? quoted(node.value) : `the ${typeof node.value} ${node.value}`;
}

export function textLike(pattern: RegExp, expected: string, maxCharacters = 1024): Read<string> {
  return (node, problems) => {
    if (node.kind !== "scalar" || typeof node.value !== "string") {
      const wantsQuotes = node.kind === "scalar" && node.value !== null;
      return mismatch(node, expected, problems, wantsQuotes ? "put it in quotes" : undefined);
    }
    if (node.value.length > maxCharacters)
      return mismatch(node, `at most ${maxCharacters} characters`, problems);
    return pattern.test(node.value) ? node.value : mismatch(node, expected, problems);
  };
}

export function oneOf<const T extends string>(...words: readonly T[]): Read<T> {
  const expected = words.map((word) => quoted(word)).join(" or ");
  return (node, problems) => {
    const value = node.kind === "scalar" ? node.value : undefined;
    const word = words.find((candidate) => candidate === value);
    if (word !== undefined) return word;
    const meant = typeof value === "string" ? closestTo(value, words) : undefined;
    return mismatch(
      node,
      expected,
      problems,
      meant === undefined ? undefined : `did you mean ${quoted(meant)}?`,
    );
  };
}

export function integer(minimum: number, maximum: number): Read<number> {
  return (node, problems) =>
    node.kind === "scalar" && typeof node.value === "number" && node.value >= minimum && node.value <= maximum
      ? node.value
      : mismatch(node, `an integer from ${minimum} to ${maximum}`, problems);
}

export function listOf<T>(
  read: Read<T>,
  limits: { readonly min?: number; readonly max: number },
): Read<readonly T[]> {
  const min = limits.min ?? 0;
  return (node, problems) => {
    const expected = `a list of ${min} to ${limits.max}`;
    if (node.kind !== "list") return mismatch(node, expected, problems);
    if (node.items.length < min || node.items.length > limits.max) return mismatch(node, expected, problems);
    const values = node.items.flatMap((item) => {
      const value = read(item, problems);
      return value === undefined ? [] : [value];
    });
    return values.length === node.items.length ? values : undefined;
  };
}

/** A list whose texts are all different. */
export function setOf<T extends string>(
  read: Read<T>,
  limits: { readonly min?: number; readonly max: number },
): Read<readonly T[]> {
  const readList = listOf(read, limits);
  return (node, problems) => {
    const values = readList(node, problems);
    const twice = values?.find((value, index) => values.indexOf(value) !== index);
    return twice === undefined ? values : problems.add(node, { message: `lists ${quoted(twice)} twice` });
  };
}

/** A map with free keys; `readName` says what a key may be. */
export function mapOf<T>(
  names: { readonly pattern: RegExp; readonly expected: string },
  read: Read<T>,
  limits: { readonly min?: number; readonly max: number },
): Read<readonly (readonly [string, T])[]> {
  const min = limits.min ?? 0;
  return (node, problems) => {
    if (node.kind !== "map" || node.members.size < min || node.members.size > limits.max) {
      return mismatch(node, `a map of ${min} to ${limits.max} members`, problems);
    }
    const entries = [...node.members].flatMap(([name, member]) => {
      const value = read(member.value, problems);
      if (!names.pattern.test(name)) {
        const place = { path: memberPlace(node.path, name), position: member.keyPosition };
        problems.add(place, {
          message: "is not an allowed key",
          expected: names.expected,
          found: quoted(name),
        });
        return [];
      }
      return value === undefined ? [] : [[name, value] as const];
    });
    return entries.length === node.members.size ? entries : undefined;
  };
}

/** A member of a closed map: how it is read, and what stands there when it is absent. */
export interface Member<T> {
  readonly read: Read<T>;
  readonly whenAbsent?: { readonly value: T };
}

export function required<T>(read: Read<T>): Member<T> {
  return { read };
}

export function optional<T>(read: Read<T>): Member<T | null> {
  return { read, whenAbsent: { value: null } };
}

export function withDefault<T>(read: Read<T>, value: T): Member<T> {
  return { read, whenAbsent: { value } };
}

type Members = { readonly [name: string]: Member<unknown> };
type Typed<M extends Members> = { readonly [K in keyof M]: M[K] extends Member<infer T> ? T : never };

/** A map with exactly these keys; undefined when anything in it is wrong. */
export function closedMap<M extends Members>(members: M, explained: Explained = {}): Read<Typed<M>> {
  return (node, problems) => {
    const before = problems.all.length;
    const result = readPartial(node, members, problems, explained);
    return problems.all.length === before ? (result as Typed<M>) : undefined;
  };
}

/** Keys that people try and that cavra does not have, each with the reason. */
export type Explained = Readonly<Record<string, string>>;

/** Like closedMap, but gives what could be read, so that checks across sections can go on. */
export function readPartial<M extends Members>(
  node: ConfigNode,
  members: M,
  problems: ProblemList,
  explained: Explained = {},
): Partial<Typed<M>> {
  if (node.kind !== "map") {
    mismatch(node, `a map with ${Object.keys(members).join(", ")}`, problems);
    return {};
  }
  reportUnknownKeys(node, Object.keys(members), problems, explained);
  const result: { [name: string]: unknown } = {};
  for (const [name, member] of Object.entries(members)) {
    const found = node.members.get(name);
    if (found !== undefined) {
      const value = member.read(found.value, problems);
      if (value !== undefined) result[name] = value;
    } else if (member.whenAbsent !== undefined) {
      result[name] = member.whenAbsent.value;
    } else {
      problems.add(node, { message: `the key "${name}" is missing` });
    }
  }
  return result as Partial<Typed<M>>;
}

function reportUnknownKeys(
  node: ConfigMap,
  known: readonly string[],
  problems: ProblemList,
  explained: Explained,
): void {
  for (const [name, member] of node.members) {
    if (known.includes(name)) continue;
    const reason = Object.hasOwn(explained, name) ? explained[name] : undefined;
    problems.add(
      { path: memberPlace(node.path, name), position: member.keyPosition },
      reason === undefined
        ? { message: "is not a known key", hint: didYouMean(name, known) }
        : { message: "is not a key of the release config", hint: reason },
    );
  }
}
