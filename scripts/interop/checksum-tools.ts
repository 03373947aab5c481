import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeChecksums } from "../../src/formats/checksums.ts";
import type { ChecksumLine } from "../../src/model/documents.ts";
import { CHECKSUMS_FILE } from "../../src/model/layers.ts";
import { inLanes, runProgram, versionOf } from "./run-program.ts";

export interface ChecksumTool {
  readonly name: string;
  readonly version: string;
  readonly argv: readonly [string, ...string[]];
}

export interface ListedFolder {
  readonly folder: string;
  /** At least one; paths relative to the folder. */
  readonly files: readonly ChecksumLine[];
}

export async function findChecksumTools(): Promise<{
  readonly found: readonly ChecksumTool[];
  readonly missing: readonly string[];
}> {
  const [coreutils, busybox] = [await versionOf(["sha256sum", "--version"]), await versionOf(["busybox"])];
  const sought: readonly (readonly [string, string | undefined, readonly [string, ...string[]]])[] = [
    ["sha256sum", coreutils, ["sha256sum", "-c", "--strict", CHECKSUMS_FILE]],
    ["busybox sha256sum", busybox, ["busybox", "sha256sum", "-c", CHECKSUMS_FILE]],
  ];
  return {
    found: sought.flatMap(([name, version, argv]) =>
      version === undefined ? [] : [{ name, version, argv }],
    ),
    missing: sought.flatMap(([name, version]) => (version === undefined ? [name] : [])),
  };
}

/**
 * Writes our checksums.txt into each folder: every tool must accept it and name every file, and refuse it once one file
 * has one byte more.
 */
export async function judgeChecksumTools(
  tools: readonly ChecksumTool[],
  lists: readonly ListedFolder[],
): Promise<readonly string[]> {
  const defects = await inLanes(lists, async ({ folder, files }) => {
    writeFileSync(join(folder, CHECKSUMS_FILE), writeChecksums(files));
    const accepted = await judgeOne(tools, folder, files.length, true);
    appendFileSync(join(folder, files.at(files.length >> 1)?.path ?? ""), "x");
    return [...accepted, ...(await judgeOne(tools, folder, files.length - 1, false))];
  });
  return defects.flat();
}

async function judgeOne(
  tools: readonly ChecksumTool[],
  folder: string,
  goodFiles: number,
  isGood: boolean,
): Promise<readonly string[]> {
  const defects: string[] = [];
  for (const { name, argv } of tools) {
    const result = await runProgram(argv, { cwd: folder });
    const named = result?.stdout.split("\n").filter((line) => line.endsWith(": OK")).length;
    if ((result?.exitCode === 0) !== isGood || named !== goodFiles) {
      const wanted = isGood ? "accepted" : "refused";
      defects.push(`${name} in ${folder}: not ${wanted}, ${named ?? 0} of ${goodFiles} files are OK`);
    }
  }
  return defects;
}
