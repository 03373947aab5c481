import { type Contents, type Field, layOut } from "./fields.ts";

export interface MachOOptions extends Contents {
  readonly cpu?: number;
  readonly fileType?: number;
  /** Platform of LC_BUILD_VERSION. */
  readonly platform?: number;
  readonly libraries?: readonly string[];
  readonly linker?: string;
  /** Name of the section that covers the writable data. */
  readonly section?: string;
}

/** A thin 64-bit Mach-O: __TEXT at 0x1000 of the file, __DATA with one section at 0x2000. */
export function machOFile(options: MachOOptions = {}): Uint8Array {
  const commands = [
    segmentCommand("__TEXT", { offset: 0x1000, protection: 5 }),
    segmentCommand("__DATA", { offset: 0x2000, protection: 3, section: options.section ?? "__go_buildinfo" }),
    pathCommand(0xe, options.linker ?? "/usr/lib/dyld", 12),
    ...(options.libraries ?? ["/usr/lib/libSystem.B.dylib"]).map((path) => pathCommand(0xc, path, 24)),
    layOut(24, true, [
      [0, 32, 0x32, "cmd LC_BUILD_VERSION"],
      [4, 32, 24, "cmdsize"],
      [8, 32, options.platform ?? 1, "platform"],
    ]),
  ];
  const area = Buffer.concat(commands);
  const header: readonly Field[] = [
    [0, 32, 0xfeedfacf, "magic"],
    [4, 32, options.cpu ?? 0x0100000c, "cputype"],
    [12, 32, options.fileType ?? 2, "filetype"],
    [16, 32, commands.length, "ncmds"],
    [20, 32, area.byteLength, "sizeofcmds"],
  ];
  return layOut(0x3000, true, header, [
    [32, area],
    [0x1000, options.readOnly ?? new Uint8Array()],
    [0x2000, options.writable ?? new Uint8Array()],
  ]);
}

function segmentCommand(
  name: string,
  at: { readonly offset: number; readonly protection: number; readonly section?: string },
): Uint8Array {
  const sizeBytes = 72 + (at.section === undefined ? 0 : 80);
  const section: readonly Field[] = [
    [72 + 32, 64, 0x40_0000 + at.offset, "addr"],
    [72 + 40, 64, 0x800, "size"],
    [72 + 48, 32, at.offset, "offset"],
  ];
  const fields: readonly Field[] = [
    [0, 32, 0x19, "cmd LC_SEGMENT_64"],
    [4, 32, sizeBytes, "cmdsize"],
    [24, 64, 0x40_0000 + at.offset, "vmaddr"],
    [32, 64, 0x1000, "vmsize"],
    [40, 64, at.offset, "fileoff"],
    [48, 64, 0x1000, "filesize"],
    [56, 32, at.protection, "maxprot"],
    [60, 32, at.protection, "initprot"],
    [64, 32, at.section === undefined ? 0 : 1, "nsects"],
  ];
  return at.section === undefined
    ? layOut(sizeBytes, true, fields, [[8, name]])
    : layOut(
        sizeBytes,
        true,
        [...fields, ...section],
        [
          [8, name],
          [72, at.section],
          [88, name],
        ],
      );
}

function pathCommand(code: number, path: string, pathOffset: number): Uint8Array {
  const sizeBytes = Math.ceil((pathOffset + path.length + 1) / 8) * 8;
  const fields: readonly Field[] = [
    [0, 32, code, "cmd"],
    [4, 32, sizeBytes, "cmdsize"],
    [8, 32, pathOffset, "name offset"],
  ];
  return layOut(sizeBytes, true, fields, [[pathOffset, path]]);
}
