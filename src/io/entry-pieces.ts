import { Readable } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import type { ByteSource } from "../model/byte-source.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import { PIECE_BYTES, sourcePieces } from "./byte-source.ts";

/** The data is not what the records say. readEntry has the words for it. */
export class DamagedEntry extends Error {}

/**
 * The bytes of one entry that readZip accepted, in pieces, with the demands of readEntry: inflating consumes exactly the
 * compressed size, yields exactly the size, and the CRC-32 holds. All of them are met only when the last piece was taken
 * without an error. The next piece is inflated on another thread while one is looked at.
 * @throws DamagedEntry, and whatever `source.read` throws.
 */
export async function* entryPieces(source: ByteSource, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  let sum = 0;
  const pieces = entry.method === "store" ? rawPieces(source, entry) : inflatedPieces(source, entry);
  for await (const piece of pieces) {
    sizeBytes += piece.byteLength;
    if (sizeBytes > entry.sizeBytes) throw new DamagedEntry("more bytes than its header says");
    sum = crc32(piece, sum);
    yield piece;
  }
  if (sizeBytes !== entry.sizeBytes) throw new DamagedEntry("fewer bytes than its header says");
  if (sum !== entry.crc32) throw new DamagedEntry("another CRC-32");
}

function rawPieces(source: ByteSource, { dataOffset, compressedSizeBytes }: ZipEntry): Generator<Uint8Array> {
  return sourcePieces(source, dataOffset, dataOffset + compressedSizeBytes);
}

async function* inflatedPieces(source: ByteSource, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  const input = Readable.from(rawPieces(source, entry), { objectMode: true });
  input.once("error", (error) => inflate.destroy(error));
  input.pipe(inflate);
  try {
    for await (const piece of inflate) yield piece as Uint8Array;
  } catch (error) {
    throw isZlibError(error) ? new DamagedEntry("not one deflate stream", { cause: error }) : error;
  } finally {
    input.destroy();
    inflate.destroy();
  }
  if (inflate.bytesWritten !== entry.compressedSizeBytes) throw new DamagedEntry("a stream that ends early");
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
