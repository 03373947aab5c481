import { crc32, inflateRawSync } from "node:zlib";
import type { ByteSource } from "../model/byte-source.ts";
import type { Sighting } from "../model/check.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import { escapedName } from "./entry-names.ts";
import { hex } from "./sighting-list.ts";

export type EntryReading =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly sighting: Sighting };

/**
 * The bytes of one entry that readZip accepted: inflating must consume exactly the compressed size and yield exactly
 * the size, and the CRC-32 must hold. Allocates at most size plus compressed size, both capped by the grammar. The
 * CRC-32 finds accidents, not attacks: digests decide about content.
 */
export function readEntry(source: ByteSource, entry: ZipEntry): EntryReading {
  const data = source.read(entry.dataOffset, entry.compressedSizeBytes);
  if (entry.method === "store") return checkedCrc(data, entry);
  const inflated = inflateExactly(data, entry.sizeBytes);
  if (typeof inflated === "string")
    return refused(entry, `${entry.sizeBytes} bytes from one deflate stream`, inflated);
  return checkedCrc(inflated, entry);
}

/** `info: true` is documented but missing from the type (nodejs.org/api/zlib.html, class Options). */
interface InflateInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** A string says what is wrong with the stream. */
function inflateExactly(data: Uint8Array, sizeBytes: number): Uint8Array | string {
  try {
    // 16 spare bytes: with an output chunk of exactly the size zlib would ask for another one of the same size.
    const options = { info: true, maxOutputLength: sizeBytes, chunkSize: Math.max(64, sizeBytes + 16) };
    const { buffer, engine } = inflateRawSync(data, options) as unknown as InflateInfo;
    if (engine.bytesWritten !== data.byteLength)
      return `a stream that ends ${data.byteLength - engine.bytesWritten} bytes early`;
    return buffer.byteLength === sizeBytes ? buffer : `${buffer.byteLength} bytes`;
  } catch (error) {
    return inflateFailure(error);
  }
}

function inflateFailure(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_BUFFER_TOO_LARGE") return "more bytes than its header says";
  if (code === "Z_BUF_ERROR") return "a stream that does not end";
  if (code === "Z_DATA_ERROR") return "a damaged stream";
  throw error;
}

function checkedCrc(bytes: Uint8Array, entry: ZipEntry): EntryReading {
  const actual = crc32(bytes);
  if (actual === entry.crc32) return { ok: true, bytes };
  return refused(entry, `CRC-32 ${hex(entry.crc32, 8)}`, `CRC-32 ${hex(actual, 8)}`);
}

function refused(entry: ZipEntry, expected: string, actual: string): EntryReading {
  return {
    ok: false,
    sighting: { problem: "container.data", at: escapedName(entry.path), expected, actual },
  };
}
