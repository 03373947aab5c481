import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Report } from "../../src/model/report.ts";
import { runCli, type CliResult } from "./cli.ts";
import { schemaProblems } from "./json-schema.ts";
import { SMALL_TRUST_ROOT, writeSmallSamples } from "./small-release.ts";

export const FIRST_ZIP = "cavra-go-runtime-v0.1.0.zip";
export const CANDIDATE_ZIP = "cavra-go-runtime-v0.2.0-rc.1.zip";
/** After both releases were made. */
export const WORLD_TIME = "2026-11-20T00:00:00Z";

/** Two small signed releases and their trust root, for the command line to judge. */
export interface SmallWorld {
  readonly folder: string;
  readonly trust: string;
  /** v0.1.0, stable. */
  readonly first: string;
  /** v0.2.0-rc.1. */
  readonly candidate: string;
  /** The flags that make a verification of them pass. */
  readonly flags: readonly string[];
}

/** @param folder Removed by the caller. */
export async function smallWorld(folder: string): Promise<SmallWorld> {
  await writeSmallSamples(folder);
  const trust = join(folder, SMALL_TRUST_ROOT);
  return {
    folder,
    trust,
    first: join(folder, FIRST_ZIP),
    candidate: join(folder, CANDIDATE_ZIP),
    flags: ["--trust", trust, "--allow-test-trust", "--at", WORLD_TIME],
  };
}

/** A copy of a package with its signature set, in a folder of its own, for a test to spoil. */
export function copyOf({ folder }: SmallWorld, subject: string): string {
  const copy = join(mkdtempSync(join(folder, "copy-")), basename(subject));
  for (const ending of ["", ".sigs"]) cpSync(`${subject}${ending}`, `${copy}${ending}`, { recursive: true });
  return copy;
}

/** Turns one bit of a file. */
export function flipBit(path: string, offset: number): void {
  const bytes = readFileSync(path);
  const at = offset < 0 ? bytes.byteLength + offset : offset;
  writeFileSync(path, bytes.with(at, (bytes[at] ?? 0) ^ 1));
}

export function verifyBundle({ flags }: SmallWorld, subject: string, ...more: readonly string[]): CliResult {
  return runCli(["release", "verify-airgap-bundle", subject, ...flags, ...more]);
}

/** The directory form of a package, made by the command line from the zip, with its signature set beside it. */
export function directoryOf(world: SmallWorld, zip: string, ...more: readonly string[]): string {
  const top = basename(zip, ".zip").replace(/^cavra-/, "");
  const directory = join(mkdtempSync(join(world.folder, "directory-")), top);
  const { exitCode, stdout, stderr } = verifyBundle(world, zip, ...more, "--extract", directory);
  if (exitCode !== 0) throw new Error(`${stdout}${stderr}`);
  cpSync(`${zip}.sigs`, `${directory}.sigs`, { recursive: true });
  return directory;
}

/** The verdict as a document, which is valid, alone on stdout, and says the exit code. */
export function judged(world: SmallWorld, subject: string, ...more: readonly string[]): Report {
  const { exitCode, stdout, stderr } = verifyBundle(world, subject, ...more, "--json");
  const report = JSON.parse(stdout) as Report;
  const problems = schemaProblems("report-1", report);
  if (stderr !== "" || problems !== "" || exitCode !== report.verdict.exitCode) {
    throw new Error(`exit code ${exitCode}, stderr ${stderr}, schema ${problems}`);
  }
  return report;
}

/** Ids of the findings of some severities, each once, sorted. */
export function findingIds({ findings }: Report, ...severities: readonly string[]): readonly string[] {
  const ids = findings.filter(({ severity }) => severities.includes(severity)).map(({ id }) => id);
  return [...new Set(ids)].toSorted();
}
