import type { Finding, Severity } from "../model/finding.ts";
import { comparisonLines } from "./comparison.ts";
import { count } from "./quantity.ts";
import { WORST_FIRST } from "./reported-findings.ts";
import { emptyLine, line, span, type Line, type Tone } from "./span.ts";

const TONES: Readonly<Record<Severity, Tone>> = {
  fatal: "bad",
  error: "bad",
  unknown: "doubt",
  warning: "doubt",
  note: "strong",
};
/** Places of one problem that a person still reads; the JSON report lists all. */
const MAX_PLACES = 8;

/** Findings by problem, worst first, each problem explained once with every place where it was seen. */
export function findingLines(findings: readonly Finding[]): readonly Line[] {
  return groupByProblem(findings).flatMap((group) => [emptyLine, ...problemLines(group)]);
}

/** `2 errors, 1 warning`; empty when there is nothing to count. */
export function countFindings(findings: readonly Finding[]): string {
  const counted = WORST_FIRST.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    if (number === 0) return [];
    return [severity === "unknown" ? count(number, "doubt") : count(number, severity)];
  });
  return counted.join(", ");
}

/** What a reader should look at first; undefined when nothing keeps the verdict from PASS. */
export function worstFinding(findings: readonly Finding[]): Finding | undefined {
  const decisive: readonly Severity[] = ["fatal", "error", "unknown"];
  return decisive
    .map((severity) => findings.find((finding) => finding.severity === severity))
    .find((finding) => finding !== undefined);
}

type Group = readonly [Finding, ...Finding[]];

function groupByProblem(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const group = groups.get(finding.id);
    if (group === undefined) groups.set(finding.id, [finding]);
    else group.push(finding);
  }
  return WORST_FIRST.flatMap((severity) =>
    [...groups.values()].filter(([first]) => first.severity === severity),
  );
}

function problemLines(group: Group): readonly Line[] {
  const [{ id, severity, title, why, remedy }] = group;
  const places = group.length === 1 ? "" : ` (${count(group.length, "place")})`;
  const hidden = group.length - MAX_PLACES;
  return [
    line([span(`${severity}[${id}]:`, TONES[severity]), " ", span(`${title}${places}`, "strong")], 0, 2),
    ...group.slice(0, MAX_PLACES).flatMap(placeLines),
    ...(hidden > 0 ? [line([`... and ${count(hidden, "more place")}; all of them: --json`], 2, 6)] : []),
    line([span("why:  ", "faint"), why], 2, 8),
    line([span("help: ", "faint"), remedy], 2, 8),
  ];
}

function placeLines({ at, expected, actual }: Finding): readonly Line[] {
  return [line([span("--> ", "faint"), at], 2, 6), ...comparisonLines(expected, actual)];
}
