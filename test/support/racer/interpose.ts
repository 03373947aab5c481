import { createRequire, syncBuiltinESMExports } from "node:module";
import type * as FileSystem from "node:fs";

const fs = createRequire(import.meta.url)("node:fs") as typeof FileSystem;
const CALLS = ["openSync", "readSync", "fstatSync", "lstatSync", "opendirSync", "closeSync"] as const;
const PROMISED = ["open", "lstat", "mkdir", "rename"] as const;

type AnyCall = (this: unknown, ...args: readonly unknown[]) => unknown;

/**
 * Runs `work` and calls `before(step)` before each of its calls of the file system, counted from 1: the moments at which
 * somebody else could get in between. What `before` itself does is not counted. Returns the number of steps.
 */
export async function interposed(before: (step: number) => void, work: () => Promise<void>): Promise<number> {
  let steps = 0;
  let isInside = false;
  const count = (): void => {
    if (isInside) return;
    isInside = true;
    steps += 1;
    before(steps);
    isInside = false;
  };
  const restore = [...patched(fs, CALLS, count), ...patched(fs.promises, PROMISED, count)];
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    for (const undo of restore) undo();
    syncBuiltinESMExports();
  }
  return steps;
}

function patched(owner: object, names: readonly string[], count: () => void): readonly (() => void)[] {
  const calls = owner as Record<string, AnyCall>;
  return names.map((name) => {
    const real = calls[name];
    if (real === undefined) throw new Error(`node:fs has no ${name}`);
    calls[name] = (...args) => {
      count();
      return Reflect.apply(real, owner, args);
    };
    return () => {
      calls[name] = real;
    };
  });
}
