import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../root.ts";

export interface RunOptions {
  readonly cwd: string;
  /** `$CAVRA_HOME`: a folder without the trust of whoever runs this. */
  readonly home: string;
  /** `show`: both streams of the command are ours. `keep`: only errors are shown. */
  readonly output: "show" | "keep";
}

export interface RunResult {
  readonly exitCode: number;
  /** Empty when it was shown. */
  readonly stdout: string;
}

/** The environment without what would make a run depend on the caller: trust, a repository, a development mode. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(?:CAVRA_|GIT_|NODE_ENV$|NODE_OPTIONS$|SOURCE_DATE_EPOCH$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** Runs the built CLI with this very Node. */
export async function runCavra(args: readonly string[], options: RunOptions): Promise<RunResult> {
  return await runProgram(process.execPath, [join(ROOT, "bin", "run.js"), ...args], options);
}

export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, home, output }: RunOptions,
): Promise<RunResult> {
  const child = spawn(program, args, {
    cwd,
    env: { ...plainEnvironment(), CAVRA_HOME: home },
    stdio: ["ignore", output === "show" ? "inherit" : "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve(signal === null ? (code ?? 70) : 70);
    });
  });
  return { exitCode, stdout };
}
