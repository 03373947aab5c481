import { spawnSync } from "node:child_process";

export type StockTool =
  | "minisign"
  | "openssl"
  | "pkcs11-tool"
  | "signify-openbsd"
  | "softhsm2-util"
  | "ssh-keygen";

/** Whether a tool is on this machine. Each of them ends with some code when it is asked for nothing. */
export function hasTool(tool: StockTool): boolean {
  return spawnSync(tool, ["--help"], { stdio: "ignore", timeout: 10_000 }).error === undefined;
}

/** Exit code of a tool in a folder; its output when that is wanted in a failure. */
export function runTool(
  folder: string,
  tool: StockTool,
  args: readonly string[],
  input: Uint8Array | string = "",
): { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string } {
  const run = spawnSync(tool, args, { cwd: folder, input, timeout: 60_000 });
  return { exitCode: run.status, stdout: run.stdout.toString(), stderr: run.stderr.toString() };
}
