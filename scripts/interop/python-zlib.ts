import { fileURLToPath } from "node:url";
import { runProgram, versionOf } from "./run-program.ts";

const SCRIPT = fileURLToPath(new URL("canonical-deflate.py", import.meta.url));

/** Version of the zlib in Python; undefined without one, and for zlib-ng, which writes other streams. */
export async function findPythonZlib(cwd: string): Promise<string | undefined> {
  if ((await versionOf(["python3", "--version"])) === undefined) return undefined;
  const code = "import zlib; print(zlib.ZLIB_RUNTIME_VERSION)";
  const result = await runProgram(["python3", "-c", code], { cwd });
  const version = result?.exitCode === 0 ? result.stdout.trim() : undefined;
  return version?.includes("ng") === true ? undefined : version;
}

/** Has Python's zlib write every deflate stream of the zips again. */
export async function recompress(
  zips: readonly string[],
  cwd: string,
): Promise<{ readonly streams: number; readonly sizeBytes: number; readonly defects: readonly string[] }> {
  const result = await runProgram(["python3", SCRIPT, ...zips], { cwd, timeoutMs: 300_000 });
  const totals = /^(\d+) streams of (\d+) bytes/.exec(result?.stdout ?? "");
  const defects = result?.exitCode === 0 ? [] : [`canonical-deflate.py: ${result?.stderr ?? "timeout"}`];
  return { streams: Number(totals?.[1] ?? 0), sizeBytes: Number(totals?.[2] ?? 0), defects };
}
