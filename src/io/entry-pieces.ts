import { crc32, createInflateRaw } from "node:zlib";
import type { ByteSource } from "../model/byte-source.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import { passingPieces, PIECE_BYTES } from "./byte-source.ts";

/** The data is not what the records say. readEntry has the words for it. */
export class DamagedEntry extends Error {}

/**
 * The bytes of one entry that readZip accepted, in pieces, with the demands of readEntry: inflating consumes exactly the
 * compressed size, yields exactly the size, and the CRC-32 holds. All of them are met only when the last piece was taken
 * without an error. The next piece is inflated on another thread while one is looked at; a piece lives until the next
 * one is taken.
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
  return passingPieces(source, dataOffset, dataOffset + compressedSizeBytes);
}

async function* inflatedPieces(source: ByteSource, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  feed(inflate, rawPieces(source, entry));
  try {
    for await (const piece of inflate as AsyncIterable<Uint8Array<ArrayBuffer>>) {
      yield piece;
      giveBack(piece);
    }
  } catch (error) {
    throw isZlibError(error) ? new DamagedEntry("not one deflate stream", { cause: error }) : error;
  } finally {
    inflate.destroy();
  }
  if (inflate.bytesWritten !== entry.compressedSizeBytes) throw new DamagedEntry("a stream that ends early");
}

/** One piece at a time, each when zlib has done with the one before it: they may stand in the same memory. */
function feed(inflate: ReturnType<typeof createInflateRaw>, pieces: Iterator<Uint8Array, void>): void {
  try {
    const next = pieces.next();
    if (next.done === true) inflate.end();
    else
      inflate.write(next.value, (error) => {
        // Whoever takes the pieces of the stream is told of its errors.
        if (error === undefined || error === null) feed(inflate, pieces);
      });
  } catch (error) {
    inflate.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** zlib writes on behind a piece that does not fill its buffer. Left to the garbage collector, pieces take tens of megabytes. */
function giveBack({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): void {
  if (byteOffset + byteLength === PIECE_BYTES && buffer.byteLength === PIECE_BYTES) buffer.transfer(0);
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
