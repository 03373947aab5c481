import type { ByteSource } from "../model/byte-source.ts";
import { escapedName } from "./entry-names.ts";
import { hex, SightingList } from "./sighting-list.ts";
import { readEnd, ZIP_LIMITS } from "./zip-end.ts";
import { readExtra } from "./zip-extra.ts";
import { CENTRAL_FIELDS, DESCRIPTOR_FIELDS, END_FIELDS, LOCAL_FIELDS, type ZipField } from "./zip-fields.ts";
import { readParts, readUpTo, type ZipPart } from "./zip-parts.ts";
import { CENTRAL_HEADER_BYTES, DESCRIPTOR_BYTES, LOCAL_HEADER_BYTES } from "./zip-records.ts";
import { spansOf } from "./zip-tiling.ts";

/** One run of bytes of a zip and the field that it is. */
export interface MappedField {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly record:
    | "local header"
    | "data"
    | "data descriptor"
    | "central header"
    | "end record"
    | "unclaimed";
  /** The entry that the record belongs to, printable. */
  readonly entry: string | undefined;
  readonly field: string;
  /** Of a number: the number. Of bytes: the first of them, printable. */
  readonly value: string;
}

/**
 * Every byte of the file, by offset: of an accepted zip each belongs to exactly one field. Of a refused one, runs that
 * belong to no record are `unclaimed`, and fields of records that overlap are listed for each.
 */
export function* zipByteMap(source: ByteSource): Generator<MappedField> {
  const seen = new SightingList();
  const end = readEnd(source, ZIP_LIMITS, seen);
  const parts = end === undefined ? undefined : readParts(source, end, seen);
  if (end === undefined || parts === undefined) {
    if (source.sizeBytes > 0) yield unclaimed(source, 0, source.sizeBytes);
    return;
  }
  let cursor = 0;
  for (const { offset, endOffset, at, part } of spansOf(end, parts, source.sizeBytes)) {
    if (offset > cursor) yield unclaimed(source, cursor, offset);
    if (part !== undefined) yield* localFields(source, part);
    else if (at === "directory") yield* parts.flatMap((one) => [...centralFields(source, one)]);
    else yield* numbers(source, offset, END_FIELDS, "end record", undefined);
    cursor = Math.max(cursor, endOffset);
  }
}

function unclaimed(source: ByteSource, offset: number, endOffset: number): MappedField {
  return bytesField(
    source,
    { offset, record: "unclaimed", entry: undefined, field: "bytes" },
    endOffset - offset,
  );
}

function* localFields(source: ByteSource, part: ZipPart): Generator<MappedField> {
  const { local, header } = part;
  const entry = escapedName(part.name);
  yield* numbers(source, local.offset, LOCAL_FIELDS, "local header", entry);
  const nameOffset = local.offset + LOCAL_HEADER_BYTES;
  yield* name(nameOffset, local.name, "local header", entry);
  yield* extraFields(nameOffset + local.name.length, local.extra, "local header", entry);
  if (header.compressedSizeBytes > 0) {
    const place = { offset: local.dataOffset, record: "data", entry, field: "bytes" } as const;
    yield bytesField(source, place, header.compressedSizeBytes);
  }
  if (local.descriptor === undefined) return;
  yield* numbers(source, local.endOffset - DESCRIPTOR_BYTES, DESCRIPTOR_FIELDS, "data descriptor", entry);
}

function* centralFields(source: ByteSource, part: ZipPart): Generator<MappedField> {
  const { header, centralOffset, centralExtra } = part;
  const entry = escapedName(part.name);
  yield* numbers(source, centralOffset, CENTRAL_FIELDS, "central header", entry);
  const nameOffset = centralOffset + CENTRAL_HEADER_BYTES;
  yield* name(nameOffset, part.name, "central header", entry);
  const extraOffset = nameOffset + part.name.length;
  yield* extraFields(extraOffset, centralExtra, "central header", entry);
  if (header.commentBytes === 0) return;
  const place = { record: "central header", entry, field: "comment" } as const;
  yield bytesField(source, { ...place, offset: extraOffset + centralExtra.byteLength }, header.commentBytes);
}

type Place = Pick<MappedField, "offset" | "record" | "entry" | "field">;

function bytesField(source: ByteSource, place: Place, sizeBytes: number): MappedField {
  const value = shown(readUpTo(source, place.offset, place.offset + sizeBytes));
  return { ...place, sizeBytes, value };
}

function* name(
  offset: number,
  text: string,
  record: MappedField["record"],
  entry: string,
): Generator<MappedField> {
  if (text.length === 0) return;
  yield { offset, sizeBytes: text.length, record, entry, field: "name", value: entry };
}

function* extraFields(
  offset: number,
  bytes: Uint8Array,
  record: MappedField["record"],
  entry: string,
): Generator<MappedField> {
  if (bytes.byteLength === 0) return;
  const records = readExtra(bytes);
  if (records === undefined) {
    yield { offset, sizeBytes: bytes.byteLength, record, entry, field: "extra field", value: shown(bytes) };
    return;
  }
  let at = offset;
  for (const { id, data } of records) {
    const sizeBytes = EXTRA_HEAD_BYTES + data.byteLength;
    yield { offset: at, sizeBytes, record, entry, field: `extra field ${hex(id, 4)}`, value: shown(data) };
    at += sizeBytes;
  }
}

const EXTRA_HEAD_BYTES = 4;
/** So many that a line of the map stays within 80 columns. */
const SHOWN_BYTES = 7;

function shown(bytes: Uint8Array): string {
  return escapedName(bytes.subarray(0, SHOWN_BYTES));
}

/** Fields whose bits mean something; the others are counts. */
const IN_HEX: ReadonlySet<string> = new Set([
  "signature",
  "flags",
  "time",
  "CRC-32",
  "version made by",
  "external attributes",
]);

function* numbers(
  source: ByteSource,
  start: number,
  fields: readonly ZipField[],
  record: MappedField["record"],
  entry: string | undefined,
): Generator<MappedField> {
  let offset = start;
  for (const [field, sizeBytes] of fields) {
    const bytes = source.read(offset, sizeBytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, sizeBytes);
    const value = sizeBytes === 2 ? view.getUint16(0, true) : view.getUint32(0, true);
    const text = IN_HEX.has(field) ? hex(value, sizeBytes * 2) : `${value}`;
    yield { offset, sizeBytes, record, entry, field, value: text };
    offset += sizeBytes;
  }
}
