import type { RaisedLimit, Report, UpgradeFacts, VerdictWord } from "../model/report.ts";
import { countFindings } from "./findings.ts";
import { count, formatBytes } from "./quantity.ts";
import { line, row, span, type Line, type Tone } from "./span.ts";

const TONES: Readonly<Record<VerdictWord, Tone>> = {
  PASS: "good",
  FAIL: "bad",
  REFUSED: "bad",
  UNKNOWN: "doubt",
  INCOMPLETE: "doubt",
};

/** The first line: one word, of what, and what that means for the reader. */
export function verdictLine(report: Report): Line {
  const { word, qualifier } = report.verdict;
  const spans = [
    span(qualifier === null ? word : `${word} (${qualifier})`, TONES[word]),
    `  ${nameOf(report)}${meaningOf(report)}`,
  ];
  return line(spans, 0, 2);
}

/** Said right under the verdict: with higher caps it is another verdict. */
export function limitLines({ policy }: Report): readonly Line[] {
  return raisedLines(policy.raisedLimits);
}

export function raisedLines(limits: readonly RaisedLimit[]): readonly Line[] {
  return limits.map((limit) =>
    row("raised", `limit ${limit.name} is ${limit.value} instead of ${limit.default}`),
  );
}

/** A refused or unproven subject is called by the path that the reader typed, never by what it says of itself. */
function nameOf({ release, subject, upgrade }: Report): string {
  const step = upgrade === undefined ? undefined : stepOf(upgrade);
  if (step !== undefined) return step;
  return release === null ? subject.path : `${release.package} v${release.version}`;
}

/** `v0.1.0 -> v0.2.0 (minor)`; undefined unless both versions are proven. */
function stepOf({ previous, candidate, bump }: UpgradeFacts): string | undefined {
  if (previous.version === null || candidate.version === null) return undefined;
  return `v${previous.version} -> v${candidate.version}${bump === null ? "" : ` (${bump})`}`;
}

function meaningOf(report: Report): string {
  const counted = countFindings(report.findings);
  switch (report.verdict.word) {
    case "PASS":
      return passed(report);
    case "FAIL":
      return `: do not ${isUpgrade(report) ? "ship" : "install"}.  ${counted}`;
    case "REFUSED":
      return ": hostile or malformed; nothing was written";
    case "UNKNOWN":
      return ": nothing was proven";
    case "INCOMPLETE":
      return ": could not be judged to the end";
  }
}

function passed(report: Report): string {
  const { findings } = report;
  const parts = [...extentOf(report), ...(findings.length === 0 ? [] : [countFindings(findings)])];
  return parts.length === 0 ? "" : `  ${parts.join("  ")}`;
}

/** How much was looked at. */
function extentOf({ release, upgrade }: Report): readonly string[] {
  if (upgrade !== undefined) return [count(upgrade.rulesEvaluated, "rule")];
  if (release?.fileCount == null || release.totalBytes === null) return [];
  return [`${count(release.fileCount, "file")}, ${formatBytes(release.totalBytes)}`];
}

export function isUpgrade(report: Report): boolean {
  return report.command.includes("upgrade");
}
