import type { Report } from "../model/report.ts";
import type { TextStyle } from "../model/text-style.ts";
import { factLines } from "./facts.ts";
import { findingLines } from "./findings.ts";
import { layOut } from "./layout.ts";
import { emptyLine, line, row, span, type Line } from "./span.ts";
import { isUpgrade, verdictLine } from "./verdict-line.ts";

type Section = (report: Report) => readonly Line[];

/** In the order in which a person needs them: the word, what it is about, what is wrong, what was not looked at, what now. */
const SECTIONS: readonly Section[] = [
  (report) => [verdictLine(report)],
  factLines,
  (report) => findingLines(report.findings),
  notCheckedLines,
  nextLines,
];

/** A report for people. Its first word is the verdict. */
export function renderText(report: Report, style: TextStyle): string {
  return layOut(
    SECTIONS.flatMap((section) => section(report)),
    style,
  );
}

/** The verdict alone, for `--quiet`. */
export function renderVerdict(report: Report, style: TextStyle): string {
  return layOut([verdictLine(report)], style);
}

/** Always printed: a verdict that hides what it did not look at misleads. */
function notCheckedLines({ notChecked, checks }: Report): readonly Line[] {
  const named = new Set(notChecked.map(({ id }) => id));
  const skipped = checks.flatMap(({ id, status, reason }) =>
    status === "skip" && !named.has(id) ? [{ id, reason: reason ?? "skipped" }] : [],
  );
  const all = [...notChecked, ...skipped];
  if (all.length === 0) return [emptyLine, row("not checked", "nothing was left out")];
  return [
    emptyLine,
    ...all.map(({ id, reason }, index) =>
      row(index === 0 ? "not checked" : "", span(id, "strong"), `: ${reason}`),
    ),
  ];
}

function nextLines(report: Report): readonly Line[] {
  const words = nextStep(report);
  const worst = report.findings.find(({ severity }) => severity !== "note" && severity !== "warning");
  const explain = worst === undefined ? "" : ` More about it: cavra explain ${worst.id}`;
  return [emptyLine, line([span("next: ", "strong"), `${words}${explain}`], 0, 6)];
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
      return report.trust === null
        ? "name the trust root that you got by another way: --trust FILE, or pin it once: cavra trust pin."
        : "remove the doubt that is named above, then run the same command again.";
    case "INCOMPLETE":
      return "make the subject readable, then run the same command again.";
  }
}
