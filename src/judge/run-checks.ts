import type { Check, CheckResult, Outcome } from "../model/check.ts";
import type { Finding, Problem, Severity } from "../model/finding.ts";

export interface CheckRun {
  readonly results: readonly CheckResult[];
  readonly findings: readonly Finding[];
}

/** What a check says of itself, whatever it looks at. */
export interface CheckWords {
  readonly id: string;
  readonly title: string;
  readonly needs?: readonly string[];
}

const NEGATIVE: ReadonlySet<Severity> = new Set<Severity>(["fatal", "error", "unknown"]);
const BLOCKING: ReadonlySet<Severity> = new Set<Severity>(["fatal", "error"]);

/**
 * Runs checks in order. A check whose `needs` did not pass is skipped with that reason; one that was only doubted
 * (severity unknown) does not stop those that need it, so that a failure found later still wins.
 * @param earlier Results of stages before this one, for `needs` that reach back.
 */
export function runChecks<Subject>(
  checks: readonly Check<Subject>[],
  subject: Subject,
  problems: ReadonlyMap<string, Problem>,
  earlier: CheckRun = { results: [], findings: [] },
): CheckRun {
  const results = [...earlier.results];
  const findings = [...earlier.findings];
  for (const check of checks) {
    const unmet = check.needs?.find((need) => !isUsable(need, results, findings));
    const outcome: Outcome =
      unmet === undefined ? check.run(subject) : { status: "skip", reason: `${unmet} did not pass` };
    const seen = findingsOf(check, outcome, problems);
    findings.push(...seen);
    results.push(resultOf(check, outcome, seen));
  }
  return { results, findings };
}

/** Checks of stages that were not reached: what was not looked at has a row of its own. */
export function withUnreached(
  { results, findings }: CheckRun,
  checks: readonly CheckWords[],
  reasonFor: (id: string) => string,
): CheckRun {
  const reached = new Set(results.map(({ id }) => id));
  const unreached = checks
    .filter(({ id }) => !reached.has(id))
    .map(({ id, title }): CheckResult => {
      return { id, title, status: "skip", evidence: [], reason: reasonFor(id) };
    });
  return { results: [...results, ...unreached], findings };
}

function isUsable(need: string, results: readonly CheckResult[], findings: readonly Finding[]): boolean {
  const result = results.find(({ id }) => id === need);
  if (result === undefined || result.status === "skip") return false;
  return !findings.some((finding) => finding.check === need && BLOCKING.has(finding.severity));
}

function findingsOf<S>(
  check: Check<S>,
  outcome: Outcome,
  problems: ReadonlyMap<string, Problem>,
): readonly Finding[] {
  if (outcome.status !== "fail") return [];
  return outcome.sightings.map(({ problem, ...evidence }) => ({
    ...wordsOf(problem, problems),
    ...evidence,
    check: check.id,
  }));
}

/** A problem without words is a defect of ours; it must still stop a release. */
function wordsOf(id: string, problems: ReadonlyMap<string, Problem>): Problem {
  return (
    problems.get(id) ?? {
      id,
      severity: "error",
      title: `the problem ${id} has no description`,
      why: "a problem without a description is a defect of this tool; the release is refused all the same",
      remedy: "Report this with the tool's version",
    }
  );
}

function resultOf<S>(check: Check<S>, outcome: Outcome, seen: readonly Finding[]): CheckResult {
  const { id, title } = check;
  if (outcome.status === "pass") return { id, title, status: "pass", evidence: outcome.evidence };
  if (outcome.status === "skip") return { id, title, status: "skip", evidence: [], reason: outcome.reason };
  const status = seen.some(({ severity }) => NEGATIVE.has(severity)) ? "fail" : "pass";
  return { id, title, status, evidence: seen.map(evidenceOf) };
}

function evidenceOf({ at, expected, actual }: Finding): CheckResult["evidence"][number] {
  return { at, ...(expected === undefined ? {} : { expected }), ...(actual === undefined ? {} : { actual }) };
}
