import { unversioned } from "../compare/unversioned.ts";
import { sha256Hex } from "../crypto/digest.ts";
import { visibleText } from "../formats/visible-text.ts";
import type { Finding } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import type { ExplainedEntry } from "./glossary-lines.ts";
import { notCheckedOf } from "./not-checked.ts";
import { isOfPrevious, levelOf, reportedFindings } from "./reported-findings.ts";

/** Code scanning shows no more of one run; the worst come first, and a notification counts the others. */
const MAX_RESULTS = 5000;
const MAX_VALUE_CHARACTERS = 400;

/**
 * A report as a SARIF 2.1.0 log (OASIS) with one run. The same finding has the same fingerprint in every candidate, so
 * that an alert lives on until its cause is gone.
 * @param entries What the glossary knows; each problem and rule becomes a rule of the log.
 */
export function sarifLog(report: Report, entries: readonly ExplainedEntry[]): object {
  const { tool, command, verdict } = report;
  const findings = reportedFindings(report);
  const rules = rulesOf(report, entries, findings);
  const ruleIndexes = new Map(rules.map(({ id }, index) => [id, index]));
  const fingerprints = fingerprintsOf(report, findings);
  const run = {
    tool: { driver: { name: tool.name, semanticVersion: tool.version, rules: rules.map(ruleOf) } },
    automationDetails: { id: `${tool.name}/${command.split(" ").at(-1) ?? command}/` },
    columnKind: "utf16CodeUnits",
    invocations: [
      {
        executionSuccessful: verdict.word !== "INCOMPLETE",
        exitCode: verdict.exitCode,
        exitCodeDescription: verdict.word,
        toolExecutionNotifications: notificationsOf(report, findings.length),
      },
    ],
    results: findings.slice(0, MAX_RESULTS).map((finding, index) => ({
      ...resultOf(report, finding),
      ruleIndex: ruleIndexes.get(finding.id),
      partialFingerprints: { "cavraFinding/v1": fingerprints[index] },
    })),
    properties: { verdict: verdict.word, reason: plainText(verdict.reason) },
  };
  return { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
}

/** Rules of an upgrade belong to reports of an upgrade. Some ids are a problem's and a rule's: the first explains both. */
function rulesOf(
  { upgrade }: Report,
  entries: readonly ExplainedEntry[],
  findings: readonly Finding[],
): readonly ExplainedEntry[] {
  const known = entries.filter(
    ({ kind }) => kind === "problem" || (kind === "rule" && upgrade !== undefined),
  );
  const found = findings.map((finding): ExplainedEntry => ({ kind: "problem", ...finding }));
  return [...Map.groupBy([...known, ...found], ({ id }) => id).values()].flatMap(([first]) => first ?? []);
}

function ruleOf({ id, title, severity = "error", why = title, remedy, example }: ExplainedEntry): object {
  const help = [
    `Why it matters: ${why}.`,
    ...(remedy === undefined ? [] : [`What to do: ${remedy}.`]),
    ...(example === undefined ? [] : [`For example: was ${example.was}, now ${example.now}.`]),
    `More: cavra explain ${id}`,
  ];
  return {
    id,
    shortDescription: { text: plainText(title) },
    fullDescription: { text: plainText(why) },
    help: { text: plainText(help.join(" ")) },
    defaultConfiguration: { level: levelOf(severity) },
    properties: { tags: ["supply-chain", id.split(".", 1)[0] ?? id] },
  };
}

function resultOf(report: Report, finding: Finding): object {
  const { id, severity, title, at, expected, actual } = finding;
  const values = [
    ...(expected === undefined ? [] : [`expected ${shortened(expected)}`]),
    ...(actual === undefined ? [] : [`found ${shortened(actual)}`]),
  ];
  const text = [`${title}: ${at}`, ...values].join("; ");
  return {
    ruleId: id,
    level: levelOf(severity),
    message: { text: plainText(text) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: {
            uri: uriOf(isOfPrevious(finding) ? previousPath(report) : report.subject.path),
          },
          // Viewers that know only text files need a line; a package has none.
          region: { startLine: 1 },
        },
        logicalLocations: [{ fullyQualifiedName: visibleText(at) }],
      },
    ],
  };
}

function previousPath({ upgrade, subject }: Report): string {
  return upgrade?.previous.path ?? subject.path;
}

/** Of rule and subject, not of place or version; a number tells apart what is the same in both. */
function fingerprintsOf(report: Report, findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const print = sha256Hex(Buffer.from(`${finding.id}\n${subjectOf(report, finding)}`));
    const occurrence = (seen.get(print) ?? 0) + 1;
    seen.set(print, occurrence);
    return `${print}:${occurrence}`;
  });
}

function subjectOf({ release, upgrade }: Report, finding: Finding): string {
  if ("subject" in finding && typeof finding.subject === "string") return finding.subject;
  if (finding.check === "verdict") return "";
  const version = isOfPrevious(finding) ? upgrade?.previous.version : release?.version;
  return unversioned(finding.at, version ?? "");
}

function notificationsOf(report: Report, findingCount: number): readonly object[] {
  const hidden = findingCount - MAX_RESULTS;
  return [
    ...(hidden > 0
      ? [{ level: "warning", message: { text: `${hidden} more findings; all of them: --report` } }]
      : []),
    ...notCheckedOf(report).map(({ id, reason }) => ({
      level: "note",
      message: { text: plainText(`not checked: ${id}: ${reason}`) },
    })),
  ];
}

function shortened(text: string): string {
  return text.length <= MAX_VALUE_CHARACTERS ? text : `${text.slice(0, MAX_VALUE_CHARACTERS)} ...`;
}

/** SARIF 2.1.0, 3.11.6: `[words](target)` in a plain text message would be a link, and strangers write these words. */
function plainText(text: string): string {
  return visibleText(text).replaceAll(/\[(?=[^\]]*\]\()/g, "\\[");
}

/** RFC 3986; relative paths stay relative, to the folder that the command ran in. */
function uriOf(path: string): string {
  const isDrive = /^[A-Za-z]:[\\/]/.test(path);
  const slashes = isDrive ? `/${path.replaceAll("\\", "/")}` : path;
  const encoded = slashes.toWellFormed().split("/").map(encodeURIComponent).join("/");
  return slashes.startsWith("/") ? `file://${encoded.replace(/^\/([A-Za-z])%3A\//, "/$1:/")}` : encoded;
}
