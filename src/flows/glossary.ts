import { ruleAsJson, type RuleJson } from "../compare/rule-json.ts";
import { upgradeRules } from "../compare/upgrade-rules.ts";
import { closestTo } from "../formats/suggestion.ts";
import { bundleProblems } from "../judge/checks/bundle-problems.ts";
import { bundleChecks } from "../judge/checks/bundle.ts";
import { verificationChecks, verificationProblems } from "../judge/problems.ts";
import { lintRules } from "../judge/sbom/lint-sbom.ts";
import type { LintRule } from "../judge/sbom/lint-rule.ts";
import { Failure } from "../model/failure.ts";
import type { Severity } from "../model/finding.ts";

/** Something with an id that a report can name. */
export type Entry = CheckEntry | ProblemEntry | RuleEntry | SbomRuleEntry;

export interface CheckEntry {
  readonly kind: "check";
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
}

export interface ProblemEntry {
  readonly kind: "problem";
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
}

export type RuleEntry = RuleJson & { readonly kind: "rule" };

/** What `sbom lint` can find in an SBOM of anybody. */
export type SbomRuleEntry = LintRule & { readonly kind: "sbom rule"; readonly why: string };

/** Every check, problem and upgrade rule that this version knows, each kind in run order. */
export function glossary(): readonly Entry[] {
  return [
    ...[...verificationChecks, ...bundleChecks].map(({ id, title, needs = [] }): CheckEntry => ({
      kind: "check",
      id,
      title,
      needs: [...needs],
    })),
    ...[...verificationProblems, ...bundleProblems].map((problem): ProblemEntry => ({
      kind: "problem",
      ...problem,
    })),
    ...upgradeRules.map((rule): RuleEntry => ({ kind: "rule", ...ruleAsJson(rule) })),
  ];
}

/** Every rule of `sbom lint`; apart from the rest, because no report of a release names them. */
export function sbomGlossary(): readonly SbomRuleEntry[] {
  return lintRules.map((rule) => ({ kind: "sbom rule", ...rule, why: `asked for by ${rule.clause}` }));
}

/** The entries with this id; a check, a problem and a rule may share one. Throws Failure "usage" when there is none. */
export function explain(id: string): readonly Entry[] {
  const entries = [...glossary(), ...sbomGlossary()];
  const found = entries.filter((entry) => entry.id === id);
  if (found.length > 0) return found;
  const meant = closestTo(
    id,
    entries.map((entry) => entry.id),
  );
  throw new Failure("usage", `nothing is called ${id}`, {
    hint: meant === undefined ? "all ids: cavra rules" : `did you mean: cavra explain ${meant}`,
  });
}
