import { createHash } from "node:crypto";
import { sha256Hex } from "../crypto/digest.ts";
import { DeflateReader } from "../formats/deflate-stream.ts";
import { escapedName } from "../formats/entry-names.ts";
import { MAX_SIGHTINGS } from "../formats/sighting-list.ts";
import { readEntry } from "../formats/zip-entry-data.ts";
import { CENTRAL_SIGNATURE, END_SIGNATURE, LOCAL_SIGNATURE } from "../formats/zip-records.ts";
import { PIECE_BYTES } from "../io/byte-source.ts";
import { DamagedEntry, entryPieces } from "../io/entry-pieces.ts";
import { damageOf } from "../io/inspect-file.ts";
import { digestsByYauzl } from "../io/yauzl-content.ts";
import type { ByteSource } from "../model/byte-source.ts";
import type { Sighting } from "../model/check.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import { irregularDeflate } from "./deflate-structure.ts";

/**
 * What is wrong with the data of the files of an accepted zip, and which of them are zips themselves. Each file is
 * unpacked twice, by us and by yauzl, and must come out the same; its deflate stream must be one that other tools read
 * too. Stops at the first damage. Memory does not grow with the files.
 * @throws Failure "input" when the source cannot be read.
 */
export async function judgeZipContent(
  source: ByteSource,
  entries: readonly ZipEntry[],
): Promise<readonly Sighting[]> {
  const nested: Sighting[] = [];
  const theirs = digestsByYauzl(source);
  const reader = new DeflateReader();
  for (const entry of entries) {
    const ours = await unpacked(source, entry);
    if ("problem" in ours) return [...nested, ours];
    const second = await theirs.next();
    const their = second.done === true ? "no such file" : second.value;
    if (their !== ours.sha256) return [...nested, disagreement(entry, their)];
    const irregular = irregularDeflate(source, entry, reader);
    if (irregular !== undefined) return [...nested, irregular];
    if (isZip(ours.beginning) && nested.length < MAX_SIGHTINGS) nested.push(nestedZip(entry));
  }
  return nested;
}

interface Unpacked {
  readonly sha256: string;
  /** The first four bytes, if there are so many. */
  readonly beginning: Uint8Array;
}

async function unpacked(source: ByteSource, entry: ZipEntry): Promise<Unpacked | Sighting> {
  // A stream for each of many small files takes longer to set up than they do to inflate.
  if (entry.sizeBytes > PIECE_BYTES) return unpackedInPieces(source, entry);
  const reading = readEntry(source, entry);
  if (!reading.ok) return reading.sighting;
  return { sha256: sha256Hex(reading.bytes), beginning: reading.bytes.subarray(0, 4) };
}

async function unpackedInPieces(source: ByteSource, entry: ZipEntry): Promise<Unpacked | Sighting> {
  const hash = createHash("sha256");
  const beginning: number[] = [];
  try {
    for await (const piece of entryPieces(source, entry)) {
      hash.update(piece);
      if (beginning.length < 4) beginning.push(...piece.subarray(0, 4 - beginning.length));
    }
  } catch (error) {
    if (!(error instanceof DamagedEntry)) throw error;
    return damageOf(source, entry);
  }
  return { sha256: hash.digest("hex"), beginning: Uint8Array.from(beginning) };
}

function disagreement({ path, dataOffset: offset }: ZipEntry, their: string): Sighting {
  const [at, expected] = [escapedName(path), "the same content from both readers"];
  return { problem: "container.readers-disagree", at, expected, actual: `yauzl: ${their}`, offset };
}

function nestedZip({ path, dataOffset: offset }: ZipEntry): Sighting {
  return { problem: "container.nested-zip", at: escapedName(path), actual: "begins like a zip", offset };
}

const ZIP_BEGINNINGS: readonly number[] = [LOCAL_SIGNATURE, CENTRAL_SIGNATURE, END_SIGNATURE];

function isZip(bytes: Uint8Array): boolean {
  if (bytes.byteLength < 4) return false;
  const signature = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  return ZIP_BEGINNINGS.includes(signature);
}
