/** One number of a record: its name for people and its bytes in the file, little-endian. */
export type ZipField = readonly [name: string, sizeBytes: 2 | 4];

/** The fields that local and central headers share, in their order (APPNOTE 4.3.7 and 4.3.12). Time and date as one. */
const SHARED: readonly ZipField[] = [
  ["version needed", 2],
  ["flags", 2],
  ["method", 2],
  ["time", 4],
  ["CRC-32", 4],
  ["compressed size", 4],
  ["size", 4],
  ["name length", 2],
  ["extra field length", 2],
];

export const LOCAL_FIELDS: readonly ZipField[] = [["signature", 4], ...SHARED];

export const CENTRAL_FIELDS: readonly ZipField[] = [
  ["signature", 4],
  ["version made by", 2],
  ...SHARED,
  ["comment length", 2],
  ["disk", 2],
  ["internal attributes", 2],
  ["external attributes", 4],
  ["offset of the local header", 4],
];

export const DESCRIPTOR_FIELDS: readonly ZipField[] = [
  ["signature", 4],
  ["CRC-32", 4],
  ["compressed size", 4],
  ["size", 4],
];

export const END_FIELDS: readonly ZipField[] = [
  ["signature", 4],
  ["number of this disk", 2],
  ["disk of the directory", 2],
  ["entries on this disk", 2],
  ["entries", 2],
  ["size of the directory", 4],
  ["offset of the directory", 4],
  ["comment length", 2],
];

/** The numbers as bytes, one for each field. */
export function writeFields(fields: readonly ZipField[], values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [, sizeBytes]) => sum + sizeBytes, 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const [place, [, sizeBytes]] of fields.entries()) {
    const value = values[place] ?? 0;
    if (sizeBytes === 2) view.setUint16(offset, value, true);
    else view.setUint32(offset, value, true);
    offset += sizeBytes;
  }
  return bytes;
}
