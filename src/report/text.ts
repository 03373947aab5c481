import type { Report } from "../model/report.ts";
import type { TextStyle } from "../model/text-style.ts";
import { familyOf } from "../model/check.ts";
import { factLines } from "./facts.ts";
import { findingLines, worstFinding } from "./findings.ts";
import { layOut } from "./layout.ts";
import { notCheckedOf } from "./not-checked.ts";
import { emptyLine, line, row, span, type Line } from "./span.ts";
import { upgradeLines } from "./upgrade.ts";
import { isUpgrade, limitLines, verdictLine } from "./verdict-line.ts";

type Section = (report: Report) => readonly Line[];

/** What was proven comes first where it was; where it was not, what is wrong. */
const SECTIONS_OF_PASS: readonly Section[] = [
  verdictSection,
  factLines,
  upgradeLines,
  findingSection,
  notCheckedLines,
  nextLines,
];
const SECTIONS_OF_OTHERS: readonly Section[] = [
  verdictSection,
  upgradeLines,
  findingSection,
  separatedFacts,
  notCheckedLines,
  nextLines,
];

/** A report for people. Its first word is the verdict. */
export function renderText(report: Report, style: TextStyle): string {
  const sections = report.verdict.word === "PASS" ? SECTIONS_OF_PASS : SECTIONS_OF_OTHERS;
  return layOut(
    sections.flatMap((section) => section(report)),
    style,
  );
}

/** The verdict alone, for `--quiet`. */
export function renderVerdict(report: Report, style: TextStyle): string {
  return layOut([verdictLine(report), ...limitLines(report)], style);
}

function verdictSection(report: Report): readonly Line[] {
  const { word, reason } = report.verdict;
  return [
    verdictLine(report),
    ...limitLines(report),
    ...(word === "PASS" ? rollbackLines(report) : [row("reason", reason)]),
  ];
}

/** A PASS without a memory says at once what stood in for it (trust-spec section 5). */
function rollbackLines({ checks }: Report): readonly Line[] {
  const record = checks.find(({ id }) => id === "trust.record");
  return record?.status === "skip" && record.reason !== undefined ? [row("rollback", record.reason)] : [];
}

function findingSection(report: Report): readonly Line[] {
  return findingLines(report.findings);
}

function separatedFacts(report: Report): readonly Line[] {
  return [emptyLine, ...factLines(report)];
}

/** Always printed: a verdict that hides what it did not look at misleads. What has one reason stands on one line. */
function notCheckedLines(report: Report): readonly Line[] {
  if (report.checks.length === 0) return [emptyLine, row("not checked", "everything: no check ran")];
  const groups = Map.groupBy(notCheckedOf(report), ({ reason }) => reason);
  if (groups.size === 0) return [emptyLine, row("not checked", "nothing was left out")];
  return [
    emptyLine,
    ...[...groups].map(([reason, members], index) => {
      const names = namesOf(
        members.map(({ id }) => id),
        report,
      );
      return row(index === 0 ? "not checked" : "", span(names.join(", "), "strong"), `: ${reason}`);
    }),
  ];
}

/** Ids; a family of several checks that all went the same way is named once. */
function namesOf(ids: readonly string[], { checks }: Report): readonly string[] {
  const sizes = Map.groupBy(checks, ({ id }) => familyOf(id));
  const families = Map.groupBy(ids, familyOf);
  return [...families].flatMap(([family, members]) => {
    const isWhole = members.length > 1 && members.length === sizes.get(family)?.length;
    return isWhole ? [`${family}.*`] : members;
  });
}

function nextLines(report: Report): readonly Line[] {
  const words = nextStep(report);
  const worst = worstFinding(report.findings);
  return [
    emptyLine,
    line([span("next: ", "strong"), words], 0, 6),
    ...(worst === undefined ? [] : [line([span("more: ", "faint"), `cavra explain ${worst.id}`], 0, 6)]),
  ];
}

/** Never holds data of the judged package: what is printed here gets pasted into shells. */
function nextStep(report: Report): string {
  switch (report.verdict.word) {
    case "PASS":
      if (isUpgrade(report)) return "publish the candidate.";
      return report.verdict.qualifier === null
        ? "install from exactly these bytes. Keep the report: add --json."
        : "fine for a test. Before you install, verify against a production root that you got by another way.";
    case "FAIL":
      return "follow the help lines above, the first error first.";
    case "REFUSED":
      return "do not open it with any other tool. Keep the medium and ask your vendor by another way.";
    case "UNKNOWN":
      if (report.findings.some(({ id }) => id === "legacy.proves-nothing"))
        return "ask your vendor for a release made with cavra: no key and no flag can prove this one.";
      return report.trust === null
        ? "name the trust root that you got by another way: --trust FILE, or pin it once: cavra trust pin."
        : "remove the doubt that is named above, then run the same command again.";
    case "INCOMPLETE":
      return "make the subject readable, then run the same command again.";
  }
}
