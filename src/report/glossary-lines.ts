import type { Severity } from "../model/finding.ts";
import { emptyLine, line, row, span, type Line } from "./span.ts";

/** What the glossary knows of one id. */
export interface ExplainedEntry {
  readonly kind: string;
  readonly id: string;
  readonly title: string;
  readonly severity?: Severity;
  /** Of a check: those that must pass before it. Of a rule: the bump that makes the change legitimate. */
  readonly needs?: readonly string[] | string | null;
  readonly waivable?: string;
  readonly example?: { readonly was: string; readonly now: string };
  readonly why?: string;
  readonly remedy?: string;
}

/** One entry in full. */
export function entryLines(entry: ExplainedEntry): readonly Line[] {
  const { kind, id, title, severity, why, remedy, example } = entry;
  return [
    line([span(id, "strong"), `  (${severity === undefined ? kind : `${kind}, ${severity}`})`]),
    line([title], 2),
    ...needsRows(entry),
    ...waiverRows(entry),
    ...(example === undefined ? [] : [row("example", "was  ", example.was), row("", "now  ", example.now)]),
    ...(why === undefined ? [] : [row("why", why)]),
    ...(remedy === undefined ? [] : [row("help", remedy)]),
  ];
}

function needsRows({ kind, needs }: ExplainedEntry): readonly Line[] {
  if (kind === "rule")
    return [row("allowed by", needs == null ? "no version bump" : `a ${String(needs)} version`)];
  return Array.isArray(needs) && needs.length > 0 ? [row("needs", needs.join(", "))] : [];
}

const WAIVERS: Readonly<Record<string, string>> = {
  one: "by one signed waiver",
  two: "by waivers of two holders",
  never: "never",
};

function waiverRows({ waivable }: ExplainedEntry): readonly Line[] {
  return waivable === undefined ? [] : [row("waivable", WAIVERS[waivable] ?? waivable)];
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
