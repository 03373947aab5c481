import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { startCli } from "../cli.ts";

export interface InterruptedRun {
  /** null when the signal itself ended the process. */
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** When to send the signal: after some milliseconds, or as soon as something can be seen. */
export type Moment = number | (() => boolean);

const POLL_MS = 5;

/** Starts a command line, sends it a signal at a moment, and waits for its end. */
export async function interruptedRun(
  args: readonly string[],
  cwd: string,
  signal: "SIGINT" | "SIGKILL",
  moment: Moment,
): Promise<InterruptedRun> {
  const child = startCli(args, { cwd });
  const closed = once(child, "close");
  const stderr: Buffer[] = [];
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  child.stdout?.resume();
  const isEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  if (typeof moment === "number") await Promise.race([delay(moment), closed]);
  else while (!isEnded() && !moment()) await delay(POLL_MS);
  child.kill(signal);
  const [exitCode] = (await closed) as [number | null];
  return { exitCode, stderr: Buffer.concat(stderr).toString("utf8") };
}

/** Delays over a span of time, the same in every run of the tests. */
export function seededDelays(count: number, spanMs: number, seed: number): readonly number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * spanMs);
  });
}

/** Process ids of what runs in a folder, by the working folders that Linux tells. */
export function processesIn(folder: string): readonly string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

/** Runs the work for all items, a few at a time. */
export async function sideBySide<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const runners = Array.from({ length: width }, async () => {
    for (const item of queue) await work(item);
  });
  await Promise.all(runners);
}
