import { ZIP_LIMITS } from "../formats/zip-end.ts";
import { escapedName } from "../formats/entry-names.ts";
import { readZip, type ZipRead } from "../formats/zip-grammar.ts";
import type { ZipPart } from "../formats/zip-parts.ts";
import { listWithYauzl, type ListedEntry } from "../io/yauzl-listing.ts";
import type { ByteSource } from "../model/byte-source.ts";
import type { Sighting } from "../model/check.ts";
import type { Limits } from "../model/limits.ts";
import type { ZipProfile } from "../model/zip-profile.ts";

export type AgreedReading = ZipRead | { readonly ok: false; readonly sightings: readonly Sighting[] };

/**
 * Reads a zip by our grammar and, only what that accepted, by yauzl, which must agree on every name, method, size,
 * attribute and on where the data lies (design section 7).
 * @throws Failure "input" when the source cannot be read.
 */
export function readZipTwice(source: ByteSource, profile: ZipProfile, limits: Limits): AgreedReading {
  const { entryBytes: maxEntryBytes, expansion: maxExpansion } = limits;
  const reading = readZip(source, { ...ZIP_LIMITS, maxEntryBytes, maxExpansion }, profile);
  if (!reading.ok) return reading;
  const disagreement = secondReading(source, reading);
  return disagreement === undefined ? reading : { ok: false, sightings: [disagreement] };
}

function secondReading(source: ByteSource, { parts }: ZipRead): Sighting | undefined {
  const problem = "container.readers-disagree";
  const listing = listWithYauzl(source);
  if (!listing.ok) {
    const expected = "a zip that both readers accept";
    return { problem, at: "zip", expected, actual: `yauzl: ${listing.reason}` };
  }
  if (listing.entries.length !== parts.length) {
    const [expected, actual] = [`${parts.length} entries`, `${listing.entries.length} entries`];
    return { problem, at: "zip", expected, actual: `yauzl: ${actual}` };
  }
  const part = parts.find((one, place) => !isSame(one, listing.entries[place]));
  if (part === undefined) return undefined;
  const expected = "the same name, method, attributes, sizes, CRC-32 and place of the data";
  return {
    problem,
    at: escapedName(part.name),
    expected,
    actual: "yauzl: others",
    offset: part.centralOffset,
  };
}

function isSame({ name, header, local }: ZipPart, listed: ListedEntry | undefined): boolean {
  return (
    listed !== undefined &&
    listed.name === name &&
    listed.method === header.method &&
    listed.crc32 === header.crc32 &&
    listed.compressedSizeBytes === header.compressedSizeBytes &&
    listed.sizeBytes === header.sizeBytes &&
    listed.externalAttributes === header.external &&
    listed.localOffset === local.offset &&
    listed.dataOffset === local.dataOffset
  );
}
