import { visibleText } from "../formats/visible-text.ts";
import type { Terminal } from "./terminal.ts";

export type StepStatus = "ok" | "warn" | "fail";

/** One step that is under way. */
export interface Step {
  /** Second level: a part of the step that is done or begun. */
  item(words: string): void;
  done(detail: string, status?: StepStatus): void;
}

/** What a flow tells while it works. Steps come one after the other. */
export interface Progress {
  title(words: string): void;
  step(name: string): Step;
}

const NAME_COLUMNS = 10;
/** Shorter times are noise: they differ from run to run and help nobody. */
const SHOWN_FROM_MS = 1000;
const MARKS: Readonly<Record<StepStatus, string>> = { ok: "ok", warn: "!!", fail: "xx" };

/** Lines on stderr, top to bottom, the same in a terminal and in a log: no cursor moves. */
export function terminalProgress(
  terminal: Terminal,
  clockMs: () => number = () => performance.now(),
): Progress {
  const { ascii } = terminal.stderrStyle;
  const write = (mark: string, name: string, words: string): void => {
    if (terminal.quiet) return;
    const label = visibleText(name, ascii).padEnd(NAME_COLUMNS);
    terminal.writeTalk(`  ${mark}  ${label}  ${visibleText(words, ascii)}\n`);
  };
  return {
    title: (words) => terminal.note(words),
    step: (name) => {
      const startedMs = clockMs();
      return {
        item: (words) => write("..", name, words),
        done: (detail, status = "ok") =>
          write(MARKS[status], name, `${detail}${took(clockMs() - startedMs)}`),
      };
    },
  };
}

/** For `--json`, `--quiet` and tests. */
export const silentProgress: Progress = {
  title: () => undefined,
  step: () => ({ item: () => undefined, done: () => undefined }),
};

function took(milliseconds: number): string {
  if (milliseconds < SHOWN_FROM_MS) return "";
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `  (${seconds.toFixed(1)} s)`;
  return `  (${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s)`;
}
