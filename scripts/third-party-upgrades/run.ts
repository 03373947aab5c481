import { execFile } from "node:child_process";
import { plainEnvironment } from "../samples/run-cavra.ts";

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a program to its end; one that cannot be started counts as failed. */
export async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return await new Promise((resolve) => {
    const options = { cwd, env: { ...plainEnvironment(), ...variables }, maxBuffer: MAX_OUTPUT_BYTES };
    execFile(program, args, options, (error, stdout, stderr) => {
      const exitCode = typeof error?.code === "number" ? error.code : 70;
      resolve({ exitCode: error === null ? 0 : exitCode, stdout, stderr });
    });
  });
}
