import { visibleText } from "../formats/visible-text.ts";
import type { TextStyle } from "../model/text-style.ts";
import type { Line, Span, Tone } from "./span.ts";

const SGR: Readonly<Record<Tone, string>> = {
  plain: "",
  strong: "1",
  faint: "2",
  good: "1;32",
  bad: "1;31",
  doubt: "1;33",
};

/**
 * Lines as text for one terminal. Every span is made visible here, so nothing that a stranger wrote reaches a terminal
 * as a control character. Lines break at blanks only: a digest or path is never cut, it overflows instead.
 */
export function layOut(lines: readonly Line[], style: TextStyle): string {
  return lines.flatMap((line) => wrap(line, style)).join("");
}

function wrap(line: Line, style: TextStyle): readonly string[] {
  const rows: string[] = [];
  let current = new Row(line.indent, style.color);
  for (const word of wordsOf(line.spans, style.ascii)) {
    if (
      !current.isEmpty &&
      breaksBefore(word.text.trimEnd().length, current, line.hang, style.widthColumns)
    ) {
      rows.push(current.text());
      current = new Row(line.hang, style.color);
    }
    current.add(word);
  }
  rows.push(current.text());
  return rows;
}

/** A word that would not fit on a row of its own either stays where it is: its label stays beside it. */
function breaksBefore(length: number, row: Row, hang: number, widthColumns: number): boolean {
  return row.columns + length > widthColumns && hang + length <= widthColumns;
}

/** Words with the blanks that follow them: columns that were padded stay columns. */
function wordsOf(spans: readonly Span[], ascii: boolean): readonly Span[] {
  return spans.flatMap(({ text, tone }) =>
    (visibleText(text, ascii).match(/^ +|[^ ]+ */g) ?? []).map((word) => ({ text: word, tone })),
  );
}

class Row {
  readonly #color: boolean;
  readonly #parts: Span[] = [];
  columns: number;

  constructor(indent: number, color: boolean) {
    this.#color = color;
    this.columns = indent;
    if (indent > 0) this.#parts.push({ text: " ".repeat(indent), tone: "plain" });
  }

  get isEmpty(): boolean {
    return this.#parts.every(({ text }) => text.trim() === "");
  }

  add(word: Span): void {
    this.#parts.push(word);
    this.columns += word.text.length;
  }

  text(): string {
    const merged: { text: string; tone: Tone }[] = [];
    for (const { text, tone } of this.#parts) {
      const last = merged.at(-1);
      if (last?.tone === tone) last.text += text;
      else merged.push({ text, tone });
    }
    const last = merged.at(-1);
    if (last !== undefined) last.text = last.text.trimEnd();
    return `${inert(merged.map(({ text, tone }) => paint(text, tone, this.#color)).join(""))}\n`;
  }
}

/**
 * CI systems take lines of a log for commands: `::` at the start of one (GitHub), `##[` and `##vso[` anywhere (GitHub,
 * Azure). What a stranger wrote shall not add annotations, hide values or stop later commands.
 */
function inert(row: string): string {
  return row.replace(/^( *):(?=:)/, "$1\\u{3a}").replaceAll(/##(?=[a-z]*\[)/g, "#\\u{23}");
}

function paint(text: string, tone: Tone, color: boolean): string {
  const code = SGR[tone];
  if (!color || code === "" || text.trim() === "") return text;
  const words = text.trimEnd();
  return `\u001b[${code}m${words}\u001b[0m${text.slice(words.length)}`;
}
