import { statfs } from "node:fs/promises";
import { environmentVariable } from "./environment.ts";
import { runProcess } from "./process.ts";
import { Failure } from "../model/failure.ts";

const ANSWER_TIMEOUT_MS = 10_000;

export const nodeVersion: string = process.versions.node;

/** First line that a program prints for these arguments; undefined when it cannot be started or fails. */
export async function answerOf(
  argv: readonly [string, ...string[]],
  extraEnvironment: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const inherited = ["PATH", "HOME", "SystemRoot", "PATHEXT"].flatMap((name) => {
    const value = environmentVariable(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const env = { ...Object.fromEntries(inherited), ...extraEnvironment };
  try {
    const result = await runProcess({ argv, cwd: process.cwd(), env, timeoutMs: ANSWER_TIMEOUT_MS });
    return result.exitCode === 0 ? result.stdout.split(/\r?\n/, 1)[0] : undefined;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Bytes that may still be written below a folder; undefined when the system does not tell. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
