import type { ByteSource } from "../model/byte-source.ts";
import type { Sighting } from "../model/check.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import { epochOfDosTime } from "./dos-time.ts";
import { escapedName } from "./entry-names.ts";
import { hex, SightingList } from "./sighting-list.ts";
import { judgeCentralEntry, judgeCentralSet, modeOf, topOf, type CentralEntry } from "./zip-central.ts";
import { judgeLocator, readEnd, ZIP_LIMITS, type ZipEnd, type ZipLimits } from "./zip-end.ts";
import { centralHeaderAt, localHeaderOf, SHARED_FIELDS } from "./zip-headers.ts";
import {
  CENTRAL_HEADER_BYTES,
  CENTRAL_SIGNATURE,
  centralHeader,
  endRecord,
  END_RECORD_BYTES,
  LOCAL_HEADER_BYTES,
  LOCAL_SIGNATURE,
  localHeader,
  METHOD_DEFLATE,
  type ZipRecord,
} from "./zip-records.ts";

export type ZipReading = ZipRead | ZipRefused;

export interface ZipRead {
  readonly ok: true;
  /** The one top folder. */
  readonly top: string;
  /** Bytewise by path; paths are relative to `top`. */
  readonly entries: readonly ZipEntry[];
  /** The one time of all entries, seconds since 1970 UTC, even. */
  readonly modifiedEpochSeconds: number;
  /** Of every entry that is not empty; undefined when all are empty. */
  readonly method: "deflate" | "store" | undefined;
}

export interface ZipRefused {
  readonly ok: false;
  readonly sightings: readonly [Sighting, ...Sighting[]];
}

/**
 * Reads a zip by the closed grammar `cavra-zip/1` (design section 7, trust-spec section 7). Accepts only bytes that our
 * own record writer would write again; entry data is not looked at (readEntry does that). Allocates no more than the
 * central directory of the profile can hold and works in linear time. Throws only what `source.read` throws.
 */
export function readZip(source: ByteSource, limits: ZipLimits = ZIP_LIMITS): ZipReading {
  const seen = new SightingList();
  const end = readEnd(source, limits, seen);
  if (end === undefined) return refusedFor(seen);
  const central = source.read(end.centralOffset, end.centralBytes);
  judgeLocator(central, seen);
  const entries = readCentral(central, end, limits, seen);
  if (entries === undefined) return refusedFor(seen);
  judgeCentralSet(entries, limits, seen);
  walkLocalRecords(source, entries, end, seen);
  if (!seen.isEmpty) return refusedFor(seen);
  return acceptIdentical(source, central, entries, end, seen);
}

function refusedFor(seen: SightingList): ZipRefused {
  const [first, ...rest] = seen.sightings;
  // Unreachable by construction; a reader that stopped without a reason must still not accept.
  const unnamed: Sighting = { problem: "container.records", at: "zip" };
  return { ok: false, sightings: [first ?? unnamed, ...rest] };
}

function readCentral(
  central: Uint8Array,
  end: ZipEnd,
  limits: ZipLimits,
  seen: SightingList,
): readonly CentralEntry[] | undefined {
  const entries: CentralEntry[] = [];
  let offset = 0;
  while (entries.length < end.entryCount && !seen.isFull) {
    const entry = centralEntryAt(central, offset, end.centralOffset, seen);
    if (entry === undefined) return undefined;
    judgeCentralEntry(entry, limits, seen);
    entries.push(entry);
    const { nameBytes, extraBytes, commentBytes } = entry.header;
    offset += CENTRAL_HEADER_BYTES + nameBytes + extraBytes + commentBytes;
  }
  if (entries.length === end.entryCount && offset !== central.byteLength) {
    const at = `offset ${end.centralOffset + offset}, after ${end.entryCount} entries`;
    seen.add(
      "container.count",
      at,
      "the end record",
      `${central.byteLength - offset} more bytes of directory`,
    );
  }
  return entries;
}

function centralEntryAt(
  central: Uint8Array,
  offset: number,
  centralOffset: number,
  seen: SightingList,
): CentralEntry | undefined {
  const at = `central header at offset ${centralOffset + offset}`;
  const header = centralHeaderAt(central, offset);
  if (header === undefined) {
    seen.add("container.count", at, `${CENTRAL_HEADER_BYTES} bytes`, `${central.byteLength - offset} bytes`);
    return undefined;
  }
  if (header.signature !== CENTRAL_SIGNATURE) {
    seen.add("container.layout", at, hex(CENTRAL_SIGNATURE, 8), hex(header.signature, 8));
    return undefined;
  }
  const start = offset + CENTRAL_HEADER_BYTES;
  const next = start + header.nameBytes + header.extraBytes + header.commentBytes;
  if (next > central.byteLength) {
    seen.add(
      "container.layout",
      at,
      `at most ${central.byteLength - offset} bytes`,
      `${next - offset} bytes`,
    );
    return undefined;
  }
  return { header, name: latin1(central.subarray(start, start + header.nameBytes)) };
}

/** Local records must tile the file from offset 0 to the central directory, in its order, each equal to its header there. */
function walkLocalRecords(
  source: ByteSource,
  entries: readonly CentralEntry[],
  { centralOffset }: ZipEnd,
  seen: SightingList,
): void {
  let cursor = 0;
  for (const entry of entries) {
    const { header, name } = entry;
    if (seen.isFull) return;
    if (header.localOffset !== cursor) {
      seen.add(
        "container.layout",
        `${escapedName(name)}, offset of the local header`,
        cursor,
        header.localOffset,
      );
      return;
    }
    const headerBytes = LOCAL_HEADER_BYTES + name.length;
    const next = cursor + headerBytes + header.compressedSizeBytes;
    if (next > centralOffset) {
      const expected = `at most ${centralOffset}, where the central directory begins`;
      seen.add("container.layout", `${escapedName(name)}, end of the data`, expected, next);
      return;
    }
    judgeLocalHeader(source.read(cursor, headerBytes), entry, cursor, seen);
    cursor = next;
  }
  if (cursor !== centralOffset) {
    seen.add("container.layout", "end of the last entry", centralOffset, cursor);
  }
}

function judgeLocalHeader(
  bytes: Uint8Array,
  { header, name }: CentralEntry,
  offset: number,
  seen: SightingList,
): void {
  const local = localHeaderOf(bytes);
  if (local.signature !== LOCAL_SIGNATURE) {
    seen.add("container.layout", `offset ${offset}`, hex(LOCAL_SIGNATURE, 8), hex(local.signature, 8));
    return;
  }
  const at = escapedName(name);
  for (const [field, words] of SHARED_FIELDS) {
    if (local[field] === header[field]) continue;
    seen.add(
      "container.headers-differ",
      `${at}, ${words}`,
      `${header[field]}`,
      `${local[field]} in the local header`,
    );
  }
  const localName = latin1(bytes.subarray(LOCAL_HEADER_BYTES));
  if (localName !== name) {
    seen.add("container.headers-differ", `${at}, name`, at, `${escapedName(localName)} in the local header`);
  }
}

/** The last word: our own writer must produce the very bytes of every record. It knows nothing of the rules above. */
function acceptIdentical(
  source: ByteSource,
  central: Uint8Array,
  entries: readonly CentralEntry[],
  end: ZipEnd,
  seen: SightingList,
): ZipReading {
  let offset = 0;
  for (const entry of entries) {
    const { localOffset } = entry.header;
    const record = recordOf(entry);
    const local = localHeader(record);
    const rewritten = centralHeader(record, localOffset);
    const isSame =
      isEqual(source.read(localOffset, local.byteLength), local) &&
      isEqual(central.subarray(offset, offset + rewritten.byteLength), rewritten);
    if (!isSame)
      seen.add("container.records", escapedName(entry.name), "the bytes that we write", "other bytes");
    offset += rewritten.byteLength;
  }
  const tail = source.read(source.sizeBytes - END_RECORD_BYTES, END_RECORD_BYTES);
  if (!isEqual(tail, endRecord(entries.length, end.centralBytes, end.centralOffset))) {
    seen.add("container.records", "end record", "the bytes that we write", "other bytes");
  }
  const modifiedEpochSeconds = epochOfDosTime(entries[0]?.header.dosTime ?? 0);
  if (!seen.isEmpty || modifiedEpochSeconds === undefined) return refusedFor(seen);
  return { ok: true, ...contentOf(entries), modifiedEpochSeconds };
}

function recordOf({ header, name }: CentralEntry): ZipRecord {
  const { crc32, compressedSizeBytes, sizeBytes, dosTime } = header;
  const method = header.method === METHOD_DEFLATE ? "deflate" : "store";
  return { name, mode: modeOf(header) ?? 0o644, method, crc32, compressedSizeBytes, sizeBytes, dosTime };
}

function contentOf(entries: readonly CentralEntry[]): Pick<ZipRead, "top" | "entries" | "method"> {
  const top = topOf(entries[0]?.name ?? "");
  const content = entries.map((entry): ZipEntry => {
    const { name, mode, method, crc32, compressedSizeBytes, sizeBytes } = recordOf(entry);
    const dataOffset = entry.header.localOffset + LOCAL_HEADER_BYTES + name.length;
    return {
      path: name.slice(top.length + 1),
      sizeBytes,
      mode,
      method,
      crc32,
      compressedSizeBytes,
      dataOffset,
    };
  });
  return { top, entries: content, method: content.find(({ sizeBytes }) => sizeBytes > 0)?.method };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
