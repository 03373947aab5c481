import type { Evidence, Problem } from "../model/finding.ts";
import type { Parsed } from "../model/parsed.ts";
import type { ComparedRelease } from "./compared-release.ts";
import type { ReleaseDiff } from "./release-diff.ts";
import type { NeededBump } from "./version-change.ts";

/** Two releases, earlier and later, and the time at which the step is judged (seconds since 1970, UTC). */
export interface UpgradePair {
  readonly previous: ComparedRelease;
  readonly candidate: ComparedRelease;
  readonly diff: ReleaseDiff;
  readonly now: number;
}

/** Signed waivers that accept a sighting: one, two of different holders, or none whatever their number. */
export type Waivable = "one" | "two" | "never";

export interface RuleEvidence extends Evidence {
  /** What it is about, for example `windows/arm64`: together with rule and candidate, what a waiver must name. */
  readonly subject: string;
}

/** A change of the contract that a rule saw and whose bump was not made. */
export interface ContractBreach {
  readonly rule: string;
  readonly subject: string;
  readonly needs: NeededBump;
}

/** One way in which the next release can be worse than the last: words, weight, and a pure function that sees it. */
export interface UpgradeRule extends Problem, Detector {
  /** The bump that makes the change legitimate; null for a matter of trust, which no bump excuses. */
  readonly needs: NeededBump | null;
  readonly waivable: Waivable;
  readonly example: { readonly was: string; readonly now: string };
}

export interface Detector {
  /** Why the rule cannot be evaluated on this pair; undefined when it can. */
  readonly unavailable: (pair: UpgradePair) => string | undefined;
  /** Empty: quiet. `breaches` are those of the rules before it in the registry. Called only when available. */
  readonly detect: (pair: UpgradePair, breaches: readonly ContractBreach[]) => readonly RuleEvidence[];
}

type SectionName = keyof ReleaseDiff;
type SectionValue<N extends SectionName> = ReleaseDiff[N] extends Parsed<infer Value> ? Value : never;
type SectionValues<N extends SectionName> = { readonly [Name in N]: SectionValue<Name> };

/** A precondition beyond readable documents: the reason why it does not hold, or undefined. */
export type Condition = (pair: UpgradePair) => string | undefined;

/** A detector over sections of the diff: not evaluated, with the reason, when one of them is broken. */
export function over<const N extends SectionName>(
  sections: readonly N[],
  detect: (
    values: SectionValues<N>,
    pair: UpgradePair,
    breaches: readonly ContractBreach[],
  ) => readonly RuleEvidence[],
  ...conditions: readonly Condition[]
): Detector {
  return {
    unavailable({ diff, ...sides }) {
      for (const name of sections) {
        const section: Parsed<unknown> = diff[name];
        if (!section.ok) return section.reason;
      }
      return firstReason(conditions, { diff, ...sides });
    },
    detect: (pair, breaches) => detect(readSections(sections, pair.diff), pair, breaches),
  };
}

function firstReason(conditions: readonly Condition[], pair: UpgradePair): string | undefined {
  for (const condition of conditions) {
    const reason = condition(pair);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function readSections<N extends SectionName>(sections: readonly N[], diff: ReleaseDiff): SectionValues<N> {
  const entries = sections.map((name) => {
    const section: Parsed<unknown> = diff[name];
    return [name, section.ok ? section.value : undefined] as const;
  });
  // Called only after `unavailable` found every section readable.
  return Object.fromEntries(entries) as SectionValues<N>;
}

/** Counters, lineage, toolchains and times run inside one line of one product. */
export const sameLine: Condition = ({ diff: { identity } }) => {
  if (!identity.ok) return identity.reason;
  const { product, package: folder, line } = identity.value;
  return isSame(product) && isSame(folder) && isSame(line)
    ? undefined
    : "the releases belong to different release lines";
};

/** The trust root names holders and thresholds per line and channel: another channel may lawfully have others. */
export const sameStream: Condition = (pair) => {
  const { identity } = pair.diff;
  if (!identity.ok) return identity.reason;
  return isSame(identity.value.channel)
    ? sameLine(pair)
    : "the releases belong to different channels, which have signers of their own";
};

export function isSame<T>({ was, now }: { readonly was: T; readonly now: T }): boolean {
  return was === now;
}

/** Evidence when a fact differs. */
export function differing(
  subject: string,
  at: string,
  change: { readonly was: string | number | null; readonly now: string | number | null },
): readonly RuleEvidence[] {
  return isSame(change)
    ? []
    : [{ subject, at, expected: String(change.was ?? "none"), actual: String(change.now ?? "none") }];
}
