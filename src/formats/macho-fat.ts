import type { ByteSource } from "../model/byte-source.ts";
import type { Extent } from "./byte-search.ts";
import { FieldReader, ImageFile } from "./executable-image.ts";

/** A Java class file starts with the same four bytes; its version (45 and up) stands where a fat file has its count. */
const MAX_FAT_SLICES = 44;
const FAT_MAGIC = 0xcafebabe;
const FAT_MAGIC_64 = 0xcafebabf;
const HEADER_BYTES = 8;

/** A fat (universal) Mach-O file: several executables for several machines. */
export function isFatMachO(start: Uint8Array): boolean {
  if (start.byteLength < HEADER_BYTES) return false;
  const fields = new FieldReader(start, false);
  const magic = fields.u32(0);
  return (magic === FAT_MAGIC || magic === FAT_MAGIC_64) && fields.u32(4) <= MAX_FAT_SLICES;
}

/** Where the slices lie, in the order of the header (mach-o/fat.h); a reason when they cannot lie so. */
export function fatSlices(source: ByteSource): readonly Extent[] | string {
  const file = new ImageFile(source, false);
  if (source.sizeBytes < HEADER_BYTES) return "the file ends before the end of its fat header";
  const header = file.block(0, HEADER_BYTES, "fat header");
  const is64 = header.u32(0) === FAT_MAGIC_64;
  const count = header.u32(4);
  const entryBytes = is64 ? 32 : 20;
  const end = HEADER_BYTES + count * entryBytes;
  if (count === 0) return "a fat Mach-O file without slices";
  if (end > source.sizeBytes) return "the file ends before the end of its fat header";
  const table = file.block(HEADER_BYTES, count * entryBytes, "fat header");
  const slices = Array.from({ length: count }, (_, index): Extent => {
    const at = index * entryBytes + 8;
    return is64
      ? { offset: wide(table, at), sizeBytes: wide(table, at + 8) }
      : { offset: table.u32(at), sizeBytes: table.u32(at + 4) };
  });
  let free = end;
  for (const { offset, sizeBytes } of slices.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < free) return "slices of a fat Mach-O file overlap";
    free = offset + sizeBytes;
  }
  return free > source.sizeBytes ? "a slice of a fat Mach-O file lies outside the file" : slices;
}

/** Above 2^53 the exact value does not matter: it lies outside of every file. */
function wide(table: FieldReader, at: number): number {
  return table.u32(at) * 2 ** 32 + table.u32(at + 4);
}
