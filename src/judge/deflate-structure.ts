import { DeflateReader } from "../formats/deflate-stream.ts";
import { escapedName } from "../formats/entry-names.ts";
import { sourcePieces } from "../io/byte-source.ts";
import type { ByteSource } from "../model/byte-source.ts";
import type { Sighting } from "../model/check.ts";
import type { ZipEntry } from "../model/zip-entry.ts";

/**
 * What stands in the deflate stream of a file, whose content zlib can read, that another tool refuses. Nothing of a
 * stored file. Memory does not grow with the file.
 * @throws Failure "input" when the source cannot be read.
 */
export function irregularDeflate(
  source: ByteSource,
  entry: ZipEntry,
  reader: DeflateReader = new DeflateReader(),
): Sighting | undefined {
  const { path, method, dataOffset, compressedSizeBytes, sizeBytes } = entry;
  if (method === "store") return undefined;
  const reading = reader.read(sourcePieces(source, dataOffset, dataOffset + compressedSizeBytes), sizeBytes);
  const at = escapedName(path);
  if (!reading.ok) {
    return {
      problem: reading.problem,
      at,
      expected: "a deflate stream that every tool reads",
      actual: `${reading.found}, at bit ${reading.bitOffset} of the data`,
      offset: dataOffset + Math.floor(reading.bitOffset / 8),
    };
  }
  if (reading.sizeBytes === sizeBytes && reading.compressedSizeBytes === compressedSizeBytes)
    return undefined;
  const expected = `${sizeBytes} bytes from ${compressedSizeBytes}, as zlib finds`;
  const actual = `${reading.sizeBytes} bytes from ${reading.compressedSizeBytes}`;
  return { problem: "container.readers-disagree", at, expected, actual, offset: dataOffset };
}
