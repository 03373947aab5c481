import { readEntry, type EntryReading } from "../formats/zip-entry-data.ts";
import { ZIP_LIMITS } from "../formats/zip-end.ts";
import { readZip, type ZipRead } from "../formats/zip-grammar.ts";
import { METHOD_DEFLATE, METHOD_STORE } from "../formats/zip-records.ts";
import type { OpenedFile } from "../io/byte-source.ts";
import { listWithYauzl, type ListedEntry } from "../io/yauzl-listing.ts";
import type { Sighting } from "../model/check.ts";
import { Failure } from "../model/failure.ts";
import { DEFAULT_LIMITS, type Limits } from "../model/limits.ts";
import type { ZipFacts } from "../model/release.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import type { JudgedContainer, OpenedContainer } from "./open-container.ts";

/**
 * Judges an opened zip by the grammar `cavra-zip/1` and by yauzl, which must agree (design, section 7). Every later
 * read comes from the same descriptor.
 * @throws Failure "input" when the file cannot be read.
 */
export function openZip(file: OpenedFile, limits: Limits = DEFAULT_LIMITS): OpenedContainer {
  const reading = readZip(file, {
    ...ZIP_LIMITS,
    maxEntryBytes: limits.entryBytes,
    maxExpansion: limits.expansion,
  });
  if (!reading.ok) return refused(reading.sightings);
  const disagreement = secondReading(file, reading);
  if (disagreement !== undefined) return refused([disagreement]);
  const { entries } = reading;
  const totalBytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const stage = { kind: "zip", sightings: [], entryCount: entries.length, totalBytes } as const;
  return { ok: true, container: new ZipContainer(file, reading), stage };
}

function refused(sightings: readonly Sighting[]): OpenedContainer {
  return { ok: false, stage: { kind: "zip", sightings, entryCount: 0, totalBytes: 0 } };
}

function secondReading(file: OpenedFile, { top, entries }: ZipRead): Sighting | undefined {
  const problem = "container.readers-disagree";
  const listing = listWithYauzl(file);
  if (!listing.ok) {
    return {
      problem,
      at: "zip",
      expected: "a zip that both readers accept",
      actual: `yauzl: ${listing.reason}`,
    };
  }
  if (listing.entries.length !== entries.length) {
    const [expected, actual] = [`${entries.length} files`, `${listing.entries.length} files`];
    return { problem, at: "zip", expected, actual: `yauzl: ${actual}` };
  }
  const index = entries.findIndex((entry, place) => !isSame(top, entry, listing.entries[place]));
  const entry = entries[index];
  if (entry === undefined) return undefined;
  return {
    problem,
    at: entry.path,
    expected: "the same name, method, mode, sizes and CRC-32",
    actual: "yauzl: others",
  };
}

function isSame(top: string, entry: ZipEntry, listed: ListedEntry | undefined): boolean {
  const headerBytes = 30 + top.length + 1 + entry.path.length;
  return (
    listed !== undefined &&
    listed.name === `${top}/${entry.path}` &&
    listed.method === (entry.method === "deflate" ? METHOD_DEFLATE : METHOD_STORE) &&
    listed.crc32 === entry.crc32 &&
    listed.compressedSizeBytes === entry.compressedSizeBytes &&
    listed.sizeBytes === entry.sizeBytes &&
    listed.externalAttributes >>> 16 === (0o100000 | entry.mode) &&
    listed.localOffset + headerBytes === entry.dataOffset
  );
}

class ZipContainer implements JudgedContainer {
  readonly kind = "zip";
  readonly zip: ZipFacts;
  readonly top: string;
  readonly entries: readonly ZipEntry[];
  readonly #file: OpenedFile;
  readonly #byPath: ReadonlyMap<string, ZipEntry>;

  constructor(file: OpenedFile, { top, entries, method, modifiedEpochSeconds }: ZipRead) {
    this.zip = { method: method ?? null, modifiedEpochSeconds };
    this.top = top;
    this.entries = entries;
    this.#file = file;
    this.#byPath = new Map(entries.map((entry) => [entry.path, entry]));
  }

  tryRead(path: string): EntryReading {
    const entry = this.#byPath.get(path);
    if (entry === undefined) throw new Failure("internal", "no such entry", { at: path });
    return readEntry(this.#file, entry);
  }

  read(path: string): Uint8Array {
    const reading = this.tryRead(path);
    if (reading.ok) return reading.bytes;
    const { at, expected, actual } = reading.sighting;
    throw new Failure("input", "the data of a file in the zip is damaged", {
      at,
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { found: actual }),
    });
  }

  assertUnchanged(): void {
    this.#file.assertUnchanged();
  }
}
