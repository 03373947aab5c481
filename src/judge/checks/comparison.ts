import type { Outcome, Sighting } from "../../model/check.ts";
import type { DigestSet } from "../../model/digest.ts";

/** One problem that decides by itself. */
export function fail(sighting: Sighting): Outcome {
  return { status: "fail", sightings: [sighting] };
}

/** Two lists laid side by side by a key, in both directions. */
export interface Comparison<E, A> {
  readonly missing: ReadonlyMap<string, E>;
  readonly extra: ReadonlyMap<string, A>;
  /** Keys that stand more than once in the actual list. */
  readonly repeated: readonly string[];
  readonly pairs: readonly { readonly key: string; readonly expected: E; readonly actual: A }[];
}

export function compareByKey<E, A>(
  expected: Iterable<E>,
  expectedKey: (item: E) => string,
  actual: Iterable<A>,
  actualKey: (item: A) => string,
): Comparison<E, A> {
  const missing = new Map(Array.from(expected, (item) => [expectedKey(item), item]));
  const known = new Map(missing);
  const extra = new Map<string, A>();
  const seen = new Set<string>();
  const repeated: string[] = [];
  const pairs: { key: string; expected: E; actual: A }[] = [];
  for (const item of actual) {
    const key = actualKey(item);
    const match = known.get(key);
    if (seen.has(key)) repeated.push(key);
    if (match === undefined) extra.set(key, item);
    // A repeated line is compared too: whichever a reader picks, it must agree.
    else pairs.push({ key, expected: match, actual: item });
    missing.delete(key);
    seen.add(key);
  }
  return { missing, extra, repeated, pairs };
}

/** The problems that two lists can have with each other, whatever their items are. */
export interface ListProblems {
  readonly missing: string;
  readonly extra: string;
  readonly repeated: string;
}

/** One sighting per key that only one side has, or that the actual list has twice. */
export function membershipSightings(
  comparison: Comparison<unknown, unknown>,
  problems: ListProblems,
  document: string,
): readonly Sighting[] {
  return [
    ...Array.from(comparison.missing.keys(), (key) => ({
      problem: problems.missing,
      at: key,
      expected: `listed in ${document}`,
      actual: "not listed",
    })),
    ...Array.from(comparison.extra.keys(), (key) => ({
      problem: problems.extra,
      at: key,
      expected: `not listed in ${document}`,
      actual: "listed",
    })),
    ...comparison.repeated.map((key) => ({
      problem: problems.repeated,
      at: key,
      expected: `listed once in ${document}`,
      actual: "more than one",
    })),
  ];
}

/** A named member with the value it must have and the value it has. */
export type Member = readonly [name: string, expected: MemberValue, actual: MemberValue];
type MemberValue = string | number | boolean | null;

/** One sighting per member that is not exactly what it must be. */
export function memberSightings(
  problem: string,
  at: string,
  members: readonly Member[],
): readonly Sighting[] {
  return members.flatMap(([name, expected, actual]) =>
    expected === actual
      ? []
      : [{ problem, at: place(at, name), expected: String(expected), actual: String(actual) }],
  );
}

/** Every digest must be equal: one that matches never excuses another. */
export function digestMembers(expected: DigestSet, actual: DigestSet): readonly Member[] {
  return [
    ["sha256", expected.sha256, actual.sha256],
    ["sha512", expected.sha512, actual.sha512],
  ];
}

/** The place of a member in a document: `release-evidence.json: version`. */
export function place(document: string, member: string): string {
  return `${document}: ${member}`;
}
