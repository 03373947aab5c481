import { type Contents, type Field, layOut } from "./fields.ts";

export interface MachOOptions extends Contents {
  readonly bits?: 32 | 64;
  readonly littleEndian?: boolean;
  readonly cpu?: number;
  readonly fileType?: number;
  readonly flags?: number;
  /** Platform of LC_BUILD_VERSION. */
  readonly platform?: number;
  readonly libraries?: readonly string[];
  readonly linker?: string;
  /** Name of the section that covers the writable data. */
  readonly section?: string;
  /** Local, defined and undefined symbols of LC_DYSYMTAB. */
  readonly symbols?: readonly [local: number, defined: number, undefined: number];
  readonly uuid?: string;
}

interface Shape {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
}

const DEFAULTS = {
  bits: 64,
  littleEndian: true,
  cpu: 0x0100000c,
  fileType: 2,
  flags: 0x20_0000,
  platform: 1,
  libraries: ["/usr/lib/libSystem.B.dylib"],
  linker: "/usr/lib/dyld",
  section: "__go_buildinfo",
  readOnly: new Uint8Array(),
  writable: new Uint8Array(),
} as const;
type Settings = MachOOptions & Required<Omit<MachOOptions, "symbols" | "uuid">>;

/** A thin Mach-O, 64-bit little-endian unless told otherwise: __TEXT at 0x1000 of the file, __DATA at 0x2000. */
export function machOFile(options: MachOOptions = {}): Uint8Array {
  const macho: Settings = { ...DEFAULTS, ...options };
  const wide = macho.bits === 64;
  const commands = commandsOf(macho);
  const area = Buffer.concat(commands);
  const header: readonly Field[] = [
    [0, 32, wide ? 0xfeedfacf : 0xfeedface, "magic"],
    [4, 32, macho.cpu, "cputype"],
    [12, 32, macho.fileType, "filetype"],
    [16, 32, commands.length, "ncmds"],
    [20, 32, area.byteLength, "sizeofcmds"],
    [24, 32, macho.flags, "flags"],
  ];
  return layOut(0x3000, macho.littleEndian, header, [
    [wide ? 32 : 28, area],
    [0x1000, macho.readOnly],
    [0x2000, macho.writable],
  ]);
}

function commandsOf(macho: Settings): readonly Uint8Array[] {
  const { symbols, uuid, section } = macho;
  return [
    segmentCommand(macho, "__TEXT", { offset: 0x1000, protection: 5 }),
    segmentCommand(macho, "__DATA", { offset: 0x2000, protection: 3, section }),
    pathCommand(macho, 0xe, macho.linker, 12),
    ...macho.libraries.map((path) => pathCommand(macho, 0xc, path, 24)),
    command(macho, 0x32, 24, [[8, 32, macho.platform, "platform"]]),
    ...(symbols === undefined ? [] : [symbolCommand(macho, symbols)]),
    ...(uuid === undefined ? [] : [command(macho, 0x1b, 24, [], Buffer.from(uuid, "hex"))]),
  ];
}

function command(
  { littleEndian }: Shape,
  code: number,
  sizeBytes: number,
  fields: readonly Field[],
  rest: Uint8Array = new Uint8Array(),
): Uint8Array {
  const head: readonly Field[] = [
    [0, 32, code, "cmd"],
    [4, 32, sizeBytes, "cmdsize"],
  ];
  return layOut(sizeBytes, littleEndian, [...head, ...fields], [[8, rest]]);
}

function symbolCommand(shape: Shape, [local, defined, imported]: readonly number[]): Uint8Array {
  return command(shape, 0xb, 80, [
    [12, 32, local ?? 0, "nlocalsym"],
    [20, 32, defined ?? 0, "nextdefsym"],
    [28, 32, imported ?? 0, "nundefsym"],
  ]);
}

function segmentCommand(
  { bits, littleEndian }: Shape,
  name: string,
  at: { readonly offset: number; readonly protection: number; readonly section?: string },
): Uint8Array {
  const wordBytes = bits / 8;
  const headBytes = bits === 64 ? 72 : 56;
  const sizeBytes = headBytes + (at.section === undefined ? 0 : bits === 64 ? 80 : 68);
  const words = [0x40_0000 + at.offset, 0x1000, at.offset, 0x1000];
  const fields: readonly Field[] = [
    [0, 32, bits === 64 ? 0x19 : 0x1, "cmd LC_SEGMENT"],
    [4, 32, sizeBytes, "cmdsize"],
    ...words.map((value, index): Field => [24 + index * wordBytes, bits, value, "vmaddr to filesize"]),
    [headBytes - 16, 32, at.protection, "maxprot"],
    [headBytes - 12, 32, at.protection, "initprot"],
    [headBytes - 8, 32, at.section === undefined ? 0 : 1, "nsects"],
  ];
  if (at.section === undefined) return layOut(sizeBytes, littleEndian, fields, [[8, name]]);
  const section: readonly Field[] = [
    [headBytes + 32, bits, 0x40_0000 + at.offset, "addr"],
    [headBytes + 32 + wordBytes, bits, 0x800, "size"],
    [headBytes + 32 + 2 * wordBytes, 32, at.offset, "offset"],
  ];
  return layOut(
    sizeBytes,
    littleEndian,
    [...fields, ...section],
    [
      [8, name],
      [headBytes, at.section],
      [headBytes + 16, name],
    ],
  );
}

function pathCommand({ littleEndian }: Shape, code: number, path: string, pathOffset: number): Uint8Array {
  const sizeBytes = Math.ceil((pathOffset + path.length + 1) / 8) * 8;
  const fields: readonly Field[] = [
    [0, 32, code, "cmd"],
    [4, 32, sizeBytes, "cmdsize"],
    [8, 32, pathOffset, "name offset"],
  ];
  return layOut(sizeBytes, littleEndian, fields, [[pathOffset, path]]);
}
