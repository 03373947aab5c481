import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const RUN = fileURLToPath(new URL("../../bin/run.js", import.meta.url));

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The built CLI, in a plain environment: no colour, no locale, no trust of the person who runs the tests. */
export function runCli(args: readonly string[], options: CliOptions = {}): CliResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [RUN, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env["PATH"], CAVRA_HOME: "/nonexistent/cavra", ...options.env },
    encoding: "utf8",
  });
  return { exitCode: status, stdout, stderr };
}

/** As runCli, while this process goes on: for commands that ask a service which the test plays. */
export async function awaitCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const env = { CAVRA_HOME: "/nonexistent/cavra", ...options.env };
  const child = startCli(args, { ...options, env });
  const read = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => (read[name] += text));
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, ...read };
}

/** The built CLI with its streams in the hands of the test. */
export function startCli(args: readonly string[], options: CliOptions = {}): ReturnType<typeof spawn> {
  return spawn(process.execPath, [RUN, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { PATH: process.env["PATH"], ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Text as it reads, wherever its lines were broken. */
export function unwrapped(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

export { RUN as CLI_PATH };
