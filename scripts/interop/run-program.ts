import { availableParallelism } from "node:os";
import { runProcess, type ProcessResult } from "../../src/io/process.ts";
import { Failure } from "../../src/model/failure.ts";

const LANES = Math.min(4, availableParallelism());

/** Nothing of the locale or the time zone of the machine, and no terminal to ask for a password. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "",
  HOME: process.env["HOME"] ?? "",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
};

/** undefined: the program did not end in time and was stopped. */
export async function runProgram(
  argv: readonly [string, ...string[]],
  options: { readonly cwd: string; readonly timeoutMs?: number; readonly env?: Record<string, string> },
): Promise<ProcessResult | undefined> {
  const { cwd, timeoutMs = 20_000, env = {} } = options;
  try {
    return await runProcess({ argv, cwd, timeoutMs, env: { ...ENVIRONMENT, ...env } });
  } catch (error) {
    if (error instanceof Failure && error.code === "build") return undefined;
    throw error;
  }
}

/** First line of what a program prints about itself; undefined when there is no such program, or one that cannot run. */
export async function versionOf(argv: readonly [string, ...string[]]): Promise<string | undefined> {
  try {
    const result = await runProgram(argv, { cwd: process.cwd() });
    if (result?.exitCode !== 0) return undefined;
    const lines = `${result.stdout}\n${result.stderr}`.split("\n");
    return lines.map((line) => line.trim()).find((line) => line !== "");
  } catch (error) {
    if (error instanceof Failure && error.code === "toolchain") return undefined;
    throw error;
  }
}

/** The results in the order of the items; a few items at a time. */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}
