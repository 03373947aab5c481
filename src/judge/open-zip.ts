import { comparePaths } from "../formats/entry-names.ts";
import { readEntry, type EntryReading } from "../formats/zip-entry-data.ts";
import type { ZipRead } from "../formats/zip-grammar.ts";
import type { OpenedFile } from "../io/byte-source.ts";
import { DamagedEntry, entryPieces } from "../io/entry-pieces.ts";
import { damageOf, type FileInspection, type LookInto } from "../io/inspect-file.ts";
import { Inspector } from "../io/inspector.ts";
import type { Sighting } from "../model/check.ts";
import { Failure } from "../model/failure.ts";
import { DEFAULT_LIMITS, type Limits } from "../model/limits.ts";
import type { ZipFacts } from "../model/release.ts";
import { ZIP_PROFILE } from "../model/release-statement.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import type { ZipProfile } from "../model/zip-profile.ts";
import type { JudgedContainer, OpenedContainer } from "./open-container.ts";
import { readZipTwice } from "./read-zip.ts";

/**
 * Judges an opened zip as the container of a package: the grammar of the profile, agreed with yauzl, and one top folder.
 * Every later read comes from the same descriptor.
 * @throws Failure "input" when the file cannot be read.
 */
export function openZip(
  file: OpenedFile,
  limits: Limits = DEFAULT_LIMITS,
  inspector: Inspector = new Inspector(),
  profile: ZipProfile = ZIP_PROFILE,
): OpenedContainer {
  const reading = readZipTwice(file, profile, limits);
  if (!reading.ok) return refused(reading.sightings);
  const { entries, top } = reading;
  if (top === undefined) {
    const [expected, actual] = ["one folder that holds all files", "none"];
    return refused([{ problem: "container.top", at: "zip", expected, actual }]);
  }
  const totalBytes = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  inspector.prepare(totalBytes);
  const facts = { entryCount: entries.length, totalBytes, ...(profile === ZIP_PROFILE ? {} : { profile }) };
  const stage = { kind: "zip", sightings: [], ...facts } as const;
  const ours = profile === ZIP_PROFILE ? ourFacts(reading) : null;
  return { ok: true, container: new ZipContainer(file, top, entries, ours, inspector), stage };
}

function refused(sightings: readonly Sighting[]): OpenedContainer {
  return { ok: false, stage: { kind: "zip", sightings, entryCount: 0, totalBytes: 0 } };
}

function ourFacts({ method, modifiedEpochSeconds = 0 }: ZipRead): ZipFacts {
  return { method: method ?? null, modifiedEpochSeconds };
}

class ZipContainer implements JudgedContainer {
  readonly kind = "zip";
  readonly zip: ZipFacts | null;
  readonly top: string;
  readonly entries: readonly ZipEntry[];
  readonly #file: OpenedFile;
  readonly #inspector: Inspector;
  readonly #byPath: ReadonlyMap<string, ZipEntry>;

  constructor(
    file: OpenedFile,
    top: string,
    entries: readonly ZipEntry[],
    zip: ZipFacts | null,
    inspector: Inspector,
  ) {
    this.zip = zip;
    this.top = top;
    // Zips of other tools have their own order.
    this.entries = zip === null ? entries.toSorted((a, b) => comparePaths(a.path, b.path)) : entries;
    this.#file = file;
    this.#inspector = inspector;
    this.#byPath = new Map(entries.map((entry) => [entry.path, entry]));
  }

  get width(): number {
    return this.#inspector.width;
  }

  async inspect(path: string, lookInto: LookInto): Promise<FileInspection> {
    return await this.#inspector.inspectEntry(this.#file, this.#entry(path), lookInto);
  }

  async *pieces(path: string): AsyncGenerator<Uint8Array> {
    const entry = this.#entry(path);
    try {
      yield* entryPieces(this.#file, entry);
    } catch (error) {
      if (!(error instanceof DamagedEntry)) throw error;
      throw damaged(damageOf(this.#file, entry));
    }
  }

  tryRead(path: string): EntryReading {
    return readEntry(this.#file, this.#entry(path));
  }

  read(path: string): Uint8Array {
    const reading = this.tryRead(path);
    if (reading.ok) return reading.bytes;
    throw damaged(reading.sighting);
  }

  assertUnchanged(): void {
    this.#file.assertUnchanged();
  }

  #entry(path: string): ZipEntry {
    const entry = this.#byPath.get(path);
    if (entry === undefined) throw new Failure("internal", "no such entry", { at: path });
    return entry;
  }
}

function damaged({ at, expected, actual }: Sighting): Failure {
  return new Failure("input", "the data of a file in the zip is damaged", {
    at,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { found: actual }),
  });
}
