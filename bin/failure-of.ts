import { mkdtempSync, writeFileSync } from "node:fs";
import { arch, platform, release, tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { Failure } from "../src/model/failure.ts";
import { usageFailure } from "./usage-failure.ts";

/** An error as the failure that is told; `reportFile` only for what should never have happened. */
export interface ToldFailure {
  readonly failure: Failure;
  readonly reportFile: string | null;
}

const ISSUES_HINT = "please report this, with the report file";

/** Every error has an exit code: usage 2, the operating system 3, a Failure its own, anything else is a defect: 70. */
export function failureOf(error: unknown, commandLine: string, version: string): ToldFailure {
  if (error instanceof Failure && error.code !== "internal") return { failure: error, reportFile: null };
  const known = usageFailure(error, commandLine) ?? systemFailure(error);
  if (known !== undefined) return { failure: known, reportFile: null };
  const message = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
  return {
    failure: new Failure("internal", `internal error: ${message}`, { hint: ISSUES_HINT, cause: error }),
    reportFile: writeReport(error, commandLine, version),
  };
}

/** Errors of the operating system carry the call that failed; Node's own argument errors do not and are defects. */
function systemFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  const path = "path" in error && typeof error.path === "string" ? { at: error.path } : {};
  return new Failure("input", `${String(error.syscall)} failed with ${String(error.code)}`, {
    ...path,
    cause: error,
  });
}

/** Path of the report; null when not even that can be written. Arguments are left out: they may name what is private. */
function writeReport(error: unknown, commandLine: string, version: string): string | null {
  const lines = [
    `cavra ${version}`,
    `node ${process.versions.node} ${platform()} ${release()} ${arch()}`,
    `command ${commandLine}`,
    "",
    inspect(error, { depth: 4 }),
    "",
  ];
  try {
    const file = join(mkdtempSync(join(tmpdir(), "cavra-report-")), "report.txt");
    writeFileSync(file, lines.join("\n"), { mode: 0o600 });
    return file;
  } catch {
    return null;
  }
}
