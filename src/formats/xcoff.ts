import type { ByteSource } from "../model/byte-source.ts";
import {
  distinct,
  type ExecutableImage,
  FieldReader,
  ImageFile,
  type ImageReading,
  type LoadedPart,
  malformed,
  mapParts,
  readImage,
} from "./executable-image.ts";

/** The AIX loader knows text, data and a handful besides. */
const MAX_SECTIONS = 128;
const MAX_IMPORT_BYTES = 1024 * 1024;

const F_EXEC = 0x2;
const STYP_DWARF = 0x10;
const STYP_TEXT = 0x20;
const STYP_DATA = 0x40;
const STYP_LOADER = 0x1000;
const STYP_DEBUG = 0x2000;

/** Offsets of the fields that are read (AIX, "XCOFF Object File Format"). */
const LAYOUT_64 = {
  arch: "ppc64",
  wordBytes: 8,
  header: { sizeBytes: 24, optionalSize: 16, flags: 18, symbolCount: 20 },
  section: { sizeBytes: 72, address: 16, size: 24, offset: 32, flags: 64 },
  loader: { sizeBytes: 56, importBytes: 12, importOffset: 24 },
} as const;
const LAYOUT_32 = {
  arch: "ppc",
  wordBytes: 4,
  header: { sizeBytes: 20, optionalSize: 16, flags: 18, symbolCount: 12 },
  section: { sizeBytes: 40, address: 12, size: 16, offset: 20, flags: 36 },
  loader: { sizeBytes: 32, importBytes: 12, importOffset: 20 },
} as const;
type Layout = typeof LAYOUT_64 | typeof LAYOUT_32;

const LAYOUTS: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  [0x01df, LAYOUT_32],
  [0x01f7, LAYOUT_64],
]);

interface Section extends LoadedPart {
  readonly type: number;
}

/** The two bytes of the magic are few: the flag of an executable and the number of sections must fit as well. */
export function isXcoff(start: Uint8Array): boolean {
  if (start.byteLength < LAYOUT_64.header.sizeBytes) return false;
  const fields = new FieldReader(start, false);
  const layout = LAYOUTS.get(fields.u16(0));
  const sections = fields.u16(2);
  return (
    layout !== undefined &&
    sections > 0 &&
    sections <= MAX_SECTIONS &&
    (fields.u16(layout.header.flags) & F_EXEC) !== 0
  );
}

/** XCOFF executables of AIX, 32 and 64 bit, big-endian. */
export function readXcoff(source: ByteSource): ImageReading {
  return readImage(() => {
    const file = new ImageFile(source, false);
    const layout = LAYOUTS.get(file.block(0, 2, "XCOFF header").u16(0)) ?? malformed("no XCOFF file");
    const header = file.block(0, layout.header.sizeBytes, "XCOFF header");
    const sections = readSections(file, layout, header);
    const data = sections.find(({ type, sizeBytes }) => type === STYP_DATA && sizeBytes > 0);
    const image: ExecutableImage = {
      format: "xcoff",
      source,
      arch: layout.arch,
      os: "aix",
      linkage: { interpreter: null, libraries: importedLibraries(file, layout, sections) },
      hardening: { positionIndependent: null, nonExecutableData: null, relro: null },
      buildIds: [],
      symbolTable: header.u32(layout.header.symbolCount) > 0,
      debugInfo: sections.some(({ type }) => type === STYP_DWARF || type === STYP_DEBUG),
      mapped: mapParts(
        sections.filter(({ type }) => type === STYP_TEXT || type === STYP_DATA),
        source.sizeBytes,
      ),
      ...(data === undefined
        ? {}
        : { buildInfoArea: { address: data.address, sizeBytes: data.sizeBytes, named: false } }),
      hasGoSections: false,
    };
    return image;
  });
}

function readSections(file: ImageFile, layout: Layout, header: FieldReader): readonly Section[] {
  const count = header.u16(2);
  if (count > MAX_SECTIONS) malformed(`${count} XCOFF sections; the limit is ${MAX_SECTIONS}`);
  const start = layout.header.sizeBytes + header.u16(layout.header.optionalSize);
  const at = layout.section;
  return Array.from({ length: count }, (_, index): Section => {
    const block = file.block(start + index * at.sizeBytes, at.sizeBytes, "XCOFF section table");
    const sizeBytes = word(layout, block, at.size);
    return {
      // The upper half tells kinds of DWARF sections apart.
      type: block.u32(at.flags) & 0xffff,
      address: word(layout, block, at.address),
      offset: word(layout, block, at.offset),
      sizeBytes,
      memorySizeBytes: sizeBytes,
    };
  });
}

/** Import file ids are triples of path, base name and archive member; the first is the default search path. */
function importedLibraries(file: ImageFile, layout: Layout, sections: readonly Section[]): readonly string[] {
  const loader = sections.find(({ type }) => type === STYP_LOADER);
  if (loader === undefined) return [];
  const at = layout.loader;
  const header = file.block(loader.offset, at.sizeBytes, "XCOFF loader section");
  const sizeBytes = header.u32(at.importBytes);
  if (sizeBytes > MAX_IMPORT_BYTES)
    malformed(`${sizeBytes} bytes of XCOFF import ids; the limit is ${MAX_IMPORT_BYTES}`);
  const offset = loader.offset + word(layout, header, at.importOffset);
  const texts = file.block(offset, sizeBytes, "XCOFF import ids").strings();
  return distinct(texts.filter((text, index) => index > 3 && index % 3 === 1 && text !== ""));
}

function word({ wordBytes }: Layout, block: FieldReader, offset: number): number {
  return wordBytes === 8 ? block.u64(offset) : block.u32(offset);
}
