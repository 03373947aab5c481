import { zipByteMap, type MappedField } from "../formats/zip-byte-map.ts";
import { openByteSource, type OpenedFile } from "../io/byte-source.ts";
import { Inspector } from "../io/inspector.ts";
import { containerCheck } from "../judge/checks/container.ts";
import { problemsById } from "../judge/problems.ts";
import { readZipTwice } from "../judge/read-zip.ts";
import { runChecks } from "../judge/run-checks.ts";
import { judgeZipContent } from "../judge/zip-content.ts";
import type { Sighting } from "../model/check.ts";
import type { Limits } from "../model/limits.ts";
import type { ZipProfile } from "../model/zip-profile.ts";
import type { ZipCheckFacts, ZipMap } from "../report/zip-check.ts";
import { limitsAboveDefault, raisedLimits } from "./raise-limits.ts";

/** Two million fields would be a document that nobody can open; what was left out is said. */
const MAX_MAPPED_FIELDS = 100_000;

export interface ZipCheckRequest {
  readonly path: string;
  readonly profile: ZipProfile;
  readonly withMap: boolean;
  /** `--raise-limit NAME=VALUE`, as given. */
  readonly raiseLimits: readonly string[];
}

/**
 * Judges the container alone: whether a zip has exactly one reading by the profile. Proves nothing about who made it.
 * Throws Failure "input" when the file cannot be opened, is not a regular file, or cannot be read, "usage" for a limit that
 * cannot be raised so.
 */
export async function checkZip({
  path,
  profile,
  withMap,
  raiseLimits,
}: ZipCheckRequest): Promise<ZipCheckFacts> {
  const limits = raisedLimits(raiseLimits);
  const file = openByteSource(path);
  const inspector = new Inspector();
  try {
    const { sha256 } = await inspector.rawDigests(file);
    const judged = await judgedContainer(file, profile, limits);
    const stage = { kind: "zip", ...judged } as const;
    const { findings } = runChecks([containerCheck("zip")], stage, problemsById);
    const map = withMap ? zipMap(file) : undefined;
    file.assertUnchanged();
    const { entryCount, totalBytes } = judged;
    const subject = { path, sizeBytes: file.sizeBytes, sha256 };
    return {
      profile,
      subject,
      raisedLimits: limitsAboveDefault(limits),
      fileCount: entryCount,
      totalBytes,
      findings,
      ...(map === undefined ? {} : { map }),
    };
  } finally {
    // In this order: a number that was closed may at once be another file's, for the threads too.
    await inspector.close();
    file.close();
  }
}

interface Judged {
  readonly sightings: readonly Sighting[];
  readonly entryCount: number;
  readonly totalBytes: number;
}

async function judgedContainer(file: OpenedFile, profile: ZipProfile, limits: Limits): Promise<Judged> {
  const reading = readZipTwice(file, profile, limits);
  if (!reading.ok) return { sightings: reading.sightings, entryCount: 0, totalBytes: 0 };
  const { entries } = reading;
  const totalBytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { sightings: await judgeZipContent(file, entries), entryCount: entries.length, totalBytes };
}

function zipMap(file: OpenedFile): ZipMap {
  const fields: MappedField[] = [];
  for (const field of zipByteMap(file)) {
    if (fields.length === MAX_MAPPED_FIELDS) return { fields, isComplete: false };
    fields.push(field);
  }
  return { fields, isComplete: true };
}
