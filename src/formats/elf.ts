import {
  type BuildInfoArea,
  type ExecutableImage,
  FieldReader,
  type ImageReading,
  type LoadedPart,
  malformed,
  mapParts,
  readImage,
  unknownMachine,
} from "./executable-image.ts";

/** Linux refuses program header tables above 64 KiB; no linker writes more than a few dozen. */
const MAX_PROGRAM_HEADERS = 512;
const MAX_DYNAMIC_ENTRIES = 65_536;
const MAX_SECTION_NAME_BYTES = 64;

const ET_EXEC = 2;
const ET_DYN = 3;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PF_X = 1;
const PF_W = 2;
const DT_NULL = 0;
const DT_NEEDED = 1;
/** From here on e_shnum, e_phnum and e_shstrndx mean "look elsewhere" (gABI, extended numbering). */
const SHN_LORESERVE = 0xff00;

/** Offsets of the fields that are read (System V gABI, chapters 4 and 5). */
const LAYOUT_64 = {
  header: { sizeBytes: 64, phoff: 32, shoff: 40, phentsize: 54 },
  program: { sizeBytes: 56, flags: 4, offset: 8, address: 16, fileSize: 32, memorySize: 40 },
  section: { sizeBytes: 64, address: 16, offset: 24, size: 32 },
  dynamicEntrySizeBytes: 16,
} as const;
const LAYOUT_32 = {
  header: { sizeBytes: 52, phoff: 28, shoff: 32, phentsize: 42 },
  program: { sizeBytes: 32, flags: 24, offset: 4, address: 8, fileSize: 16, memorySize: 20 },
  section: { sizeBytes: 40, address: 12, offset: 16, size: 20 },
  dynamicEntrySizeBytes: 8,
} as const;

/** GOARCH by e_machine, then by word size and byte order. */
const MACHINES: ReadonlyMap<number, Readonly<Record<string, string>>> = new Map([
  [3, { "32LE": "386" }],
  [8, { "32LE": "mipsle", "32BE": "mips", "64LE": "mips64le", "64BE": "mips64" }],
  [21, { "64LE": "ppc64le", "64BE": "ppc64" }],
  [22, { "64BE": "s390x" }],
  [40, { "32LE": "arm", "32BE": "armbe" }],
  [62, { "64LE": "amd64" }],
  [183, { "64LE": "arm64", "64BE": "arm64be" }],
  [243, { "32LE": "riscv", "64LE": "riscv64" }],
  [258, { "64LE": "loong64" }],
]);

/** EI_OSABI names a system only for these; Linux, illumos and others share 0. */
const OPERATING_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [2, "netbsd"],
  [3, "linux"],
  [9, "freebsd"],
  [12, "openbsd"],
]);

const GO_SECTIONS: ReadonlySet<string> = new Set([
  ".gopclntab",
  ".note.go.buildid",
  ".data.rel.ro.gopclntab",
]);

interface Elf {
  readonly bytes: Uint8Array;
  readonly fields: FieldReader;
  readonly layout: typeof LAYOUT_64 | typeof LAYOUT_32;
  readonly header: FieldReader;
}

interface ProgramHeader extends LoadedPart {
  readonly type: number;
  readonly flags: number;
}

interface Section {
  readonly name: string;
  readonly address: number;
  readonly sizeBytes: number;
}

export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/**
 * ELF executables and shared objects, 32 and 64 bit, both byte orders. `dynamic`: a program interpreter (PT_INTERP) or a
 * needed library (DT_NEEDED) is named; a static PIE has neither.
 */
export function readElf(bytes: Uint8Array): ImageReading {
  return readImage(() => {
    const elf = openElf(bytes);
    const type = elf.header.u16(16);
    if (type !== ET_EXEC && type !== ET_DYN)
      malformed("an ELF file that is neither an executable nor a shared object");
    const programs = readProgramHeaders(elf);
    const sections = readSections(elf);
    const os = OPERATING_SYSTEMS.get(elf.header.u8(7));
    const buildInfoArea = findBuildInfoArea(programs, sections);
    const image: ExecutableImage = {
      format: "elf",
      bytes,
      arch: machineOf(elf),
      ...(os === undefined ? {} : { os }),
      dynamic: isDynamic(elf, programs),
      mapped: mapParts(programs.filter(isLoaded), bytes.byteLength),
      ...(buildInfoArea === undefined ? {} : { buildInfoArea }),
      hasGoSections: sections.some((section) => GO_SECTIONS.has(section.name)),
    };
    return image;
  });
}

function openElf(bytes: Uint8Array): Elf {
  const ident = new FieldReader(bytes, true).block(0, 16, "ELF identification");
  const wordClass = ident.u8(4);
  const byteOrder = ident.u8(5);
  if (wordClass !== 1 && wordClass !== 2) malformed("an ELF class that is neither 32 nor 64 bit");
  if (byteOrder !== 1 && byteOrder !== 2)
    malformed("an ELF byte order that is neither little nor big endian");
  if (ident.u8(6) !== 1) malformed("an ELF version other than 1");
  const layout = wordClass === 2 ? LAYOUT_64 : LAYOUT_32;
  const fields = new FieldReader(bytes, byteOrder === 1);
  return { bytes, fields, layout, header: fields.block(0, layout.header.sizeBytes, "ELF header") };
}

function machineOf(elf: Elf): string {
  const machine = elf.header.u16(18);
  const variant = `${is64(elf) ? "64" : "32"}${elf.header.u8(5) === 1 ? "LE" : "BE"}`;
  return MACHINES.get(machine)?.[variant] ?? unknownMachine(machine);
}

function is64(elf: Elf): boolean {
  return elf.layout === LAYOUT_64;
}

/** An address, offset or size: 32 or 64 bits wide by the class of the file. */
function word(elf: Elf, block: FieldReader, offset: number): number {
  return is64(elf) ? block.u64(offset) : block.u32(offset);
}

function readProgramHeaders(elf: Elf): readonly ProgramHeader[] {
  const { header, layout } = elf;
  const entrySizeBytes = header.u16(layout.header.phentsize);
  const count = header.u16(layout.header.phentsize + 2);
  if (count === 0) malformed("an ELF file without program headers: nothing would be loaded");
  if (count > MAX_PROGRAM_HEADERS)
    malformed(`${count} ELF program headers; the limit is ${MAX_PROGRAM_HEADERS}`);
  if (entrySizeBytes !== layout.program.sizeBytes) malformed("ELF program headers of an unusual size");
  const table = elf.fields.block(
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

function readProgramHeader(elf: Elf, block: FieldReader): ProgramHeader {
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

function isLoaded(program: ProgramHeader): boolean {
  return program.type === PT_LOAD;
}

function isDynamic(elf: Elf, programs: readonly ProgramHeader[]): boolean {
  const interpreters = programs.filter((program) => program.type === PT_INTERP);
  const [table, second] = programs.filter((program) => program.type === PT_DYNAMIC);
  if (second !== undefined) malformed("two ELF dynamic segments");
  if (interpreters.length > 1) malformed("two ELF program interpreters");
  return interpreters.length === 1 || (table !== undefined && needsLibrary(elf, table));
}

function needsLibrary(elf: Elf, table: ProgramHeader): boolean {
  const entrySizeBytes = elf.layout.dynamicEntrySizeBytes;
  const count = Math.floor(table.sizeBytes / entrySizeBytes);
  if (count > MAX_DYNAMIC_ENTRIES)
    malformed(`${count} ELF dynamic entries; the limit is ${MAX_DYNAMIC_ENTRIES}`);
  const block = elf.fields.block(table.offset, table.sizeBytes, "ELF dynamic segment");
  // Only the low half of a tag is read: DT_NULL and DT_NEEDED are small, other tags may use all 64 bits.
  const low = is64(elf) && elf.header.u8(5) === 2 ? 4 : 0;
  for (let index = 0; index < count; index += 1) {
    const start = index * entrySizeBytes;
    const tag = block.u32(start + low);
    const high = is64(elf) ? block.u32(start + (4 - low)) : 0;
    if (high === 0 && tag === DT_NULL) return false;
    if (high === 0 && tag === DT_NEEDED) return true;
  }
  return false;
}

/** Empty for a file whose section table was stripped; the loader never looks at sections. */
function readSections(elf: Elf): readonly Section[] {
  const { header, layout } = elf;
  const tableOffset = word(elf, header, layout.header.shoff);
  const entrySizeBytes = header.u16(layout.header.phentsize + 4);
  const count = header.u16(layout.header.phentsize + 6);
  const namesIndex = header.u16(layout.header.phentsize + 8);
  if (tableOffset === 0) return [];
  if (count === 0 || count >= SHN_LORESERVE) malformed("an ELF section table with extended numbering");
  if (entrySizeBytes !== layout.section.sizeBytes) malformed("ELF section headers of an unusual size");
  if (namesIndex >= count) malformed("an ELF section name table that does not exist");
  const table = elf.fields.block(tableOffset, count * entrySizeBytes, "ELF section headers");
  if (namesIndex === 0) return [];
  const headerAt = (index: number): FieldReader =>
    table.block(index * entrySizeBytes, entrySizeBytes, "ELF section headers");
  const namesHeader = headerAt(namesIndex);
  const names = elf.fields.block(
    word(elf, namesHeader, layout.section.offset),
    word(elf, namesHeader, layout.section.size),
    "ELF section names",
  );
  return Array.from({ length: count }, (_, index) => readSection(elf, headerAt(index), names));
}

function readSection(elf: Elf, block: FieldReader, names: FieldReader): Section {
  return {
    name: names.text(block.u32(0), MAX_SECTION_NAME_BYTES),
    address: word(elf, block, elf.layout.section.address),
    sizeBytes: word(elf, block, elf.layout.section.size),
  };
}

function findBuildInfoArea(
  programs: readonly ProgramHeader[],
  sections: readonly Section[],
): BuildInfoArea | undefined {
  const [section, second] = sections.filter((candidate) => candidate.name === ".go.buildinfo");
  if (second !== undefined) malformed("two ELF sections called .go.buildinfo");
  if (section !== undefined) return { address: section.address, sizeBytes: section.sizeBytes, named: true };
  const data = programs.find((program) => isLoaded(program) && (program.flags & (PF_X | PF_W)) === PF_W);
  return data === undefined ? undefined : { address: data.address, sizeBytes: data.sizeBytes, named: false };
}
