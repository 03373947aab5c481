import type { ByteSource } from "../model/byte-source.ts";
import { escapedName } from "./entry-names.ts";
import { hex, type SightingList } from "./sighting-list.ts";
import type { ZipEnd } from "./zip-end.ts";
import { centralHeaderAt, localHeaderOf, type CentralHeader, type LocalHeader } from "./zip-headers.ts";
import {
  CENTRAL_HEADER_BYTES,
  CENTRAL_SIGNATURE,
  DESCRIPTOR_BYTES,
  DESCRIPTOR_SIGNATURE,
  FLAG_DESCRIPTOR,
  LOCAL_HEADER_BYTES,
  LOCAL_SIGNATURE,
} from "./zip-records.ts";

/** One entry as its central header describes it, with its local record. Offsets in the file. */
export interface ZipPart {
  /** One character a byte. */
  readonly name: string;
  readonly header: CentralHeader;
  readonly centralOffset: number;
  readonly centralExtra: Uint8Array;
  readonly local: LocalPart;
}

/** Local header, data and descriptor, which follow each other from `offset` to `endOffset`. */
export interface LocalPart {
  readonly offset: number;
  readonly header: LocalHeader;
  readonly name: string;
  readonly extra: Uint8Array;
  readonly dataOffset: number;
  /** undefined: the flags announce none, or none is there. */
  readonly descriptor: Descriptor | undefined;
  readonly endOffset: number;
}

/** The form with a signature, which is the only one that can be told from data (APPNOTE 4.3.9). */
export interface Descriptor {
  readonly crc32: number;
  readonly compressedSizeBytes: number;
  readonly sizeBytes: number;
}

const NOTHING = new Uint8Array(0);

type CentralPart = Omit<ZipPart, "local">;

/**
 * Finds the records of a zip, whatever their values. What could not be found is in `seen`; undefined when the directory
 * cannot be followed. Linear in the number of entries.
 */
export function readParts(
  source: ByteSource,
  end: ZipEnd,
  seen: SightingList,
): readonly ZipPart[] | undefined {
  const central = readCentral(source.read(end.centralOffset, end.centralBytes), end, seen);
  if (central === undefined) return undefined;
  const parts: ZipPart[] = [];
  for (const part of central) {
    const local = localPart(source, part, end, seen);
    if (local !== undefined) parts.push({ ...part, local });
    if (seen.isFull) return undefined;
  }
  return parts.length === central.length ? parts : undefined;
}

function readCentral(bytes: Uint8Array, end: ZipEnd, seen: SightingList): readonly CentralPart[] | undefined {
  const parts: CentralPart[] = [];
  let offset = 0;
  while (parts.length < end.entryCount) {
    const part = centralPart(bytes, offset, end, parts.length, seen);
    if (part === undefined) return undefined;
    parts.push(part);
    const { nameBytes, extraBytes, commentBytes } = part.header;
    offset += CENTRAL_HEADER_BYTES + nameBytes + extraBytes + commentBytes;
  }
  if (offset === bytes.byteLength) return parts;
  const left = bytes.byteLength - offset;
  const place = { offset: end.centralOffset + offset, preview: preview(bytes.subarray(offset)) };
  const header = centralHeaderAt(bytes, offset);
  const problem = header?.signature === CENTRAL_SIGNATURE ? "container.count" : "container.directory-size";
  const at = `directory, after ${end.entryCount} entries`;
  seen.add(problem, at, "the end of the directory", `${left} more bytes of directory`, place);
  return undefined;
}

function centralPart(
  bytes: Uint8Array,
  offset: number,
  end: ZipEnd,
  before: number,
  seen: SightingList,
): CentralPart | undefined {
  const centralOffset = end.centralOffset + offset;
  const at = `central header ${before + 1} of ${end.entryCount}`;
  const misses = (problem: string, expected: string, actual: string): undefined => {
    const place = { offset: centralOffset, preview: preview(bytes.subarray(offset)) };
    seen.add(problem, at, expected, actual, place);
    return undefined;
  };
  const left = bytes.byteLength - offset;
  const header = centralHeaderAt(bytes, offset);
  if (header === undefined) {
    // Whole headers end where the directory ends: the count is wrong. Otherwise its size is.
    const problem = left === 0 ? "container.count" : "container.directory-size";
    return misses(problem, `${CENTRAL_HEADER_BYTES} bytes`, `${left} bytes`);
  }
  if (header.signature !== CENTRAL_SIGNATURE) {
    return misses("container.central-header", hex(CENTRAL_SIGNATURE, 8), hex(header.signature, 8));
  }
  const start = offset + CENTRAL_HEADER_BYTES;
  const nameEnd = start + header.nameBytes;
  const extraEnd = nameEnd + header.extraBytes;
  const next = extraEnd + header.commentBytes;
  if (next > bytes.byteLength) {
    return misses("container.directory-size", `at most ${left} bytes`, `${next - offset} bytes`);
  }
  const name = latin1(bytes.subarray(start, nameEnd));
  return { name, header, centralOffset, centralExtra: bytes.subarray(nameEnd, extraEnd) };
}

function localPart(
  source: ByteSource,
  { name, header }: CentralPart,
  { centralOffset: limit }: ZipEnd,
  seen: SightingList,
): LocalPart | undefined {
  const offset = header.localOffset;
  const at = escapedName(name);
  const misses = (problem: string, expected: string, actual: string): undefined => {
    const place = { offset, preview: preview(readUpTo(source, offset, limit)) };
    seen.add(problem, `${at}, local header`, expected, actual, place);
    return undefined;
  };
  if (offset + LOCAL_HEADER_BYTES > limit) {
    return misses("container.missing-record", `an offset before the directory at ${limit}`, `${offset}`);
  }
  const local = localHeaderOf(source.read(offset, LOCAL_HEADER_BYTES));
  if (local.signature !== LOCAL_SIGNATURE) {
    return misses("container.missing-record", hex(LOCAL_SIGNATURE, 8), hex(local.signature, 8));
  }
  const nameOffset = offset + LOCAL_HEADER_BYTES;
  const dataOffset = nameOffset + local.nameBytes + local.extraBytes;
  const dataEnd = dataOffset + header.compressedSizeBytes;
  if (dataEnd > limit) {
    return misses("container.overlap", `data that ends before the directory at ${limit}`, `${dataEnd}`);
  }
  const tail = source.read(nameOffset, local.nameBytes + local.extraBytes);
  const descriptor = descriptorAt(source, header, dataEnd, limit);
  return {
    offset,
    header: local,
    name: latin1(tail.subarray(0, local.nameBytes)),
    // A copy: what is read may be a slice of a far larger window.
    extra: local.extraBytes === 0 ? NOTHING : Uint8Array.from(tail.subarray(local.nameBytes)),
    dataOffset,
    descriptor,
    endOffset: descriptor === undefined ? dataEnd : dataEnd + DESCRIPTOR_BYTES,
  };
}

function descriptorAt(
  source: ByteSource,
  { flags }: CentralHeader,
  offset: number,
  limit: number,
): Descriptor | undefined {
  if ((flags & FLAG_DESCRIPTOR) === 0 || offset + DESCRIPTOR_BYTES > limit) return undefined;
  const bytes = source.read(offset, DESCRIPTOR_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, DESCRIPTOR_BYTES);
  if (view.getUint32(0, true) !== DESCRIPTOR_SIGNATURE) return undefined;
  return {
    crc32: view.getUint32(4, true),
    compressedSizeBytes: view.getUint32(8, true),
    sizeBytes: view.getUint32(12, true),
  };
}

const PREVIEW_BYTES = 12;

/** The first bytes of something, printable. */
export function preview(bytes: Uint8Array): string {
  return escapedName(bytes.subarray(0, PREVIEW_BYTES));
}

/** The few bytes there that a person is shown. */
export function readUpTo(source: ByteSource, offset: number, limit: number): Uint8Array {
  const end = Math.min(offset + PREVIEW_BYTES, limit, source.sizeBytes);
  return source.read(Math.min(offset, end), Math.max(0, end - offset));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
