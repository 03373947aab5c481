import type { Finding } from "../model/finding.ts";
import type { NotChecked } from "../model/report.ts";
import type { ComparedRelease } from "./compared-release.ts";
import { diffReleases } from "./release-diff.ts";
import type { ContractBreach, RuleEvidence, UpgradePair, UpgradeRule, Waivable } from "./rule.ts";
import { upgradeRules } from "./upgrade-rules.ts";
import { bumpSuffices, type NeededBump } from "./version-change.ts";

/** One thing that a rule saw, with what would make it acceptable. */
export interface UpgradeFinding extends Finding {
  /** What a waiver must name beside the rule. */
  readonly subject: string;
  readonly needs: NeededBump | null;
  /** The bump that it needs was made: the change is legitimate, and the severity is `note`. */
  readonly bumpMade: boolean;
  readonly waivable: Waivable;
}

export interface UpgradeOptions {
  /** The mildest severity that fails the upgrade. */
  readonly failOn: "error" | "warning";
  /** A change that somebody accepted no longer counts towards `version.bump-too-small`. */
  readonly accepted?: (finding: UpgradeFinding) => boolean;
}

export interface UpgradeJudgement {
  /** In the order of the rules; accepted ones included. */
  readonly findings: readonly UpgradeFinding[];
  /** Ids of the rules that looked at the pair. */
  readonly evaluated: readonly string[];
  readonly notEvaluated: readonly NotChecked[];
  /** Findings that fail the upgrade at `failOn` and were not accepted. */
  readonly failing: readonly UpgradeFinding[];
}

export function upgradePair(previous: ComparedRelease, candidate: ComparedRelease, now: number): UpgradePair {
  return { previous, candidate, diff: diffReleases(previous, candidate), now };
}

/** Runs every rule over the pair. A rule that cannot look is named with its reason; a fatal finding ends the run. */
export function judgeUpgrade(
  pair: UpgradePair,
  options: UpgradeOptions,
  rules: readonly UpgradeRule[] = upgradeRules,
): UpgradeJudgement {
  const findings: UpgradeFinding[] = [];
  const breaches: ContractBreach[] = [];
  const evaluated: string[] = [];
  const notEvaluated: NotChecked[] = [];
  // Whoever decides about waivers cannot accept what no waiver may touch.
  const accepted = (finding: UpgradeFinding): boolean =>
    finding.waivable !== "never" && options.accepted?.(finding) === true;
  let stoppedBy: string | undefined;
  for (const rule of rules) {
    const reason = stoppedBy === undefined ? rule.unavailable(pair) : `${stoppedBy} ends the comparison`;
    if (reason !== undefined) {
      notEvaluated.push({ id: rule.id, reason });
      continue;
    }
    evaluated.push(rule.id);
    const found = rule.detect(pair, breaches).map((evidence) => findingOf(rule, evidence, pair));
    findings.push(...found);
    breaches.push(...found.filter((finding) => !accepted(finding)).flatMap(breachOf));
    if (rule.severity === "fatal" && found.length > 0) stoppedBy = rule.id;
  }
  const failing = findings.filter((finding) => fails(finding, options.failOn) && !accepted(finding));
  return { findings, evaluated, notEvaluated, failing };
}

function findingOf(rule: UpgradeRule, evidence: RuleEvidence, { diff }: UpgradePair): UpgradeFinding {
  const { id, severity, title, why, remedy, needs, waivable } = rule;
  const allows = diff.version.ok ? diff.version.value.allows : null;
  const bumpMade = needs !== null && bumpSuffices(needs, allows);
  const words = { id, check: id, severity: bumpMade ? "note" : severity, title, why, remedy } as const;
  return { ...words, ...evidence, needs, bumpMade, waivable };
}

function breachOf({ id, subject, needs, bumpMade }: UpgradeFinding): readonly ContractBreach[] {
  return needs === null || bumpMade ? [] : [{ rule: id, subject, needs }];
}

function fails({ severity }: UpgradeFinding, failOn: UpgradeOptions["failOn"]): boolean {
  return severity === "fatal" || severity === "error" || (failOn === "warning" && severity === "warning");
}
