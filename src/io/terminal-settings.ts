import type { TextStyle } from "../model/text-style.ts";

/** What decides about the style; read once, so that the decision is a function. */
export interface TerminalFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** Of the stream that is written to. */
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
}

/** The flags `--[no-]color` and `--ascii`. */
export interface StyleFlags {
  readonly color?: boolean | undefined;
  readonly ascii?: boolean | undefined;
}

const DEFAULT_WIDTH_COLUMNS = 80;
const MIN_WIDTH_COLUMNS = 60;
const MAX_WIDTH_COLUMNS = 120;
const UTF8 = /utf-?8/i;

export function decideStyle(facts: TerminalFacts, flags: StyleFlags): TextStyle {
  return { widthColumns: widthOf(facts), color: decideColor(facts, flags), ascii: decideAscii(facts, flags) };
}

function widthOf({ isTerminal, columns }: TerminalFacts): number {
  if (!isTerminal || columns === undefined || columns === 0) return DEFAULT_WIDTH_COLUMNS;
  return Math.min(MAX_WIDTH_COLUMNS, Math.max(MIN_WIDTH_COLUMNS, columns));
}

/** NO_COLOR (no-color.org: set and not empty), then the flag, then FORCE_COLOR, then the terminal. */
function decideColor({ env, isTerminal }: TerminalFacts, flags: StyleFlags): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  if (flags.color !== undefined) return flags.color;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && env["TERM"] !== "dumb";
}

function decideAscii({ env, platform }: TerminalFacts, flags: StyleFlags): boolean {
  if (flags.ascii === true || env["TERM"] === "dumb") return true;
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((name) => (name ?? "") !== "");
  if (locale !== undefined) return !UTF8.test(locale);
  // Windows names no locale; its new terminal reads UTF-8, code pages 437 and 1252 do not.
  return platform !== "win32" || env["WT_SESSION"] === undefined;
}
