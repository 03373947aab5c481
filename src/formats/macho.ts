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

const MAX_LOAD_COMMANDS = 4096;
/** A Java class file starts with the same four bytes; its version (45 and up) stands where a fat file has its count. */
const MAX_FAT_SLICES = 44;

const MAGIC_64 = 0xfeedfacf;
const MAGIC_32 = 0xfeedface;
const FAT_MAGICS: ReadonlySet<number> = new Set([0xcafebabe, 0xcafebabf]);

/** MH_EXECUTE, MH_DYLIB, MH_BUNDLE. */
const LOADABLE_TYPES: ReadonlySet<number> = new Set([2, 6, 8]);

const LC_SEGMENT_64 = 0x19;
const LC_LOAD_DYLINKER = 0xe;
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
  [0x01000007, "amd64"],
  [0x0100000c, "arm64"],
]);

const READ_WRITE = 3;
const SEGMENT_SIZE_BYTES = 72;
const SECTION_SIZE_BYTES = 80;
const MAX_LIBRARY_PATH_BYTES = 1024;
const SYSTEM_LIBRARY = /^\/(?:usr\/lib|System\/Library)\/(?!.*(?:^|\/)\.\.?(?:\/|$))/;
const SYSTEM_LINKER = "/usr/lib/dyld";

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
  readonly address: number;
  readonly sizeBytes: number;
}

/** Thin and fat Mach-O files of any word size; a Java class file is not one. */
export function isMachO(bytes: Uint8Array): boolean {
  if (bytes.byteLength < 8) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const magic = view.getUint32(0);
  if (FAT_MAGICS.has(magic)) return view.getUint32(4) <= MAX_FAT_SLICES;
  const swapped = view.getUint32(0, true);
  return [magic, swapped].some((value) => value === MAGIC_64 || value === MAGIC_32);
}

/**
 * Thin 64-bit little-endian Mach-O: what Go writes for darwin. A fat file is refused, because it is several executables
 * and an artifact has one target.
 *
 * `dynamic`: every macOS program links libSystem through dyld, Go's included, because Apple keeps no stable system call
 * interface. So only what lies beyond the system counts: a library outside /usr/lib and /System/Library (`@rpath` too), a
 * dynamic linker other than /usr/lib/dyld, or an embedded dyld environment.
 */
export function readMachO(bytes: Uint8Array): ImageReading {
  return readImage(() => {
    const fields = new FieldReader(bytes, true);
    refuseOtherKinds(bytes);
    const header = fields.block(0, 32, "Mach-O header");
    if (!LOADABLE_TYPES.has(header.u32(12)))
      malformed("a Mach-O file that is neither an executable nor a library");
    const commands = readCommands(fields, header.u32(16), header.u32(20));
    const segments = commands.filter((command) => command.code === LC_SEGMENT_64).map(readSegment);
    const sections = segments.flatMap((segment) => segment.sections);
    const machine = header.u32(4);
    const buildInfoArea = findBuildInfoArea(segments, sections);
    const image: ExecutableImage = {
      format: "macho",
      bytes,
      arch: MACHINES.get(machine) ?? unknownMachine(machine),
      os: platformOf(commands),
      dynamic: commands.some(reachesBeyondSystem),
      mapped: mapParts(segments, bytes.byteLength),
      ...(buildInfoArea === undefined ? {} : { buildInfoArea }),
      hasGoSections: sections.some((section) => section.name === "__gopclntab"),
    };
    return image;
  });
}

function refuseOtherKinds(bytes: Uint8Array): void {
  const magic = new FieldReader(bytes, false).u32(0);
  if (FAT_MAGICS.has(magic)) {
    malformed("a fat (universal) Mach-O file holds several executables; ship one thin file for each target");
  }
  if (new FieldReader(bytes, true).u32(0) !== MAGIC_64) {
    malformed("a Mach-O file that is not 64-bit little-endian");
  }
}

function readCommands(fields: FieldReader, count: number, sizeBytes: number): readonly Command[] {
  if (count > MAX_LOAD_COMMANDS)
    malformed(`${count} Mach-O load commands; the limit is ${MAX_LOAD_COMMANDS}`);
  const area = fields.block(32, sizeBytes, "Mach-O load commands");
  const commands: Command[] = [];
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    const size = area.u32(offset + 4);
    if (size < 8 || size % 8 !== 0) malformed("a Mach-O load command of an impossible size");
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

function readSegment({ block, sizeBytes }: Command): Segment {
  const sectionCount = block.u32(64);
  if (sizeBytes !== SEGMENT_SIZE_BYTES + sectionCount * SECTION_SIZE_BYTES) {
    malformed("a Mach-O segment whose size does not fit its sections");
  }
  return {
    address: block.u64(24),
    memorySizeBytes: block.u64(32),
    offset: block.u64(40),
    sizeBytes: block.u64(48),
    maxProtection: block.u32(56),
    protection: block.u32(60),
    sections: Array.from({ length: sectionCount }, (_, index) => readSection(block, index)),
  };
}

function readSection(segment: FieldReader, index: number): Section {
  const block = segment.block(
    SEGMENT_SIZE_BYTES + index * SECTION_SIZE_BYTES,
    SECTION_SIZE_BYTES,
    "Mach-O sections",
  );
  return { name: block.text(0, 16), address: block.u64(32), sizeBytes: block.u64(40) };
}

function platformOf(commands: readonly Command[]): string {
  const build = commands.filter((command) => command.code === LC_BUILD_VERSION);
  const [first, second] = build;
  if (second !== undefined) malformed("a Mach-O file for two platforms");
  if (first !== undefined) return PLATFORMS.get(first.block.u32(8)) ?? `unknown(${first.block.u32(8)})`;
  return commands.some((command) => command.code === LC_VERSION_MIN_IPHONEOS) ? "ios" : "darwin";
}

function reachesBeyondSystem(command: Command): boolean {
  if (command.code === LC_DYLD_ENVIRONMENT) return true;
  if (command.code === LC_LOAD_DYLINKER) return pathIn(command) !== SYSTEM_LINKER;
  return LIBRARY_COMMANDS.has(command.code) && !SYSTEM_LIBRARY.test(pathIn(command));
}

/** The text of a load command's string member; its offset from the start of the command stands at byte 8. */
function pathIn({ block }: Command): string {
  return block.text(block.u32(8), MAX_LIBRARY_PATH_BYTES);
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
