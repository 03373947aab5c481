import { runCavra, runProgram } from "../samples/run-cavra.ts";

/** A story on stdout: headings, commands as typed, and what they print themselves. */
export interface Story {
  readonly chapter: (title: string) => void;
  readonly say: (text: string) => void;
  /** Runs one command line of cavra or git and compares its exit code. */
  readonly run: (commandLine: string, expectedExitCode?: number) => Promise<void>;
  /** Says how a check of the story's own went. */
  readonly claim: (holds: boolean, text: string) => void;
  readonly commandCount: number;
  /** What did not go as told. */
  readonly surprises: readonly string[];
}

export function startStory(scratch: string, home: string): Story {
  const surprises: string[] = [];
  let chapters = 0;
  let commandCount = 0;
  return {
    chapter: (title) => {
      const heading = `${(chapters += 1)}. ${title}`;
      write(`\n${heading}\n${"-".repeat(heading.length)}`);
    },
    say: write,
    run: async (commandLine, expected = 0) => {
      commandCount += 1;
      write(`\n$ ${commandLine}`);
      const exitCode = await runLine(commandLine, scratch, home);
      if (exitCode === expected) {
        if (exitCode !== 0) write(`(exit code ${exitCode}, as it should be)`);
        return;
      }
      surprises.push(`${commandLine}: exit code ${exitCode} instead of ${expected}`);
      write(`(exit code ${exitCode}, and it should be ${expected})`);
    },
    claim: (holds, text) => {
      write(`\n${holds ? "" : "NOT TRUE: "}${text}`);
      if (!holds) surprises.push(`not true: ${text}`);
    },
    get commandCount() {
      return commandCount;
    },
    surprises,
  };
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What is shown is what is run: no word of a command line holds a space. */
async function runLine(commandLine: string, cwd: string, home: string): Promise<number> {
  const [program = "", ...args] = commandLine.split(" ");
  const options = { cwd, home, output: "show" } as const;
  const { exitCode } =
    program === "cavra" ? await runCavra(args, options) : await runProgram(program, args, options);
  return exitCode;
}
