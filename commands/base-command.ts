import { Command } from "@oclif/core/command";
import { boolean, string as text } from "@oclif/core/flags";
import type { OptionFlag } from "@oclif/core/interfaces";
import type { Tool } from "../src/flows/verification-report.ts";
import { silentProgress, terminalProgress, type Progress } from "../src/io/progress.ts";
import { openTerminal, type Terminal } from "../src/io/terminal.ts";
import type { Report } from "../src/model/report.ts";
import { renderJson } from "../src/report/json.ts";
import { layOut } from "../src/report/layout.ts";
import type { Line } from "../src/report/span.ts";
import { renderText, renderVerdict } from "../src/report/text.ts";

/** A flag without a value. Of oclif's own, one that is not given is undefined, whatever its type says. */
export function toggle(options: Parameters<typeof boolean<boolean>>[0]): ReturnType<typeof boolean<boolean>> {
  return boolean({ default: false, ...options });
}

/** A flag with which nothing passes. */
export function waiver(summary: string): ReturnType<typeof boolean<boolean>> {
  return toggle({ summary, helpGroup: "LESS THAN PASS" });
}

interface FlagWords {
  readonly summary: string;
  readonly helpGroup: string;
  readonly helpValue: string;
}

/** A flag that may be given several times, with one value each. */
export function repeated(words: FlagWords): OptionFlag<string[]> {
  return text({ ...words, multiple: true, multipleNonGreedy: true, default: [] });
}

/** The flags that every command has, as parsed. */
export interface BaseFlags {
  readonly json: boolean;
  readonly ascii: boolean;
  readonly color: boolean | undefined;
  readonly quiet: boolean;
}

/** Where a command puts its result: one document on stdout with `--json`, text without. */
export interface Output {
  readonly terminal: Terminal;
  readonly progress: Progress;
  /** Prints a report and returns the exit code of its verdict. */
  report(report: Report): number;
  /** Says something on stderr that is no result: what is about to happen. */
  talk(lines: readonly Line[]): void;
  /** Prints any other result: `document` for machines, `lines` for people. */
  result(document: object, lines: readonly Line[], exitCode?: number): number;
}

/** A command parses its flags, calls one flow, prints what it returns and ends with the exit code of that. */
export abstract class CavraCommand extends Command {
  static override baseFlags = {
    json: toggle({ summary: "Print one JSON document on stdout.", helpGroup: "OUTPUT" }),
    ascii: toggle({ summary: "Print nothing but ASCII.", helpGroup: "OUTPUT" }),
    color: boolean({ summary: "Colour, or not; NO_COLOR wins.", allowNo: true, helpGroup: "OUTPUT" }),
    quiet: toggle({ summary: "No progress; of a report the verdict alone.", helpGroup: "OUTPUT" }),
  };

  /** As reports and documents name their maker. */
  protected get tool(): Tool {
    return { name: "cavra", version: this.config.version };
  }

  /** Returns the exit code. */
  abstract override run(): Promise<number>;

  protected open(flags: BaseFlags): Output {
    const terminal = openTerminal(flags);
    const result = (document: object, lines: readonly Line[], exitCode = 0): number => {
      terminal.writeResult(flags.json ? renderJson(document) : layOut(lines, terminal.stdoutStyle));
      return exitCode;
    };
    const report = (document: Report): number => {
      const render = flags.quiet ? renderVerdict : renderText;
      terminal.writeResult(flags.json ? renderJson(document) : render(document, terminal.stdoutStyle));
      return document.verdict.exitCode;
    };
    const progress = flags.json || flags.quiet ? silentProgress : terminalProgress(terminal);
    const talk = (lines: readonly Line[]): void => {
      if (!flags.json && !flags.quiet) terminal.writeTalk(layOut(lines, terminal.stderrStyle));
    };
    return { terminal, progress, report, result, talk };
  }

  /** Errors are told in one place, bin/main.ts; oclif would set exit codes of its own. */
  protected override async catch(error: Error): Promise<never> {
    return await Promise.reject(error);
  }
}
