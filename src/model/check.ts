import type { Evidence } from "./finding.ts";

/** One problem that a check saw, by its full id (`family.name`). */
export interface Sighting extends Evidence {
  readonly problem: string;
}

export type Outcome =
  | { readonly status: "pass"; readonly evidence: readonly [Evidence, ...Evidence[]] }
  | { readonly status: "fail"; readonly sightings: readonly [Sighting, ...Sighting[]] }
  | { readonly status: "skip"; readonly reason: string };

/** `provenance` of `provenance.subjects`. */
export function familyOf(id: string): string {
  return id.split(".", 1)[0] ?? id;
}

/**
 * A check is a value in a list. Its title states the property that holds when it passes. `needs` names checks that
 * stand earlier in the same run; when one of them did not pass, this one is skipped, visibly.
 */
export interface Check<Subject> {
  readonly id: string;
  readonly title: string;
  readonly needs?: readonly string[];
  run(subject: Subject): Outcome;
}

/** What became of one check in one run. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly status: "pass" | "fail" | "skip";
  readonly evidence: readonly Evidence[];
  /** Only with status skip. */
  readonly reason?: string;
}

/** Passes with what was seen: a check that looked at nothing cannot pass (evidence is never empty). */
export function pass(at: string, actual: string): Outcome {
  return { status: "pass", evidence: [{ at, actual }] };
}

/** Fails with every problem seen. With none, the fallback decides: a check states what it looked at. */
export function failOr(sightings: readonly Sighting[], otherwise: Outcome): Outcome {
  const [first, ...rest] = sightings;
  return first === undefined ? otherwise : { status: "fail", sightings: [first, ...rest] };
}

export function skip(reason: string): Outcome {
  return { status: "skip", reason };
}
