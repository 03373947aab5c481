import type { Hardening } from "../model/binary.ts";
import type { ByteSource } from "../model/byte-source.ts";
import {
  type BuildInfoArea,
  distinct,
  type ExecutableImage,
  type FieldReader,
  ImageFile,
  type ImageReading,
  type LoadedPart,
  malformed,
  mapParts,
  type MappedRange,
  rangeOf,
  readImage,
  unknownMachine,
} from "./executable-image.ts";

/** The Windows loader loads no image with more sections. */
const MAX_SECTIONS = 96;
const MAX_IMPORTED_LIBRARIES = 1024;
const MAX_LIBRARY_NAME_BYTES = 256;
const MAX_SECTION_NAME_BYTES = 64;

const PE_SIGNATURE = 0x4550;
const PE32 = 0x10b;
const PE32_PLUS = 0x20b;
const EXECUTABLE_IMAGE = 0x2;
/** The loader rounds offsets of section data down to a sector: an offset inside one would have two readings. */
const SECTOR_BYTES = 512;
const SECTION_HEADER_BYTES = 40;

/** Offsets inside the optional header (PE format, "Optional Header"). */
const LAYOUTS = {
  [PE32]: { imageBase: 28, directoryCount: 92 },
  [PE32_PLUS]: { imageBase: 24, directoryCount: 108 },
} as const;
const IMPORT_DIRECTORY = 1;
const DELAY_IMPORT_DIRECTORY = 13;
const MAX_DIRECTORIES = 16;

/** GOARCH and the optional header that goes with the machine. */
const MACHINES: ReadonlyMap<number, { readonly arch: string; readonly magic: number }> = new Map([
  [0x14c, { arch: "386", magic: PE32 }],
  [0x1c4, { arch: "arm", magic: PE32 }],
  [0x8664, { arch: "amd64", magic: PE32_PLUS }],
  [0xaa64, { arch: "arm64", magic: PE32_PLUS }],
  [0x5064, { arch: "riscv64", magic: PE32_PLUS }],
  [0x6264, { arch: "loong64", magic: PE32_PLUS }],
]);

/** Initialised data, readable and writable; the bits of alignment are no part of it. */
const DATA_CHARACTERISTICS = 0xc0000040;
const ALIGNMENT_BITS = 0x600000;

const SYMBOL_BYTES = 18;
const DLL_CHARACTERISTICS_AT = 70;
const DYNAMIC_BASE = 0x40;
const NX_COMPAT = 0x100;

interface Pe {
  readonly file: ImageFile;
  readonly machine: number;
  readonly optional: FieldReader;
  readonly optionalMagic: typeof PE32 | typeof PE32_PLUS;
  readonly sectionTableOffset: number;
  readonly sectionCount: number;
  /** COFF symbols, which no loader reads. */
  readonly symbols: { readonly offset: number; readonly count: number };
}

/** Addresses relative to the image base. */
interface Section extends LoadedPart {
  readonly name: string;
  readonly characteristics: number;
}

export function isPe(start: Uint8Array): boolean {
  return start[0] === 0x4d && start[1] === 0x5a;
}

/** PE32 and PE32+ images. A file that starts with MZ and has no PE header (a DOS program) is refused. */
export function readPe(source: ByteSource): ImageReading {
  return readImage(() => {
    const pe = openPe(source);
    const sections = readSections(pe);
    const relative = mapParts(sections, source.sizeBytes);
    const { imageBase } = LAYOUTS[pe.optionalMagic];
    const base = pe.optionalMagic === PE32 ? pe.optional.u32(imageBase) : pe.optional.u64(imageBase);
    const buildInfoArea = findBuildInfoArea(sections, base);
    const image: ExecutableImage = {
      format: "pe",
      source,
      arch: machineOf(pe),
      os: "windows",
      linkage: { interpreter: null, libraries: distinct(importedLibraries(pe, relative)) },
      hardening: hardeningOf(pe),
      buildIds: [],
      symbolTable: pe.symbols.count > 0,
      debugInfo: sections.some(({ name }) => /^\.z?debug_/.test(longName(pe, name))),
      mapped: relative.map((range) => ({ ...range, address: base + range.address })),
      ...(buildInfoArea === undefined ? {} : { buildInfoArea }),
      hasGoSections: false,
      sections: sections.map((section) => ({ ...section, name: longName(pe, section.name) })),
    };
    return image;
  });
}

function hardeningOf({ optional }: Pe): Hardening {
  const characteristics = optional.u16(DLL_CHARACTERISTICS_AT);
  return {
    positionIndependent: (characteristics & DYNAMIC_BASE) !== 0,
    nonExecutableData: (characteristics & NX_COMPAT) !== 0,
    relro: null,
  };
}

/** `/4` points into the string table behind the symbols; the loader knows only the eight bytes. */
function longName({ file, symbols }: Pe, name: string): string {
  const at = /^\/(\d{1,7})$/.exec(name)?.[1];
  const offset = symbols.offset + symbols.count * SYMBOL_BYTES + Number(at ?? 0);
  if (at === undefined || symbols.offset === 0 || offset >= file.source.sizeBytes) return name;
  const sizeBytes = Math.min(MAX_SECTION_NAME_BYTES, file.source.sizeBytes - offset);
  return file.block(offset, sizeBytes, "PE string table").text(0, sizeBytes);
}

function openPe(source: ByteSource): Pe {
  const file = new ImageFile(source, true);
  const start = file.block(0, 64, "DOS header").u32(60);
  const header = file.block(start, 24, "PE header");
  if (header.u32(0) !== PE_SIGNATURE) malformed("a file that starts with MZ and has no PE header");
  if ((header.u16(22) & EXECUTABLE_IMAGE) === 0) malformed("a PE file that is not an executable image");
  const optionalSizeBytes = header.u16(20);
  const optional = file.block(start + 24, optionalSizeBytes, "PE optional header");
  const optionalMagic = optional.u16(0);
  if (optionalMagic !== PE32 && optionalMagic !== PE32_PLUS)
    malformed("a PE optional header of an unknown kind");
  return {
    file,
    machine: header.u16(4),
    optional,
    optionalMagic,
    sectionTableOffset: start + 24 + optionalSizeBytes,
    sectionCount: header.u16(6),
    symbols: { offset: header.u32(12), count: header.u32(16) },
  };
}

function machineOf(pe: Pe): string {
  const known = MACHINES.get(pe.machine);
  if (known === undefined) return unknownMachine(pe.machine);
  return known.magic === pe.optionalMagic
    ? known.arch
    : malformed("a PE machine that does not go with its optional header");
}

function readSections(pe: Pe): readonly Section[] {
  if (pe.sectionCount > MAX_SECTIONS)
    malformed(`${pe.sectionCount} PE sections; the limit is ${MAX_SECTIONS}`);
  return Array.from({ length: pe.sectionCount }, (_, index) => {
    const offset = pe.sectionTableOffset + index * SECTION_HEADER_BYTES;
    return readSection(pe.file.block(offset, SECTION_HEADER_BYTES, "PE section table"));
  });
}

function readSection(block: FieldReader): Section {
  const virtualSizeBytes = block.u32(8);
  const rawSizeBytes = block.u32(16);
  const offset = block.u32(20);
  if (rawSizeBytes > 0 && offset % SECTOR_BYTES !== 0)
    malformed("PE section data that does not start on a sector");
  return {
    name: block.text(0, 8),
    address: block.u32(12),
    memorySizeBytes: virtualSizeBytes === 0 ? rawSizeBytes : virtualSizeBytes,
    offset,
    sizeBytes: offset === 0 ? 0 : rawSizeBytes,
    characteristics: block.u32(36),
  };
}

function importedLibraries(pe: Pe, mapped: readonly MappedRange[]): readonly string[] {
  const imports = directoryAddress(pe, IMPORT_DIRECTORY);
  const delayed = directoryAddress(pe, DELAY_IMPORT_DIRECTORY);
  return [
    ...readDescriptors(pe, mapped, imports, { sizeBytes: 20, nameOffset: 12 }),
    ...readDescriptors(pe, mapped, delayed, { sizeBytes: 32, nameOffset: 4 }),
  ];
}

/** 0 when the image has no such directory. */
function directoryAddress(pe: Pe, index: number): number {
  const at = LAYOUTS[pe.optionalMagic].directoryCount;
  const count = pe.optional.u32(at);
  if (count > MAX_DIRECTORIES) malformed(`${count} PE data directories; the limit is ${MAX_DIRECTORIES}`);
  return index < count ? pe.optional.u32(at + 4 + index * 8) : 0;
}

function readDescriptors(
  pe: Pe,
  mapped: readonly MappedRange[],
  address: number,
  descriptor: { readonly sizeBytes: number; readonly nameOffset: number },
): readonly string[] {
  const names: string[] = [];
  if (address === 0) return names;
  for (let index = 0; index <= MAX_IMPORTED_LIBRARIES; index += 1) {
    const block = blockAt(pe, mapped, address + index * descriptor.sizeBytes, descriptor.sizeBytes);
    const nameAddress = block.u32(descriptor.nameOffset);
    // The loader stops at the first descriptor without a name.
    if (nameAddress === 0) return names;
    names.push(blockAt(pe, mapped, nameAddress, 1, MAX_LIBRARY_NAME_BYTES).text(0, MAX_LIBRARY_NAME_BYTES));
  }
  return malformed(`more than ${MAX_IMPORTED_LIBRARIES} imported PE libraries`);
}

/** From `minBytes` to `maxBytes` of file bytes at an address relative to the image base. */
function blockAt(
  pe: Pe,
  mapped: readonly MappedRange[],
  address: number,
  minBytes: number,
  maxBytes = minBytes,
): FieldReader {
  const range = rangeOf(mapped, address) ?? malformed("a PE import table outside the file");
  const left = range.address + range.sizeBytes - address;
  if (left < minBytes) malformed("a PE import table that crosses the end of its section");
  return pe.file.block(range.offset + (address - range.address), Math.min(left, maxBytes), "PE import table");
}

function findBuildInfoArea(sections: readonly Section[], base: number): BuildInfoArea | undefined {
  const data = sections.find(
    (section) =>
      section.address !== 0 &&
      section.sizeBytes !== 0 &&
      (section.characteristics & ~ALIGNMENT_BITS) >>> 0 === DATA_CHARACTERISTICS,
  );
  return data && { address: base + data.address, sizeBytes: data.memorySizeBytes, named: false };
}
