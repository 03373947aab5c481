import { Readable } from "node:stream";
import { fromRandomAccessReader, RandomAccessReader, type Entry, type ZipFile } from "yauzl";
import type { ByteSource } from "../model/byte-source.ts";
import { Failure } from "../model/failure.ts";
import { sourcePieces } from "./byte-source.ts";

/** One entry as yauzl reads it. */
export interface ListedEntry {
  readonly name: string;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSizeBytes: number;
  readonly sizeBytes: number;
  readonly externalAttributes: number;
  readonly localOffset: number;
  /** Where it would begin to read the data. */
  readonly dataOffset: number;
}

export type Listing =
  | { readonly ok: true; readonly entries: readonly ListedEntry[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Lists a zip with yauzl, the second reader. Names are decoded and checked as yauzl does it for its users. It reads
 * through the source that the first reader used, so both see the same bytes.
 * @throws Failure "input" when the source cannot be read.
 */
export function listWithYauzl(source: ByteSource): Listing {
  const reader = new SourceReader(source);
  try {
    const zip = openZipFile(reader, source.sizeBytes);
    return { ok: true, entries: allEntries(zip) };
  } catch (error) {
    if (reader.failure !== undefined) throw reader.failure;
    return { ok: false, reason: reasonOf(error) };
  }
}

/** Opens a zip that was listed before, for its content. Throws Error when yauzl refuses it. */
export function openWithYauzl(source: ByteSource): { readonly zip: ZipFile; readonly reader: SourceReader } {
  const reader = new SourceReader(source);
  return { zip: openZipFile(reader, source.sizeBytes), reader };
}

/** The source answers at once, so each call has delivered its entry or its error when it returns. */
function allEntries(zip: ZipFile): readonly ListedEntry[] {
  const entries: ListedEntry[] = [];
  const errors: Error[] = [];
  zip.on("error", (error: Error) => errors.push(error));
  zip.on("entry", (entry: Entry) => entries.push(listedEntry(zip, entry)));
  while (entries.length < zip.entryCount) {
    const before = entries.length;
    zip.readEntry();
    if (entries.length !== before + 1) throw errors[0] ?? new Error("an entry was not delivered");
  }
  return entries;
}

function openZipFile(reader: SourceReader, sizeBytes: number): ZipFile {
  const options = {
    autoClose: false,
    lazyEntries: true,
    decodeStrings: true,
    strictFileNames: true,
    validateEntrySizes: true,
  };
  const opened: { zip?: ZipFile; error?: Error } = {};
  fromRandomAccessReader(reader, sizeBytes, options, (error, zip) => {
    if (error === null) opened.zip = zip;
    else opened.error = error;
  });
  if (opened.zip !== undefined) return opened.zip;
  throw opened.error ?? new Error("the archive was not opened");
}

function listedEntry(zip: ZipFile, entry: Entry): ListedEntry {
  const found: { dataOffset?: number; error?: Error } = {};
  zip.readLocalFileHeader(entry, { minimal: true }, (error, header) => {
    if (error === null) found.dataOffset = header.fileDataStart;
    else found.error = error;
  });
  if (found.dataOffset === undefined) throw found.error ?? new Error("a local header was not read");
  return {
    name: entry.fileName,
    method: entry.compressionMethod,
    crc32: entry.crc32,
    compressedSizeBytes: entry.compressedSize,
    sizeBytes: entry.uncompressedSize,
    externalAttributes: entry.externalFileAttributes,
    localOffset: entry.relativeOffsetOfLocalHeader,
    dataOffset: found.dataOffset,
  };
}

/** Only the beginning: yauzl quotes names from the archive in its messages. */
export function reasonOf(problem: unknown): string {
  const message = problem instanceof Error ? problem.message : String(problem);
  return message.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 80);
}

class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;
  failure: Failure | undefined;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    let bytes: Uint8Array;
    try {
      if (position + length > this.#source.sizeBytes) throw new RangeError("unexpected end of the archive");
      bytes = this.#source.read(position, length);
    } catch (error) {
      if (error instanceof Failure) this.failure = error;
      callback(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    buffer.set(bytes, offset);
    callback(null);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(sourcePieces(this.#source, start, end), { objectMode: false });
  }
}
