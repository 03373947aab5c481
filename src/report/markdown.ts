import { visibleText } from "../formats/visible-text.ts";
import type { Finding } from "../model/finding.ts";
import type { Report, UpgradeFacts } from "../model/report.ts";
import { notCheckedOf } from "./not-checked.ts";
import { reportedFindings } from "./reported-findings.ts";
import type { Line } from "./span.ts";
import { verdictLine } from "./verdict-line.ts";

const MAX_VALUE_CHARACTERS = 400;

/**
 * A report as GitHub Markdown, for example a job summary. What does not fit is left out section by section from the end,
 * and that is said; the verdict always stays.
 * @param maxBytes Of UTF-8; at least a few hundred.
 */
export function renderMarkdown(report: Report, maxBytes: number): string {
  const blocks = blocksOf(report);
  const kept: string[] = [];
  let usedBytes = 0;
  for (const [index, block] of blocks.entries()) {
    const isLast = index === blocks.length - 1;
    usedBytes += Buffer.byteLength(block);
    const isTooMuch = usedBytes + (isLast ? 0 : Buffer.byteLength(OMISSION)) > maxBytes;
    if (isTooMuch && index > 0) return `${kept.join("")}${OMISSION}`;
    kept.push(block);
  }
  return kept.join("");
}

const OMISSION = "\nThe rest of this report did not fit here: see the JSON report.\n";

function blocksOf(report: Report): readonly string[] {
  const { verdict, upgrade } = report;
  const findings = reportedFindings(report);
  return [
    `## ${escaped(textOf(verdictLine(report)))}\n\n${escaped(verdict.reason)}\n`,
    ...(upgrade === undefined ? [] : [upgradeTable(upgrade)]),
    ...findings.map(findingBlock),
    factTable(report),
    notCheckedBlock(report),
  ];
}

function textOf({ spans }: Line): string {
  return spans
    .map(({ text }) => text)
    .join("")
    .replaceAll(/ +/g, " ");
}

function upgradeTable({ rows, previous, candidate }: UpgradeFacts): string {
  const cells = rows.map(({ what, was, now, findings }) =>
    tableRow([escaped(what), code(was), code(now), findings.map(code).join(" ")]),
  );
  const verdicts = tableRow(["verdict", code(previous.verdict), code(candidate.verdict), ""]);
  return `\n${table(["", "previous", "candidate", "rules"], [verdicts, ...cells])}`;
}

function findingBlock({ id, severity, title, at, expected, actual, why, remedy }: Finding): string {
  return [
    "",
    `### ${severity} ${code(id)}: ${escaped(title)}`,
    "",
    `- where: ${code(at)}`,
    ...(expected === undefined ? [] : [`- expected: ${code(expected)}`]),
    ...(actual === undefined ? [] : [`- found: ${code(actual)}`]),
    `- why: ${escaped(why)}`,
    `- help: ${escaped(remedy)}`,
    "",
  ].join("\n");
}

function factTable(report: Report): string {
  const { subject, release, trust, threshold, checks } = report;
  const passed = checks.filter(({ status }) => status === "pass").length;
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ["subject", subject.path],
    ["SHA-256", subject.sha256],
    [
      "release",
      release === null ? null : `${release.product} ${release.version}, ${release.line}/${release.channel}`,
    ],
    ["release id", release?.manifestSha256],
    ["commit", release?.commit],
    [
      "signatures",
      threshold === null ? "not judged" : `${threshold.holders} of ${threshold.needed} needed holders`,
    ],
    [
      "trust",
      trust === null ? "none was given" : `${trust.source}, root version ${trust.version} (${trust.purpose})`,
    ],
    ["raised limits", raisedWords(report)],
    ["checks", `${passed} of ${checks.length} passed`],
  ];
  const rows = facts.flatMap(([name, value]) => (value == null ? [] : [tableRow([name, code(value)])]));
  return `\n${table(["", ""], rows)}`;
}

function raisedWords({ policy }: Report): string | null {
  const words = policy.raisedLimits.map(
    ({ name, value, default: least }) => `${name} ${value} (not ${least})`,
  );
  return words.length === 0 ? null : words.join(", ");
}

function notCheckedBlock(report: Report): string {
  const groups = Map.groupBy(notCheckedOf(report), ({ reason }) => reason);
  const lines = [...groups].map(
    ([reason, members]) => `- ${members.map(({ id }) => code(id)).join(", ")}: ${escaped(reason)}`,
  );
  const words = report.checks.length === 0 ? ["- everything: no check ran"] : lines;
  return `\n### Not checked\n\n${(words.length === 0 ? ["- nothing was left out"] : words).join("\n")}\n`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  return `${[tableRow(head), tableRow(head.map(() => "---")), ...rows].join("\n")}\n`;
}

/** `\\|` would do for one bar, but not after a backslash of a stranger. */
function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\u{7c}")).join(" | ")} |`;
}

/** Words of a stranger as a code span: in there nothing is markup, a link or a mention (CommonMark 0.31, 6.1). */
function code(text: string): string {
  const visible = visibleText(shortened(text));
  const longest = Math.max(0, ...(visible.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 || visible.trim() === "" ? " " : "";
  return `${fence}${pad}${visible}${pad}${fence}`;
}

/** Our own words, which may hold marks by accident, and paths that were typed. */
function escaped(text: string): string {
  return visibleText(text).replaceAll(/[\\`*_[\]<>&#|~@]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function shortened(text: string): string {
  return text.length <= MAX_VALUE_CHARACTERS ? text : `${text.slice(0, MAX_VALUE_CHARACTERS)} ...`;
}
