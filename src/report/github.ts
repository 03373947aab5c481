import { visibleText } from "../formats/visible-text.ts";
import type { Finding } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { count } from "./quantity.ts";
import { levelOf, reportedFindings, type Level } from "./reported-findings.ts";

/** GitHub shows no more annotations of one kind for one step. */
const MAX_OF_A_KIND = 10;
const MAX_VALUE_CHARACTERS = 400;
const COMMANDS: Readonly<Record<Level, string>> = { error: "error", warning: "warning", note: "notice" };

/**
 * A report as workflow commands: one annotation for each finding, worst first, at most ten of a kind; the tenth counts
 * the others. Empty for a clean PASS.
 */
export function annotationLines(report: Report): string {
  const byLevel = Map.groupBy(reportedFindings(report), ({ severity }) => levelOf(severity));
  const levels: readonly Level[] = ["error", "warning", "note"];
  return levels
    .flatMap((level) => levelLines(level, byLevel.get(level) ?? []))
    .map((line) => `${line}\n`)
    .join("");
}

function levelLines(level: Level, findings: readonly Finding[]): readonly string[] {
  if (findings.length <= MAX_OF_A_KIND) return findings.map((finding) => findingLine(level, finding));
  const shown = findings.slice(0, MAX_OF_A_KIND - 1);
  const rest = `${count(findings.length - shown.length, `more ${COMMANDS[level]}`)}; all of them are in the report`;
  return [...shown.map((finding) => findingLine(level, finding)), command(level, "cavra", rest)];
}

function findingLine(level: Level, { id, title, at, expected, actual, remedy }: Finding): string {
  const words = [
    title,
    `--> ${shortened(at)}`,
    ...(expected === undefined ? [] : [`expected ${shortened(expected)}`]),
    ...(actual === undefined ? [] : [`found ${shortened(actual)}`]),
    `help: ${remedy}`,
  ];
  return command(level, id, words.map((text) => visibleText(text)).join("\n"));
}

/** One workflow command; its parts are escaped as @actions/core does, so that no text ends it or begins another. */
function command(level: Level, title: string, message: string): string {
  return `::${COMMANDS[level]} title=${escapedProperty(title)}::${escapedData(message)}`;
}

function escapedData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapedProperty(text: string): string {
  return escapedData(visibleText(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function shortened(text: string): string {
  return text.length <= MAX_VALUE_CHARACTERS ? text : `${text.slice(0, MAX_VALUE_CHARACTERS)} ...`;
}
