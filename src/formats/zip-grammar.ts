import type { ByteSource } from "../model/byte-source.ts";
import type { Sighting } from "../model/check.ts";
import { ZIP_PROFILE } from "../model/release-statement.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import type { ZipProfile } from "../model/zip-profile.ts";
import { epochOfDosTime } from "./dos-time.ts";
import { SightingList } from "./sighting-list.ts";
import { modeOf } from "./zip-attributes.ts";
import { isFolder, judgeCentralHeader } from "./zip-central.ts";
import { readEnd, ZIP_LIMITS, type ZipLimits } from "./zip-end.ts";
import { judgeLocalPart } from "./zip-local.ts";
import { readParts, type ZipPart } from "./zip-parts.ts";
import { METHOD_DEFLATE } from "./zip-records.ts";
import { judgeRewritten } from "./zip-rewrite.ts";
import { zipRuling } from "./zip-ruling.ts";
import { commonTop, judgeSet } from "./zip-set.ts";
import { judgeLocator, judgeTiling } from "./zip-tiling.ts";

export type ZipReading = ZipRead | ZipRefused;

export interface ZipRead {
  readonly ok: true;
  /** The one top folder; undefined: there is none, which only `strict` accepts. */
  readonly top: string | undefined;
  /** The files in the order of the directory; paths are relative to `top`. */
  readonly entries: readonly ZipEntry[];
  /** Every entry, folders among them, in the order of the directory. */
  readonly parts: readonly ZipPart[];
  /** Of the first entry and, by `cavra-zip/1`, of all: seconds since 1970 UTC, even. undefined: no valid time. */
  readonly modifiedEpochSeconds: number | undefined;
  /** Of the first entry that is not empty and, by `cavra-zip/1`, of all such; undefined when all are empty. */
  readonly method: "deflate" | "store" | undefined;
}

export interface ZipRefused {
  readonly ok: false;
  readonly sightings: readonly [Sighting, ...Sighting[]];
}

/**
 * Reads a zip by a closed grammar (design section 7, trust-spec section 7): every byte belongs to one field of one
 * record, whatever stands twice is equal, and our own writers would write the same records again. Entry data is not
 * looked at (readEntry does that). Allocates no more than the central directory may hold and works in linear time.
 * Throws only what `source.read` throws.
 */
export function readZip(
  source: ByteSource,
  limits: ZipLimits = ZIP_LIMITS,
  profile: ZipProfile = ZIP_PROFILE,
): ZipReading {
  const seen = new SightingList();
  const ruling = zipRuling(profile, limits, seen);
  const end = readEnd(source, limits, seen);
  if (end === undefined) return refusedFor(seen);
  judgeLocator(source, end, seen);
  const parts = readParts(source, end, seen);
  if (parts === undefined) return refusedFor(seen);
  judgeTiling(source, end, parts, seen);
  for (const part of parts) {
    if (seen.isFull) return refusedFor(seen);
    judgeCentralHeader(part, ruling);
    judgeLocalPart(part, ruling);
  }
  judgeSet(parts, ruling);
  if (seen.isEmpty) judgeRewritten(source, end, parts, ruling.isHouse, seen);
  return seen.isEmpty ? readingOf(parts) : refusedFor(seen);
}

function refusedFor(seen: SightingList): ZipRefused {
  const [first, ...rest] = seen.sightings;
  // Unreachable by construction; a reader that stopped without a reason must still not accept.
  const unnamed: Sighting = { problem: "container.records", at: "zip" };
  return { ok: false, sightings: [first ?? unnamed, ...rest] };
}

function readingOf(parts: readonly ZipPart[]): ZipRead {
  const top = commonTop(parts.map(({ name }) => name));
  const skipped = top === undefined ? 0 : top.length + 1;
  const entries = parts.flatMap((part) => (isFolder(part.name) ? [] : [entryOf(part, skipped)]));
  const method = entries.find(({ sizeBytes }) => sizeBytes > 0)?.method;
  const modifiedEpochSeconds = epochOfDosTime(parts[0]?.header.dosTime ?? 0);
  return { ok: true, top, entries, parts, modifiedEpochSeconds, method };
}

function entryOf({ name, header, local }: ZipPart, skipped: number): ZipEntry {
  const { crc32, compressedSizeBytes, sizeBytes } = header;
  return {
    path: name.slice(skipped),
    sizeBytes,
    mode: modeOf(header),
    method: header.method === METHOD_DEFLATE ? "deflate" : "store",
    crc32,
    compressedSizeBytes,
    dataOffset: local.dataOffset,
  };
}
