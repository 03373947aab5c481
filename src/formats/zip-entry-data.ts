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
  const content = inflateExactly(data, entry.sizeBytes);
  if (!("problem" in content)) return checkedCrc(content.bytes, entry);
  return refused(entry, content.problem, `${entry.sizeBytes} bytes from one deflate stream`, content.actual);
}

/** `info: true` is documented but missing from the type (nodejs.org/api/zlib.html, class Options). */
interface InflateInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

interface InflateProblem {
  readonly problem: string;
  readonly actual: string;
}

function inflateExactly(
  data: Uint8Array,
  sizeBytes: number,
): { readonly bytes: Uint8Array } | InflateProblem {
  try {
    const { buffer, engine } = inflated(data, sizeBytes);
    const left = data.byteLength - engine.bytesWritten;
    if (left !== 0) return trailing(data.subarray(engine.bytesWritten), sizeBytes);
    if (buffer.byteLength === sizeBytes) return { bytes: buffer };
    return { problem: "container.data-size", actual: `${buffer.byteLength} bytes` };
  } catch (error) {
    return inflateFailure(error);
  }
}

function inflated(data: Uint8Array, sizeBytes: number): InflateInfo {
  // 16 spare bytes: with an output chunk of exactly the size zlib would ask for another one of the same size.
  const options = {
    info: true,
    maxOutputLength: Math.max(1, sizeBytes),
    chunkSize: Math.max(64, sizeBytes + 16),
  };
  return inflateRawSync(data, options) as unknown as InflateInfo;
}

/** What follows the final block: some readers stop there, others go on with a second stream. */
function trailing(rest: Uint8Array, sizeBytes: number): InflateProblem {
  const actual = `a stream that ends ${rest.byteLength} bytes early`;
  try {
    inflated(rest, sizeBytes);
    return { problem: "container.deflate-second-stream", actual: `${actual}, and a second one` };
  } catch (error) {
    const isStream = inflateFailure(error).problem === "container.data-size";
    return { problem: isStream ? "container.deflate-second-stream" : "container.deflate-trailing", actual };
  }
}

function inflateFailure(error: unknown): InflateProblem {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_BUFFER_TOO_LARGE") {
    return { problem: "container.data-size", actual: "more bytes than its header says" };
  }
  if (code === "Z_BUF_ERROR")
    return { problem: "container.deflate-unfinished", actual: "a stream that does not end" };
  if (code === "Z_DATA_ERROR") return { problem: "container.deflate-damaged", actual: "a damaged stream" };
  throw error;
}

function checkedCrc(bytes: Uint8Array, entry: ZipEntry): EntryReading {
  const actual = crc32(bytes);
  if (actual === entry.crc32) return { ok: true, bytes };
  return refused(entry, "container.crc", `CRC-32 ${hex(entry.crc32, 8)}`, `CRC-32 ${hex(actual, 8)}`);
}

function refused(entry: ZipEntry, problem: string, expected: string, actual: string): EntryReading {
  const { path, dataOffset: offset } = entry;
  return { ok: false, sighting: { problem, at: escapedName(path), expected, actual, offset } };
}
