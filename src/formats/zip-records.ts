import type { EntryMode } from "../model/container.ts";

/** Constants of `cavra-zip/1` (trust-spec section 7), in the words of PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4. */
export const LOCAL_SIGNATURE = 0x04034b50;
export const CENTRAL_SIGNATURE = 0x02014b50;
export const END_SIGNATURE = 0x06054b50;
export const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;

export const DESCRIPTOR_SIGNATURE = 0x08074b50;
export const ZIP64_END_SIGNATURE = 0x06064b50;

export const LOCAL_HEADER_BYTES = 30;
export const CENTRAL_HEADER_BYTES = 46;
export const END_RECORD_BYTES = 22;
export const ZIP64_LOCATOR_BYTES = 20;
/** With its signature. */
export const DESCRIPTOR_BYTES = 16;

/** Bits of the general purpose flags (APPNOTE 4.4.4). */
export const FLAG_ENCRYPTED = 0x0001;
/** How well the data was compressed; says nothing about the data. */
export const FLAGS_LEVEL = 0x0006;
export const FLAG_DESCRIPTOR = 0x0008;
export const FLAG_PATCHED = 0x0020;
export const FLAG_STRONG_ENCRYPTION = 0x0040;
export const FLAG_UTF8 = 0x0800;
export const FLAG_MASKED = 0x2000;

/** Unix, specification version 4.5. */
export const MADE_BY = 0x032d;
export const METHOD_STORE = 0;
export const METHOD_DEFLATE = 8;
export const NEED_STORE = 10;
export const NEED_DEFLATE = 20;
/** Regular file (S_IFREG) with its permission bits in the upper half, the DOS archive bit in the lower. */
export const EXTERNAL_0644 = 0x81a4_0020;
export const EXTERNAL_0755 = 0x81ed_0020;

/** Sizes and offsets stay below this: at it, zip64 begins. */
export const ZIP64_THRESHOLD = 0xffff_ffff;

/** What may differ from entry to entry; everything else in a record is a constant of the profile. */
export interface ZipRecord {
  /** Full name, top folder included; ASCII. */
  readonly name: string;
  readonly mode: EntryMode;
  readonly method: "deflate" | "store";
  readonly crc32: number;
  readonly compressedSizeBytes: number;
  readonly sizeBytes: number;
  /** MS-DOS time in the lower, date in the upper 16 bits. */
  readonly dosTime: number;
}

export function localHeader(record: ZipRecord): Uint8Array {
  const { bytes, view } = recordBytes(LOCAL_HEADER_BYTES, record.name);
  view.setUint32(0, LOCAL_SIGNATURE, true);
  writeShared(view, 4, record);
  return bytes;
}

export function centralHeader(record: ZipRecord, localOffset: number): Uint8Array {
  const { bytes, view } = recordBytes(CENTRAL_HEADER_BYTES, record.name);
  view.setUint32(0, CENTRAL_SIGNATURE, true);
  view.setUint16(4, MADE_BY, true);
  writeShared(view, 6, record);
  view.setUint32(38, externalAttributes(record.mode), true);
  view.setUint32(42, localOffset, true);
  return bytes;
}

export function endRecord(entryCount: number, centralSizeBytes: number, centralOffset: number): Uint8Array {
  const { bytes, view } = recordBytes(END_RECORD_BYTES, "");
  view.setUint32(0, END_SIGNATURE, true);
  view.setUint16(8, entryCount, true);
  view.setUint16(10, entryCount, true);
  view.setUint32(12, centralSizeBytes, true);
  view.setUint32(16, centralOffset, true);
  return bytes;
}

/** The bytes before the name are zero until they are set: flags, extra fields, comments, disks, internal attributes. */
function recordBytes(
  fixedBytes: number,
  name: string,
): { readonly bytes: Uint8Array; readonly view: DataView } {
  const bytes = new Uint8Array(fixedBytes + name.length);
  for (let index = 0; index < name.length; index += 1) bytes[fixedBytes + index] = name.charCodeAt(index);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** The run of fields that local and central headers share, 26 bytes from "version needed" to "extra field length". */
function writeShared(view: DataView, offset: number, record: ZipRecord): void {
  const deflated = record.method === "deflate";
  view.setUint16(offset, deflated ? NEED_DEFLATE : NEED_STORE, true);
  view.setUint16(offset + 4, deflated ? METHOD_DEFLATE : METHOD_STORE, true);
  view.setUint32(offset + 6, record.dosTime, true);
  view.setUint32(offset + 10, record.crc32, true);
  view.setUint32(offset + 14, record.compressedSizeBytes, true);
  view.setUint32(offset + 18, record.sizeBytes, true);
  view.setUint16(offset + 22, record.name.length, true);
}

function externalAttributes(mode: EntryMode): number {
  return mode === 0o755 ? EXTERNAL_0755 : EXTERNAL_0644;
}
