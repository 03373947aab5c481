import type { CheckResult } from "../model/check.ts";
import type { Finding, Severity } from "../model/finding.ts";
import { DEFAULT_REQUIRED, type Policy } from "../model/policy.ts";
import { VERDICT_EXIT_CODES, type Verdict, type VerdictWord } from "../model/report.ts";
import type { CheckRun } from "./run-checks.ts";

/**
 * The verdict of trust-spec section 6: REFUSED, FAIL, UNKNOWN, PASS, the first that applies. It starts from nothing: a
 * required check that did not run keeps PASS out of reach.
 * @param purpose Of the trust root that was used; null when there was none.
 */
export function verdictOf(
  { results, findings }: CheckRun,
  policy: Policy,
  kind: "directory" | "zip",
  purpose: "test" | "production" | null,
): Verdict {
  const fatal = firstOf(findings, "fatal");
  if (fatal !== undefined) return verdict("REFUSED", fatal.title);
  const error = firstOf(findings, "error");
  if (error !== undefined) return verdict("FAIL", error.title);
  const doubt =
    firstOf(findings, "unknown")?.title ?? policyDoubt(policy) ?? missingRequirement(results, policy, kind);
  if (doubt !== undefined) return verdict("UNKNOWN", doubt);
  if (purpose === null) return verdict("UNKNOWN", "no trust was used");
  return {
    ...verdict("PASS", "everything required was checked and held"),
    qualifier: purpose === "test" ? "test trust" : null,
  };
}

/** For a subject that could not be opened or read to its end. */
export function incomplete(reason: string): Verdict {
  return verdict("INCOMPLETE", reason);
}

/** For a verification that could not begin. */
export function undecided(reason: string): Verdict {
  return verdict("UNKNOWN", reason);
}

function verdict(word: VerdictWord, reason: string): Verdict {
  return { word, exitCode: VERDICT_EXIT_CODES[word], reason, qualifier: null };
}

function firstOf(findings: readonly Finding[], severity: Severity): Finding | undefined {
  return findings.find((finding) => finding.severity === severity);
}

function policyDoubt(policy: Policy): string | undefined {
  if (policy.allowUnsigned) return "--allow-unsigned: signatures were not judged";
  if (policy.allowMissingBootstrap) return "--allow-missing-bootstrap: a required document was waived";
  if (policy.allowMissingProvenance) return "--allow-missing-provenance: a required proof was waived";
  return policy.diagnose ? "--diagnose shows more and never passes" : undefined;
}

function missingRequirement(
  results: readonly CheckResult[],
  policy: Policy,
  kind: "directory" | "zip",
): string | undefined {
  const removed = DEFAULT_REQUIRED.find((id) => !policy.require.includes(id));
  if (removed !== undefined) return `the requirement ${removed} was removed`;
  const passed = new Set(results.flatMap(({ id, status }) => (status === "pass" ? [id] : [])));
  const missing = policy.require.map((id) => containerRequirement(id, kind)).find((id) => !passed.has(id));
  return missing === undefined ? undefined : `the required check ${missing} did not run or did not pass`;
}

/** A directory has no zip grammar; its tree is judged instead. */
function containerRequirement(id: string, kind: "directory" | "zip"): string {
  return id === "container.grammar" && kind === "directory" ? "container.tree" : id;
}
