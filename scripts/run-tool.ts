import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

/** Runs a script of a development dependency with this very Node. When it fails, it has said why: this ends too. */
export function runTool(script: string, args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
