import { fileDigests } from "../crypto/digest.ts";
import { escapedName } from "../formats/entry-names.ts";
import { MAX_SIGHTINGS } from "../formats/sighting-list.ts";
import { readEntry } from "../formats/zip-entry-data.ts";
import { CENTRAL_SIGNATURE, END_SIGNATURE, LOCAL_SIGNATURE } from "../formats/zip-records.ts";
import { digestsByYauzl } from "../io/yauzl-content.ts";
import type { ByteSource } from "../model/byte-source.ts";
import type { Sighting } from "../model/check.ts";
import type { ZipEntry } from "../model/zip-entry.ts";

/**
 * What is wrong with the data of the files of an accepted zip, and which of them are zips themselves. Each file is
 * unpacked twice, by us and by yauzl, and must come out the same. Stops at the first damage.
 * @throws Failure "input" when the source cannot be read.
 */
export async function judgeZipContent(
  source: ByteSource,
  entries: readonly ZipEntry[],
): Promise<readonly Sighting[]> {
  const nested: Sighting[] = [];
  const theirs = digestsByYauzl(source);
  for (const entry of entries) {
    const reading = readEntry(source, entry);
    if (!reading.ok) return [...nested, reading.sighting];
    const second = await theirs.next();
    const their = second.done === true ? "no such file" : second.value;
    if (their !== fileDigests(reading.bytes).sha256) return [...nested, disagreement(entry, their)];
    if (isZip(reading.bytes) && nested.length < MAX_SIGHTINGS) nested.push(nestedZip(entry));
  }
  return nested;
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
