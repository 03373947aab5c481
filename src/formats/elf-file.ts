import type { ByteSource } from "../model/byte-source.ts";
import { FieldReader, ImageFile, type LoadedPart, malformed } from "./executable-image.ts";

/** Linux refuses program header tables above 64 KiB; no linker writes more than a few dozen. */
const MAX_PROGRAM_HEADERS = 512;
const MAX_SECTION_NAME_BYTES = 64;
const MAX_SECTION_NAMES_BYTES = 4 * 1024 * 1024;

const PT_LOAD = 1;
/** From here on e_shnum, e_phnum and e_shstrndx mean "look elsewhere" (gABI, extended numbering). */
const SHN_LORESERVE = 0xff00;

/** Offsets of the fields that are read (System V gABI, chapters 4 and 5). */
const LAYOUT_64 = {
  header: { sizeBytes: 64, phoff: 32, shoff: 40, phentsize: 54 },
  program: { sizeBytes: 56, flags: 4, offset: 8, address: 16, fileSize: 32, memorySize: 40 },
  section: { sizeBytes: 64, address: 16, offset: 24, size: 32 },
  wordBytes: 8,
} as const;
const LAYOUT_32 = {
  header: { sizeBytes: 52, phoff: 28, shoff: 32, phentsize: 42 },
  program: { sizeBytes: 32, flags: 24, offset: 4, address: 8, fileSize: 16, memorySize: 20 },
  section: { sizeBytes: 40, address: 12, offset: 16, size: 20 },
  wordBytes: 4,
} as const;

export interface ElfFile {
  readonly file: ImageFile;
  readonly layout: typeof LAYOUT_64 | typeof LAYOUT_32;
  readonly header: FieldReader;
}

export interface ElfProgram extends LoadedPart {
  readonly type: number;
  readonly flags: number;
}

export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

export function openElf(source: ByteSource): ElfFile {
  const ident = new ImageFile(source, true).block(0, 16, "ELF identification");
  const wordClass = ident.u8(4);
  const byteOrder = ident.u8(5);
  if (wordClass !== 1 && wordClass !== 2) malformed("an ELF class that is neither 32 nor 64 bit");
  if (byteOrder !== 1 && byteOrder !== 2)
    malformed("an ELF byte order that is neither little nor big endian");
  if (ident.u8(6) !== 1) malformed("an ELF version other than 1");
  const layout = wordClass === 2 ? LAYOUT_64 : LAYOUT_32;
  const file = new ImageFile(source, byteOrder === 1);
  return { file, layout, header: file.block(0, layout.header.sizeBytes, "ELF header") };
}

export function is64(elf: ElfFile): boolean {
  return elf.layout === LAYOUT_64;
}

/** An address, offset or size: 32 or 64 bits wide by the class of the file. */
export function word(elf: ElfFile, block: FieldReader, offset: number): number {
  return is64(elf) ? block.u64(offset) : block.u32(offset);
}

export function readProgramHeaders(elf: ElfFile): readonly ElfProgram[] {
  const { header, layout } = elf;
  const entrySizeBytes = header.u16(layout.header.phentsize);
  const count = header.u16(layout.header.phentsize + 2);
  if (count === 0) malformed("an ELF file without program headers: nothing would be loaded");
  if (count > MAX_PROGRAM_HEADERS)
    malformed(`${count} ELF program headers; the limit is ${MAX_PROGRAM_HEADERS}`);
  if (entrySizeBytes !== layout.program.sizeBytes) malformed("ELF program headers of an unusual size");
  const table = elf.file.block(
    word(elf, header, layout.header.phoff),
    count * entrySizeBytes,
    "ELF program headers",
  );
  const programs = Array.from({ length: count }, (_, index) =>
    readProgramHeader(elf, table.block(index * entrySizeBytes, entrySizeBytes, "ELF program headers")),
  );
  if (!programs.some(isLoaded)) malformed("an ELF file without a loadable segment");
  return programs;
}

function readProgramHeader(elf: ElfFile, block: FieldReader): ElfProgram {
  const at = elf.layout.program;
  const program = {
    type: block.u32(0),
    flags: block.u32(at.flags),
    offset: word(elf, block, at.offset),
    address: word(elf, block, at.address),
    sizeBytes: word(elf, block, at.fileSize),
    memorySizeBytes: word(elf, block, at.memorySize),
  };
  if (isLoaded(program) && program.sizeBytes > program.memorySizeBytes) {
    malformed("an ELF segment that is larger in the file than in memory");
  }
  return program;
}

export function isLoaded(program: ElfProgram): boolean {
  return program.type === PT_LOAD;
}

/** Empty for a file whose section table was stripped; the loader never looks at sections. */
export function readSections(elf: ElfFile): readonly ElfSection[] {
  const { header, layout } = elf;
  const tableOffset = word(elf, header, layout.header.shoff);
  const entrySizeBytes = header.u16(layout.header.phentsize + 4);
  const count = header.u16(layout.header.phentsize + 6);
  const namesIndex = header.u16(layout.header.phentsize + 8);
  if (tableOffset === 0) return [];
  if (count === 0 || count >= SHN_LORESERVE) malformed("an ELF section table with extended numbering");
  if (entrySizeBytes !== layout.section.sizeBytes) malformed("ELF section headers of an unusual size");
  if (namesIndex >= count) malformed("an ELF section name table that does not exist");
  const table = elf.file.block(tableOffset, count * entrySizeBytes, "ELF section headers");
  if (namesIndex === 0) return [];
  const headerAt = (index: number): FieldReader =>
    table.block(index * entrySizeBytes, entrySizeBytes, "ELF section headers");
  const namesHeader = headerAt(namesIndex);
  const namesSizeBytes = word(elf, namesHeader, layout.section.size);
  if (namesSizeBytes > MAX_SECTION_NAMES_BYTES)
    malformed(`${namesSizeBytes} bytes of ELF section names; the limit is ${MAX_SECTION_NAMES_BYTES}`);
  const names = elf.file.block(
    word(elf, namesHeader, layout.section.offset),
    namesSizeBytes,
    "ELF section names",
  );
  return Array.from({ length: count }, (_, index) => readSection(elf, headerAt(index), names));
}

function readSection(elf: ElfFile, block: FieldReader, names: FieldReader): ElfSection {
  return {
    name: names.text(block.u32(0), MAX_SECTION_NAME_BYTES),
    type: block.u32(4),
    address: word(elf, block, elf.layout.section.address),
    offset: word(elf, block, elf.layout.section.offset),
    sizeBytes: word(elf, block, elf.layout.section.size),
  };
}
