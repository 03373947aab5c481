import { CENTRAL_HEADER_BYTES, LOCAL_HEADER_BYTES } from "./zip-records.ts";

/** The fields that local and central headers share, as they stand in the file (APPNOTE 4.3.7 and 4.3.12). */
export interface SharedFields {
  readonly need: number;
  readonly flags: number;
  readonly method: number;
  readonly dosTime: number;
  readonly crc32: number;
  readonly compressedSizeBytes: number;
  readonly sizeBytes: number;
  readonly nameBytes: number;
  readonly extraBytes: number;
}

export interface CentralHeader extends SharedFields {
  readonly signature: number;
  readonly madeBy: number;
  readonly commentBytes: number;
  readonly disk: number;
  readonly internal: number;
  readonly external: number;
  readonly localOffset: number;
}

export interface LocalHeader extends SharedFields {
  readonly signature: number;
}

/** Reads the fixed part of a central header; undefined when fewer than 46 bytes are left. */
export function centralHeaderAt(bytes: Uint8Array, offset: number): CentralHeader | undefined {
  if (offset + CENTRAL_HEADER_BYTES > bytes.byteLength) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, CENTRAL_HEADER_BYTES);
  return {
    signature: view.getUint32(0, true),
    madeBy: view.getUint16(4, true),
    ...sharedFields(view, 6),
    commentBytes: view.getUint16(32, true),
    disk: view.getUint16(34, true),
    internal: view.getUint16(36, true),
    external: view.getUint32(38, true),
    localOffset: view.getUint32(42, true),
  };
}

/** Reads the fixed part of a local header from its first 30 bytes. */
export function localHeaderOf(bytes: Uint8Array): LocalHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, LOCAL_HEADER_BYTES);
  return { signature: view.getUint32(0, true), ...sharedFields(view, 4) };
}

function sharedFields(view: DataView, offset: number): SharedFields {
  return {
    need: view.getUint16(offset, true),
    flags: view.getUint16(offset + 2, true),
    method: view.getUint16(offset + 4, true),
    dosTime: view.getUint32(offset + 6, true),
    crc32: view.getUint32(offset + 10, true),
    compressedSizeBytes: view.getUint32(offset + 14, true),
    sizeBytes: view.getUint32(offset + 18, true),
    nameBytes: view.getUint16(offset + 22, true),
    extraBytes: view.getUint16(offset + 24, true),
  };
}
