import { type Contents, type Field, layOut, type Lump } from "./fields.ts";

export interface PeOptions extends Contents {
  readonly machine?: number;
  readonly plus?: boolean;
  readonly characteristics?: number;
  readonly libraries?: readonly string[];
  readonly delayedLibraries?: readonly string[];
}

const DEFAULTS: Required<PeOptions> = {
  machine: 0x8664,
  plus: true,
  characteristics: 0x22,
  libraries: ["KERNEL32.dll"],
  delayedLibraries: [],
  readOnly: new Uint8Array(),
  writable: new Uint8Array(),
};

const OPTIONAL_AT = 0x80 + 24;
/** Characteristics of .rdata, .data and .idata. */
const SECTIONS = [0x4000_0040, 0xc000_0040, 0xc000_0040] as const;

/** A PE file: .rdata at 0x1000, .data at 0x2000, import tables at 0x3000 and 0x3400, their names from 0x3800. */
export function peFile(options: PeOptions = {}): Uint8Array {
  const pe = { ...DEFAULTS, ...options };
  const optionalSizeBytes = pe.plus ? 240 : 224;
  const fields: readonly Field[] = [
    [0x3c, 32, 0x80, "e_lfanew"],
    [0x84, 16, pe.machine, "Machine"],
    [0x86, 16, SECTIONS.length, "NumberOfSections"],
    [0x94, 16, optionalSizeBytes, "SizeOfOptionalHeader"],
    [0x96, 16, pe.characteristics, "Characteristics"],
    ...optionalFields(pe),
    ...SECTIONS.flatMap((characteristics, index) =>
      sectionFields(OPTIONAL_AT + optionalSizeBytes + index * 40, 0x1000 * (index + 1), characteristics),
    ),
    ...pe.libraries.map((_, index): Field => [0x3000 + index * 20 + 12, 32, nameAt(index), "Name"]),
    ...pe.delayedLibraries.map((_, index): Field => {
      const name = nameAt(pe.libraries.length + index);
      return [0x3400 + index * 32 + 4, 32, name, "Name"];
    }),
  ];
  return layOut(0x4000, true, fields, [
    [0, "MZ"],
    [0x80, "PE"],
    [0x1000, pe.readOnly],
    [0x2000, pe.writable],
    ...[...pe.libraries, ...pe.delayedLibraries].map((name, index): Lump => [nameAt(index), name]),
  ]);
}

function optionalFields({ plus, delayedLibraries }: Required<PeOptions>): readonly Field[] {
  const directories = OPTIONAL_AT + (plus ? 108 : 92);
  const delayed = delayedLibraries.length === 0 ? 0 : 0x3400;
  return [
    [OPTIONAL_AT, 16, plus ? 0x20b : 0x10b, "Magic"],
    plus ? [OPTIONAL_AT + 24, 64, 0x40_0000, "ImageBase"] : [OPTIONAL_AT + 28, 32, 0x40_0000, "ImageBase"],
    [directories, 32, 16, "NumberOfRvaAndSizes"],
    [directories + 4 + 8, 32, 0x3000, "Import Table"],
    [directories + 4 + 13 * 8, 32, delayed, "Delay Import Descriptor"],
  ];
}

function sectionFields(at: number, place: number, characteristics: number): readonly Field[] {
  return [
    [at + 8, 32, 0x1000, "VirtualSize"],
    [at + 12, 32, place, "VirtualAddress"],
    [at + 16, 32, 0x1000, "SizeOfRawData"],
    [at + 20, 32, place, "PointerToRawData"],
    [at + 36, 32, characteristics, "Characteristics"],
  ];
}

function nameAt(index: number): number {
  return 0x3800 + index * 64;
}
