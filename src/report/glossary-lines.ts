import type { Severity } from "../model/finding.ts";
import { emptyLine, line, row, span, type Line } from "./span.ts";

/** What the glossary knows of one id. */
export interface ExplainedEntry {
  readonly kind: string;
  readonly id: string;
  readonly title: string;
  readonly severity?: Severity;
  readonly needs?: readonly string[];
  readonly why?: string;
  readonly remedy?: string;
}

/** One entry in full. */
export function entryLines(entry: ExplainedEntry): readonly Line[] {
  const { kind, id, title, severity, needs = [], why, remedy } = entry;
  const head = severity === undefined ? `${kind} ` : `${severity} `;
  return [
    line([head, span(id, "strong")]),
    line([title], 2),
    ...(needs.length === 0 ? [] : [row("needs", needs.join(", "))]),
    ...(why === undefined ? [] : [row("why", why)]),
    ...(remedy === undefined ? [] : [row("help", remedy)]),
  ];
}

/** One line for each entry, in columns, a heading for each group. */
export function listLines(title: string, entries: readonly ExplainedEntry[]): readonly Line[] {
  const columns = Math.max(...entries.map(({ id }) => id.length)) + 2;
  const severityColumns = entries.some(({ severity }) => severity !== undefined) ? SEVERITY_COLUMNS : 0;
  const hang = 2 + columns + severityColumns;
  return [
    line([span(title, "strong")]),
    ...entries.map(({ id, severity = "", title: words }) =>
      line([id.padEnd(columns), severity.padEnd(severityColumns), words], 2, hang),
    ),
    emptyLine,
  ];
}

const SEVERITY_COLUMNS = 9;
