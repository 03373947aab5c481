import { writeSync } from "node:fs";
import { visibleText } from "../formats/visible-text.ts";
import type { TextStyle } from "../model/text-style.ts";
import { decideStyle, type StyleFlags } from "./terminal-settings.ts";

export interface TerminalFlags extends StyleFlags {
  readonly quiet?: boolean | undefined;
}

/** The only printer: stdout is the result, stderr is talk. */
export interface Terminal {
  readonly stdoutStyle: TextStyle;
  readonly stderrStyle: TextStyle;
  readonly quiet: boolean;
  /** Text that was laid out (and made visible) for stdout, or a JSON document. Ends with a newline. */
  writeResult(text: string): void;
  /** Text that was laid out for stderr. */
  writeTalk(text: string): void;
  /** One line of talk from raw words; nothing with `--quiet`. */
  note(words: string): void;
}

export function openTerminal(flags: TerminalFlags = {}): Terminal {
  const quiet = flags.quiet === true;
  const stderrStyle = styleOf(process.stderr, flags);
  return {
    stdoutStyle: styleOf(process.stdout, flags),
    stderrStyle,
    quiet,
    writeResult: (text) => void process.stdout.write(text),
    writeTalk: (text) => void process.stderr.write(text),
    note: (words) => {
      if (!quiet) process.stderr.write(`${visibleText(words, stderrStyle.ascii)}\n`);
    },
  };
}

function styleOf(stream: NodeJS.WriteStream, flags: StyleFlags): TextStyle {
  const { env, platform } = process;
  return decideStyle({ env, platform, isTerminal: stream.isTTY, columns: stream.columns }, flags);
}

/** Last words of a process that is about to be ended: written before the call returns, or not at all. */
export function writeLastWords(words: string): void {
  try {
    writeSync(process.stderr.fd, `${visibleText(words, true)}\n`);
  } catch {
    // Nobody listens any more.
  }
}
