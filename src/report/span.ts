/** What a piece of text means; the layout decides what that looks like. */
export type Tone = "plain" | "strong" | "faint" | "good" | "bad" | "doubt";

/** Raw words, also of strangers: only the layout turns them into what a terminal may see. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line before wrapping. Continuation lines start at column `hang`. */
export interface Line {
  readonly indent: number;
  readonly hang: number;
  readonly spans: readonly Span[];
}

export function span(text: string, tone: Tone = "plain"): Span {
  return { text, tone };
}

export function line(spans: readonly (Span | string)[], indent = 0, hang = indent): Line {
  return { indent, hang, spans: spans.map((part) => (typeof part === "string" ? span(part) : part)) };
}

export const emptyLine: Line = { indent: 0, hang: 0, spans: [] };

const LABEL_COLUMNS = 13;

/** `  label       value`, the value in a column of its own. */
export function row(label: string, ...value: readonly (Span | string)[]): Line {
  return line([span(label.padEnd(LABEL_COLUMNS), "faint"), ...value], 2, 2 + LABEL_COLUMNS);
}
