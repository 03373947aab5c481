/** One field of a header: offset, width in bits, value, and its name in the format's specification. */
export type Field = readonly [offset: number, bits: 8 | 16 | 32 | 64, value: number, name: string];
/** Bytes laid at an offset. */
export type Lump = readonly [offset: number, bytes: Uint8Array | string];

/** A file of zeros with fields and lumps written into it. */
export function layOut(
  sizeBytes: number,
  littleEndian: boolean,
  fields: readonly Field[],
  lumps: readonly Lump[] = [],
): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer);
  for (const [offset, lump] of lumps) {
    bytes.set(typeof lump === "string" ? Buffer.from(lump, "latin1") : lump, offset);
  }
  for (const [offset, bits, value] of fields) {
    if (bits === 8) view.setUint8(offset, value);
    else if (bits === 16) view.setUint16(offset, value, littleEndian);
    else if (bits === 32) view.setUint32(offset, value, littleEndian);
    else view.setBigUint64(offset, BigInt(value), littleEndian);
  }
  return bytes;
}

/** A copy with one field changed. */
export function patched(bytes: Uint8Array, littleEndian: boolean, ...fields: readonly Field[]): Uint8Array {
  return layOut(bytes.byteLength, littleEndian, fields, [[0, bytes]]);
}

/** Where the hand-made images hold data that the tests fill. */
export interface Contents {
  /** Read-only data; 4 KiB. */
  readonly readOnly?: Uint8Array;
  /** The start of writable data, where the Go linker puts its build info; 4 KiB. */
  readonly writable?: Uint8Array;
}

export const READ_ONLY_ADDRESS = 0x40_1000;
export const WRITABLE_ADDRESS = 0x40_2000;
