import { runProcess } from "../io/process.ts";
import { Failure } from "../model/failure.ts";

export interface GitContext {
  /** Absolute path of the folder that git runs in. */
  readonly folder: string;
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * HOME stays, because `safe.directory` of a hosted runner stands in the global settings. Everything that could redirect
 * git (GIT_DIR, GIT_INDEX_FILE, ...) or change its words is dropped.
 */
const PASSED = ["PATH", "HOME", "XDG_CONFIG_HOME", "SystemRoot", "USERPROFILE"];

/** Settings of a repository that would run its programs or hide changes. */
const OVERRIDES = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.quotePath=false",
  "core.untrackedCache=false",
  "log.showSignature=false",
].flatMap((setting) => ["-c", setting]);

/** stdout of a git command that must succeed. Throws Failure "source" with git's words when it does not. */
export async function git(context: GitContext, ...args: readonly string[]): Promise<string> {
  const output = await gitIfPresent(context, ...args);
  if (output.ok) return output.stdout;
  throw new Failure("source", `git ${args[0] ?? ""} failed`, { at: context.folder, output: output.stderr });
}

/** As git, but a non-zero exit is an answer: a tag, a remote or a setting that is not there. */
export async function gitIfPresent(
  context: GitContext,
  ...args: readonly string[]
): Promise<{ readonly ok: boolean; readonly stdout: string; readonly stderr: string }> {
  const result = await runProcess({
    argv: ["git", "--no-pager", "--no-optional-locks", ...OVERRIDES, ...args],
    cwd: context.folder,
    env: gitEnvironment(context.hostEnvironment),
    timeoutMs: TIMEOUT_MS,
    signal: context.signal,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (result.stdoutTruncated) {
    throw new Failure("source", `git ${args[0] ?? ""} printed more than ${MAX_OUTPUT_BYTES} bytes`, {
      at: context.folder,
    });
  }
  return { ok: result.exitCode === 0, stdout: result.stdout, stderr: result.stderr };
}

function gitEnvironment(host: GitContext["hostEnvironment"]): Readonly<Record<string, string>> {
  const passed = PASSED.flatMap((name) => {
    const value = host[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    // A replacement ref or graft would show another history than the commit id names.
    GIT_NO_REPLACE_OBJECTS: "1",
    LC_ALL: "C",
    TZ: "UTC",
  };
}

/** Lines or NUL-separated records without the final empty one. */
export function records(text: string, separator: "\n" | "\0"): readonly string[] {
  return text.split(separator).filter((record) => record !== "");
}
