import { type Contents, type Field, layOut, WRITABLE_ADDRESS } from "./fields.ts";

export interface ElfOptions extends Contents {
  readonly bits?: 32 | 64;
  readonly littleEndian?: boolean;
  readonly machine?: number;
  readonly type?: number;
  readonly osabi?: number;
  /** Adds a PT_INTERP segment. */
  readonly interpreter?: boolean;
  /**
   * Adds a PT_DYNAMIC segment with these tags. Without a value, DT_STRTAB (5) has the address of the strings, DT_NEEDED (1)
   * the offset of `libx.so.1` in them, and any other 0.
   */
  readonly dynamicTags?: readonly (number | readonly [tag: number, value: number])[];
  /** Adds segments of these types and flags over the notes, which hold `notes`. */
  readonly segments?: readonly (readonly [type: number, flags: number])[];
  readonly notes?: Uint8Array;
  /** Adds a section table: names of sections that lie where the writable data lies. */
  readonly sections?: readonly string[];
}

const DEFAULTS: Required<ElfOptions> = {
  bits: 64,
  littleEndian: true,
  machine: 62,
  type: 2,
  osabi: 0,
  interpreter: false,
  dynamicTags: [],
  segments: [],
  notes: new Uint8Array(),
  sections: [],
  readOnly: new Uint8Array(),
  writable: new Uint8Array(),
};

/** Offsets and sizes that depend on the class of the file. */
const LAYOUTS = {
  64: {
    ident: 2,
    header: { sizeBytes: 64, phoff: 0x20, shoff: 0x28, ehsize: 0x34 },
    program: { sizeBytes: 56, flags: 4, offset: 8, vaddr: 16, filesz: 32, memsz: 40 },
    section: { sizeBytes: 64, addr: 16, offset: 24, size: 32 },
    dynamicEntryBytes: 16,
  },
  32: {
    ident: 1,
    header: { sizeBytes: 52, phoff: 0x1c, shoff: 0x20, ehsize: 0x28 },
    program: { sizeBytes: 32, flags: 24, offset: 4, vaddr: 8, filesz: 16, memsz: 20 },
    section: { sizeBytes: 40, addr: 12, offset: 16, size: 20 },
    dynamicEntryBytes: 8,
  },
} as const;

const PROGRAMS_AT = 0x100;
const STRINGS_AT = 0x2f00;
const DYNAMIC_AT = 0x3000;
const NOTES_AT = 0x3200;
const INTERPRETER_AT = 0x3300;
const TAG_VALUES: Readonly<Record<number, number>> = { 1: 1, 5: 0x40_0000 + STRINGS_AT };
const NAMES_AT = 0x3400;
const SECTIONS_AT = 0x3800;

interface Program {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** An ELF file: headers, read-only data at 0x1000, writable data at 0x2000, then dynamic tags, section names, sections. */
export function elfFile(options: ElfOptions = {}): Uint8Array {
  const elf = { ...DEFAULTS, ...options };
  const layout = LAYOUTS[elf.bits];
  const programs = programsOf(elf);
  const sections = elf.sections.length === 0 ? [] : ["", ...elf.sections, ".shstrtab"];
  const fields = [
    ...headerFields(elf, programs.length, sections.length),
    ...programs.flatMap((program, index) =>
      programFields(PROGRAMS_AT + index * layout.program.sizeBytes, elf.bits, program),
    ),
    ...elf.dynamicTags.flatMap((entry, index): readonly Field[] => {
      const [tag, value] = typeof entry === "number" ? [entry, TAG_VALUES[entry] ?? 0] : entry;
      const at = DYNAMIC_AT + index * layout.dynamicEntryBytes;
      return [
        [at, elf.bits, tag, "d_tag"],
        [at + layout.dynamicEntryBytes / 2, elf.bits, value, "d_val"],
      ];
    }),
    ...sectionFields(elf.bits, sections),
  ];
  return layOut(0x4000, elf.littleEndian, fields, [
    [0, "\u007fELF"],
    [0x1000, elf.readOnly],
    [0x2000, elf.writable],
    [STRINGS_AT, elf.dynamicTags.length === 0 ? "" : "\0libx.so.1\0"],
    [NOTES_AT, elf.notes],
    [INTERPRETER_AT, elf.interpreter ? "/lib/ld.so\0" : ""],
    [NAMES_AT, sections.map((name) => `${name}\0`).join("")],
  ]);
}

function headerFields(
  elf: Required<ElfOptions>,
  programCount: number,
  sectionCount: number,
): readonly Field[] {
  const { ident, header, program, section } = LAYOUTS[elf.bits];
  return [
    [0x04, 8, ident, "EI_CLASS"],
    [0x05, 8, elf.littleEndian ? 1 : 2, "EI_DATA"],
    [0x06, 8, 1, "EI_VERSION"],
    [0x07, 8, elf.osabi, "EI_OSABI"],
    [0x10, 16, elf.type, "e_type"],
    [0x12, 16, elf.machine, "e_machine"],
    [0x14, 32, 1, "e_version"],
    [header.phoff, elf.bits, PROGRAMS_AT, "e_phoff"],
    [header.shoff, elf.bits, sectionCount === 0 ? 0 : SECTIONS_AT, "e_shoff"],
    [header.ehsize, 16, header.sizeBytes, "e_ehsize"],
    [header.ehsize + 2, 16, program.sizeBytes, "e_phentsize"],
    [header.ehsize + 4, 16, programCount, "e_phnum"],
    [header.ehsize + 6, 16, section.sizeBytes, "e_shentsize"],
    [header.ehsize + 8, 16, sectionCount, "e_shnum"],
    [header.ehsize + 10, 16, Math.max(sectionCount - 1, 0), "e_shstrndx"],
  ];
}

function programsOf(elf: Required<ElfOptions>): readonly Program[] {
  const tableBytes = elf.dynamicTags.length * LAYOUTS[elf.bits].dynamicEntryBytes;
  return [
    { type: 1, flags: 4, offset: 0x1000, sizeBytes: 0x1000 },
    { type: 1, flags: 6, offset: 0x2000, sizeBytes: 0x1000 },
    ...(elf.interpreter ? [{ type: 3, flags: 4, offset: INTERPRETER_AT, sizeBytes: 16 }] : []),
    ...(tableBytes === 0 ? [] : [{ type: 2, flags: 6, offset: DYNAMIC_AT, sizeBytes: tableBytes }]),
    ...elf.segments.map(([type, flags]) => ({
      type,
      flags,
      offset: NOTES_AT,
      sizeBytes: elf.notes.byteLength,
    })),
  ];
}

function programFields(at: number, bits: 32 | 64, program: Program): readonly Field[] {
  const layout = LAYOUTS[bits].program;
  return [
    [at, 32, program.type, "p_type"],
    [at + layout.flags, 32, program.flags, "p_flags"],
    [at + layout.offset, bits, program.offset, "p_offset"],
    [at + layout.vaddr, bits, 0x40_0000 + program.offset, "p_vaddr"],
    [at + layout.filesz, bits, program.sizeBytes, "p_filesz"],
    [at + layout.memsz, bits, program.sizeBytes, "p_memsz"],
  ];
}

function sectionFields(bits: 32 | 64, names: readonly string[]): readonly Field[] {
  const layout = LAYOUTS[bits].section;
  let nameOffset = 0;
  return names.flatMap((name, index): readonly Field[] => {
    const at = SECTIONS_AT + index * layout.sizeBytes;
    const isNames = name === ".shstrtab";
    const start = nameOffset;
    nameOffset += name.length + 1;
    return [
      [at, 32, start, "sh_name"],
      [at + layout.addr, bits, isNames ? 0 : WRITABLE_ADDRESS, "sh_addr"],
      [at + layout.offset, bits, isNames ? NAMES_AT : 0x2000, "sh_offset"],
      [at + layout.size, bits, isNames ? 0x400 : 0x800, "sh_size"],
    ];
  });
}
