import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { writeChecksums } from "../../src/formats/checksums.ts";
import { verifyRelease } from "../../src/flows/verify-release.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { Report } from "../../src/model/report.ts";
import { testPolicy } from "./policy.ts";
import { SMALL_TOOL, smallTrust, type PackedFile } from "./small-release.ts";

/** Writes files below a new folder that is called `top`; returns its path. */
export function folderOf(parent: string, top: string, files: readonly PackedFile[]): string {
  const folder = join(mkdtempSync(join(parent, "package-")), top);
  for (const { path, bytes, mode } of files) {
    const to = join(folder, path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, bytes, { mode });
  }
  return folder;
}

/** The same files with a checksums.txt over all others. */
export function listedAgain(files: readonly PackedFile[]): readonly PackedFile[] {
  const others = files.filter(({ path }) => path !== "checksums.txt");
  const lines = others.map(({ path, bytes }) => ({ path, sha256: sha256Hex(bytes) }));
  return [...others, { path: "checksums.txt", mode: 0o644, bytes: writeChecksums(lines) }];
}

/** What `--allow-unsigned` says of a package, whatever is trusted. */
export async function judgedUnsigned(path: string, policy: Partial<Policy> = {}): Promise<Report> {
  const { report } = await verifyRelease({
    tool: SMALL_TOOL,
    command: "release verify-go-package",
    path,
    signaturesFolder: undefined,
    policy: testPolicy({ allowUnsigned: true, ...policy }),
    trust: smallTrust(),
  });
  return report;
}
