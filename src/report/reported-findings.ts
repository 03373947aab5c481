import type { Finding, Severity } from "../model/finding.ts";
import type { Report } from "../model/report.ts";

export const WORST_FIRST: readonly Severity[] = ["fatal", "error", "unknown", "warning", "note"];

/** The three levels that CI systems know. */
export type Level = "error" | "warning" | "note";

const LEVELS: Readonly<Record<Severity, Level>> = {
  fatal: "error",
  error: "error",
  unknown: "warning",
  warning: "warning",
  note: "note",
};

export function levelOf(severity: Severity): Level {
  return LEVELS[severity];
}

/** In an upgrade the place of a finding begins with the side that it was seen on. */
export function isOfPrevious({ at }: Finding): boolean {
  return at.startsWith("previous: ");
}

/** Whether a finding keeps the verdict from PASS. */
export function isBlocking({ severity }: Finding, { upgrade }: Report): boolean {
  if (severity === "warning") return upgrade?.failOn === "warning";
  return severity !== "note";
}

/**
 * Findings, worst first. Where none of them explains a verdict that is not PASS, one that does comes first: no rendering
 * of such a report may look clean.
 */
export function reportedFindings(report: Report): readonly Finding[] {
  const { findings, verdict } = report;
  const sorted = WORST_FIRST.flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
  if (verdict.word === "PASS" || findings.some((finding) => isBlocking(finding, report))) return sorted;
  return [verdictFinding(report), ...sorted];
}

function verdictFinding({ verdict, subject }: Report): Finding {
  return {
    id: `verdict.${verdict.word.toLowerCase()}`,
    severity: verdict.word === "FAIL" || verdict.word === "REFUSED" ? "error" : "unknown",
    check: "verdict",
    title: verdict.reason,
    why: "what is not proven may not be relied on",
    remedy: "Read the whole report",
    at: subject.path,
  };
}
