import type { Hardening } from "../model/binary.ts";
import type { ByteSource } from "../model/byte-source.ts";
import { readUpTo } from "./byte-search.ts";
import {
  type BuildInfoArea,
  distinct,
  type ExecutableImage,
  FieldReader,
  ImageFile,
  type ImageReading,
  type LoadedPart,
  malformed,
  mapParts,
  readImage,
  unknownMachine,
} from "./executable-image.ts";

const MAX_LOAD_COMMANDS = 4096;
const MAX_LOAD_COMMANDS_BYTES = 4 * 1024 * 1024;

/** MH_EXECUTE, MH_DYLIB, MH_BUNDLE. */
const LOADABLE_TYPES: ReadonlySet<number> = new Set([2, 6, 8]);
const MH_ALLOW_STACK_EXECUTION = 0x2_0000;
const MH_PIE = 0x20_0000;

/** Offsets of the fields that are read (mach-o/loader.h). */
const LAYOUT_64 = {
  headerBytes: 32,
  segmentCommand: 0x19,
  wordBytes: 8,
  segment: { sizeBytes: 72, address: 24, maxProtection: 56 },
  section: { sizeBytes: 80, address: 32 },
} as const;
const LAYOUT_32 = {
  headerBytes: 28,
  segmentCommand: 0x1,
  wordBytes: 4,
  segment: { sizeBytes: 56, address: 24, maxProtection: 40 },
  section: { sizeBytes: 68, address: 32 },
} as const;
type Layout = typeof LAYOUT_64 | typeof LAYOUT_32;

/** The magic number, read as big-endian. */
const KINDS: ReadonlyMap<number, { readonly layout: Layout; readonly littleEndian: boolean }> = new Map([
  [0xfeedfacf, { layout: LAYOUT_64, littleEndian: false }],
  [0xcffaedfe, { layout: LAYOUT_64, littleEndian: true }],
  [0xfeedface, { layout: LAYOUT_32, littleEndian: false }],
  [0xcefaedfe, { layout: LAYOUT_32, littleEndian: true }],
]);

const LC_SYMTAB = 0x2;
const LC_DYSYMTAB = 0xb;
const LC_LOAD_DYLINKER = 0xe;
const LC_UUID = 0x1b;
const LC_DYLD_ENVIRONMENT = 0x27;
const LC_VERSION_MIN_IPHONEOS = 0x25;
const LC_BUILD_VERSION = 0x32;
/** LC_LOAD_DYLIB, and its weak, re-exporting, lazy and upward forms. */
const LIBRARY_COMMANDS: ReadonlySet<number> = new Set([0xc, 0x80000018, 0x8000001f, 0x20, 0x80000023]);

const PLATFORMS: ReadonlyMap<number, string> = new Map([
  [1, "darwin"],
  [2, "ios"],
  [7, "ios"],
]);
const MACHINES: ReadonlyMap<number, string> = new Map([
  [0x7, "386"],
  [0xc, "arm"],
  [0x12, "ppc"],
  [0x01000007, "amd64"],
  [0x0100000c, "arm64"],
  [0x01000012, "ppc64"],
]);

const READ_WRITE = 3;
const MAX_LIBRARY_PATH_BYTES = 1024;

interface Command {
  readonly code: number;
  readonly block: FieldReader;
  readonly sizeBytes: number;
}

interface Segment extends LoadedPart {
  readonly maxProtection: number;
  readonly protection: number;
  readonly sections: readonly Section[];
}

interface Section {
  readonly name: string;
  readonly segment: string;
  readonly address: number;
  readonly sizeBytes: number;
}

/** A thin Mach-O file of any word size and byte order. */
export function isMachO(start: Uint8Array): boolean {
  return start.byteLength >= 4 && KINDS.has(magicOf(start));
}

function magicOf(start: Uint8Array): number {
  return new FieldReader(start, false).u32(0);
}

/** A thin Mach-O executable or library. */
export function readMachO(source: ByteSource): ImageReading {
  return readImage(() => {
    const kind = KINDS.get(magicOf(readUpTo(source, 0, 4))) ?? malformed("no Mach-O file");
    const { layout } = kind;
    const file = new ImageFile(source, kind.littleEndian);
    const header = file.block(0, layout.headerBytes, "Mach-O header");
    if (!LOADABLE_TYPES.has(header.u32(12)))
      malformed("a Mach-O file that is neither an executable nor a library");
    const commands = readCommands(file, layout, header.u32(16), header.u32(20));
    const segments = commands
      .filter(({ code }) => code === layout.segmentCommand)
      .map((command) => readSegment(command, layout));
    const sections = segments.flatMap((segment) => segment.sections);
    const machine = header.u32(4);
    const buildInfoArea = findBuildInfoArea(segments, sections);
    const image: ExecutableImage = {
      format: "macho",
      source,
      arch: MACHINES.get(machine) ?? unknownMachine(machine),
      os: platformOf(commands),
      linkage: linkageOf(commands),
      hardening: hardeningOf(header.u32(24)),
      buildIds: commands
        .filter(({ code }) => code === LC_UUID)
        .map(({ block }) => `uuid:${block.hex(8, 16)}`),
      symbolTable: hasSymbols(commands),
      debugInfo: sections.some(({ segment }) => segment === "__DWARF"),
      mapped: mapParts(segments, source.sizeBytes),
      ...(buildInfoArea === undefined ? {} : { buildInfoArea }),
      hasGoSections: sections.some((section) => section.name === "__gopclntab"),
      sections: segments.flatMap((segment) =>
        segment.sections.map(({ name, address, sizeBytes }) => ({
          name,
          offset: segment.offset + address - segment.address,
          sizeBytes,
        })),
      ),
    };
    return image;
  });
}

function readCommands(
  file: ImageFile,
  { headerBytes, wordBytes }: Layout,
  count: number,
  sizeBytes: number,
): readonly Command[] {
  if (count > MAX_LOAD_COMMANDS)
    malformed(`${count} Mach-O load commands; the limit is ${MAX_LOAD_COMMANDS}`);
  if (sizeBytes > MAX_LOAD_COMMANDS_BYTES)
    malformed(`${sizeBytes} bytes of Mach-O load commands; the limit is ${MAX_LOAD_COMMANDS_BYTES}`);
  const area = file.block(headerBytes, sizeBytes, "Mach-O load commands");
  const commands: Command[] = [];
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    const size = area.u32(offset + 4);
    if (size < 8 || size % wordBytes !== 0) malformed("a Mach-O load command of an impossible size");
    commands.push({
      code: area.u32(offset),
      block: area.block(offset, size, "Mach-O load commands"),
      sizeBytes: size,
    });
    offset += size;
  }
  if (offset !== sizeBytes) malformed("Mach-O load commands that do not fill their area");
  return commands;
}

function readSegment({ block, sizeBytes }: Command, layout: Layout): Segment {
  const { segment, section, wordBytes } = layout;
  const sectionCount = block.u32(segment.sizeBytes - 8);
  if (sizeBytes !== segment.sizeBytes + sectionCount * section.sizeBytes) {
    malformed("a Mach-O segment whose size does not fit its sections");
  }
  const [address, memorySizeBytes, offset, fileSizeBytes] = [0, 1, 2, 3].map((index) =>
    word(layout, block, segment.address + index * wordBytes),
  ) as [number, number, number, number];
  return {
    address,
    memorySizeBytes,
    offset,
    sizeBytes: fileSizeBytes,
    maxProtection: block.u32(segment.maxProtection),
    protection: block.u32(segment.maxProtection + 4),
    sections: Array.from({ length: sectionCount }, (_, index) => {
      const at = segment.sizeBytes + index * section.sizeBytes;
      return readSection(layout, block.block(at, section.sizeBytes, "Mach-O sections"));
    }),
  };
}

function readSection(layout: Layout, block: FieldReader): Section {
  const { address } = layout.section;
  return {
    name: block.text(0, 16),
    segment: block.text(16, 16),
    address: word(layout, block, address),
    sizeBytes: word(layout, block, address + layout.wordBytes),
  };
}

function word({ wordBytes }: Layout, block: FieldReader, offset: number): number {
  return wordBytes === 8 ? block.u64(offset) : block.u32(offset);
}

function platformOf(commands: readonly Command[]): string {
  const build = commands.filter((command) => command.code === LC_BUILD_VERSION);
  const [first, second] = build;
  if (second !== undefined) malformed("a Mach-O file for two platforms");
  if (first !== undefined) return PLATFORMS.get(first.block.u32(8)) ?? `unknown(${first.block.u32(8)})`;
  return commands.some((command) => command.code === LC_VERSION_MIN_IPHONEOS) ? "ios" : "darwin";
}

/** An embedded dyld environment can load anything, so it counts as a library of its own. */
function linkageOf(commands: readonly Command[]): ExecutableImage["linkage"] {
  const linker = commands.find(({ code }) => code === LC_LOAD_DYLINKER);
  return {
    interpreter: linker === undefined ? null : pathIn(linker),
    libraries: distinct(
      commands.filter(({ code }) => LIBRARY_COMMANDS.has(code) || code === LC_DYLD_ENVIRONMENT).map(pathIn),
    ),
  };
}

/** The text of a load command's string member; its offset from the start of the command stands at byte 8. */
function pathIn({ block }: Command): string {
  return block.text(block.u32(8), MAX_LIBRARY_PATH_BYTES);
}

function hardeningOf(flags: number): Hardening {
  return {
    positionIndependent: (flags & MH_PIE) !== 0,
    nonExecutableData: (flags & MH_ALLOW_STACK_EXECUTION) === 0,
    relro: null,
  };
}

/** Imported symbols stay when a file is stripped: dyld needs them. */
function hasSymbols(commands: readonly Command[]): boolean {
  const dynamic = commands.find(({ code }) => code === LC_DYSYMTAB);
  if (dynamic !== undefined) return dynamic.block.u32(12) + dynamic.block.u32(20) > 0;
  return commands.some(({ code, block }) => code === LC_SYMTAB && block.u32(12) > 0);
}

function findBuildInfoArea(
  segments: readonly Segment[],
  sections: readonly Section[],
): BuildInfoArea | undefined {
  const [section, second] = sections.filter((candidate) => candidate.name === "__go_buildinfo");
  if (second !== undefined) malformed("two Mach-O sections called __go_buildinfo");
  if (section !== undefined) return { address: section.address, sizeBytes: section.sizeBytes, named: true };
  const data = segments.find(
    (segment) =>
      segment.address !== 0 &&
      segment.sizeBytes !== 0 &&
      segment.protection === READ_WRITE &&
      segment.maxProtection === READ_WRITE,
  );
  return data && { address: data.address, sizeBytes: data.memorySizeBytes, named: false };
}
