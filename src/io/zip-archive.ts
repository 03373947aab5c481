import { crc32 } from "node:zlib";
import { dosTimeOf, epochOfDosTime } from "../formats/dos-time.ts";
import { comparePaths, escapedName, nameProblem, setProblems } from "../formats/entry-names.ts";
import { ZIP64_THRESHOLD } from "../formats/zip-records.ts";
import type { EntryMode } from "../model/container.ts";
import { Failure } from "../model/failure.ts";
import {
  EXPANSION_FREE_BYTES,
  MAX_ENTRIES,
  MAX_ENTRY_BYTES,
  MAX_EXPANSION,
  MAX_TOTAL_BYTES,
} from "../model/limits.ts";
import { writeStreamAtomic, type WrittenFile } from "./atomic-stream.ts";
import { startDeflatePool, type DeflatePool } from "./deflate.ts";
import { StrictZipArchive, type PreparedEntry } from "./strict-zip-archive.ts";

export interface PackEntry {
  /** Relative to the top folder, `/` between segments. */
  readonly path: string;
  readonly mode: EntryMode;
  /** Called once, in bytewise order of the paths, when the entry's turn is near. */
  read(): Promise<Uint8Array> | Uint8Array;
}

export interface PackOptions {
  /** Name of the one top folder. */
  readonly top: string;
  readonly method: "deflate" | "store";
  /** Seconds since 1970, UTC: the one time of all entries. */
  readonly sourceDateEpoch: number;
  /** Compressor to use; one is started (and closed) for this zip when there is none. */
  readonly pool?: DeflatePool;
}

/** Bytes that were read but not yet written; one entry may be larger. */
const WINDOW_BYTES = 32 * 1024 * 1024;
const WINDOW_ENTRIES_PER_WORKER = 64;

/**
 * Packs files as `cavra-zip/1` (trust-spec section 7), written to a temporary file beside the destination and renamed.
 * The bytes depend on nothing but names, modes, contents, method and time.
 * @throws Failure "config" when names, counts, sizes or the time do not fit the profile; "output" when it cannot be written.
 */
export async function packZip(
  destination: string,
  entries: readonly PackEntry[],
  options: PackOptions,
): Promise<WrittenFile> {
  return await writeStreamAtomic(destination, zipBytes(entries, options));
}

/** The bytes of the zip, in order, in pieces. */
export async function* zipBytes(
  entries: readonly PackEntry[],
  options: PackOptions,
): AsyncGenerator<Uint8Array> {
  const date = entryDate(options.sourceDateEpoch);
  const sorted = checkedEntries(entries, options.top);
  const pool = options.method === "store" ? undefined : (options.pool ?? startDeflatePool());
  const archive = new StrictZipArchive();
  const fed = feed(archive, prepareInOrder(sorted, options.top, pool), date);
  // The loop below sees the failure too, because the archive is destroyed with it.
  fed.catch(() => undefined);
  try {
    yield* archive as AsyncIterable<Uint8Array>;
    await fed;
  } finally {
    archive.destroy();
    if (options.pool === undefined) await pool?.close();
  }
}

async function feed(
  archive: StrictZipArchive,
  entries: AsyncIterable<PreparedEntry>,
  date: Date,
): Promise<void> {
  try {
    const expansion = new Expansion();
    for await (const entry of entries) {
      expansion.add(entry);
      await archive.add(entry, date);
    }
    expansion.judge();
    await archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

function entryDate(sourceDateEpoch: number): Date {
  const dosTime = dosTimeOf(sourceDateEpoch);
  const epochSeconds = dosTime === undefined ? undefined : epochOfDosTime(dosTime);
  if (epochSeconds !== undefined) return new Date(epochSeconds * 1000);
  throw new Failure("config", "a zip cannot hold this time", {
    at: "SOURCE_DATE_EPOCH",
    expected: "whole seconds in 1980..2043 (UTC)",
    found: String(sourceDateEpoch),
  });
}

function checkedEntries(entries: readonly PackEntry[], top: string): readonly PackEntry[] {
  if (entries.length < 1 || entries.length > MAX_ENTRIES) {
    const expected = `1 to ${MAX_ENTRIES} files`;
    throw new Failure("config", "a zip cannot hold this many files", {
      expected,
      found: String(entries.length),
    });
  }
  const paths = entries.map(({ path }) => `${top}/${path}`);
  const alone = paths.flatMap((path) => {
    const reason = nameProblem(path);
    return reason === undefined ? [] : [{ path, reason }];
  });
  const [problem] = [...alone, ...setProblems(paths)];
  if (problem !== undefined) {
    const details = { at: escapedName(problem.path), expected: problem.reason };
    throw new Failure("config", "a package cannot hold a file of this name", details);
  }
  return entries.toSorted((a, b) => comparePaths(a.path, b.path));
}

/** Reads and compresses a few entries ahead of the one that is written; memory is bounded by the window. */
async function* prepareInOrder(
  entries: readonly PackEntry[],
  top: string,
  pool: DeflatePool | undefined,
): AsyncGenerator<PreparedEntry> {
  const ahead: Promise<PreparedEntry>[] = [];
  const maxAhead = WINDOW_ENTRIES_PER_WORKER * (pool?.size ?? 1);
  const total = new SizeBudget();
  let windowBytes = 0;
  for (const entry of entries) {
    const bytes = await entry.read();
    total.spend(entry.path, bytes.byteLength);
    const prepared = prepare(entry, `${top}/${entry.path}`, bytes, pool);
    // Whoever awaits it sees the failure; until then it is not an unhandled one.
    prepared.catch(() => undefined);
    ahead.push(prepared);
    windowBytes += bytes.byteLength;
    while (ahead.length > 0 && (ahead.length >= maxAhead || windowBytes > WINDOW_BYTES)) {
      const next = await shifted(ahead);
      windowBytes -= next.sizeBytes;
      yield next;
    }
  }
  while (ahead.length > 0) yield await shifted(ahead);
}

async function shifted(ahead: Promise<PreparedEntry>[]): Promise<PreparedEntry> {
  const next = ahead.shift();
  if (next === undefined) throw new Failure("internal", "the window is empty");
  return await next;
}

async function prepare(
  { mode }: PackEntry,
  name: string,
  bytes: Uint8Array,
  pool: DeflatePool | undefined,
): Promise<PreparedEntry> {
  const sizeBytes = bytes.byteLength;
  if (sizeBytes === 0 || pool === undefined) {
    const facts = { crc32: crc32(bytes), compressedSizeBytes: sizeBytes, sizeBytes };
    return { name, mode, method: "store", ...facts, data: bytes };
  }
  const { data, crc32: sum } = await pool.deflate(bytes);
  return { name, mode, method: "deflate", crc32: sum, compressedSizeBytes: data.byteLength, sizeBytes, data };
}

/** Nobody makes a zip that verification takes for a bomb. */
class Expansion {
  #bytes = 0;
  #compressedBytes = 0;

  add({ sizeBytes, compressedSizeBytes }: PreparedEntry): void {
    this.#bytes += sizeBytes;
    this.#compressedBytes += compressedSizeBytes;
  }

  judge(): void {
    if (this.#bytes <= EXPANSION_FREE_BYTES || this.#bytes <= this.#compressedBytes * MAX_EXPANSION) return;
    throw new Failure("config", "the package compresses too well: verification would take it for a bomb", {
      expected: `at most ${MAX_EXPANSION} times ${this.#compressedBytes} compressed bytes`,
      found: `${this.#bytes} bytes`,
      hint: "set zip.method to store, or leave out what is empty padding",
    });
  }
}

/** Sizes and offsets must stay where zip64 is not needed. Deflate adds at most 5 bytes per 16 KiB and 6 in all. */
class SizeBudget {
  #spentBytes = 0;
  #archiveBytes = 0;

  spend(path: string, sizeBytes: number): void {
    this.#spentBytes += sizeBytes;
    this.#archiveBytes += sizeBytes + Math.ceil(sizeBytes / 16_384) * 5 + 6 + 76 + 2 * 240;
    const fits = sizeBytes <= MAX_ENTRY_BYTES && this.#spentBytes <= MAX_TOTAL_BYTES;
    if (fits && this.#archiveBytes < ZIP64_THRESHOLD) return;
    const expected = `at most ${MAX_ENTRY_BYTES} bytes in a file and less than ${ZIP64_THRESHOLD} in all`;
    throw new Failure("config", "the package is too large for a zip", {
      at: path,
      expected,
      found: `${sizeBytes} bytes`,
    });
  }
}
