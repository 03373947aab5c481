import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";

/** A file system of its own; undefined where mounting is not allowed. */
export interface Mount {
  readonly folder: string;
  makeReadOnly(): void;
  unmount(): void;
}

/** Mounts an empty file system in memory of at most this size. Needs root and Linux. */
export function mountMemory(folder: string, sizeBytes: number): Mount | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  mkdirSync(folder, { recursive: true });
  try {
    run("mount", "-t", "tmpfs", "-o", `size=${sizeBytes},mode=0755`, "cavra-test", folder);
  } catch {
    return undefined;
  }
  return {
    folder,
    makeReadOnly: () => run("mount", "-o", "remount,ro", folder),
    unmount: () => run("umount", folder),
  };
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: "ignore" });
}
