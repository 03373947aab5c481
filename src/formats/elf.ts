import type { ByteSource } from "../model/byte-source.ts";
import { elfHardening, elfLinkage } from "./elf-dynamic.ts";
import {
  type ElfFile,
  type ElfProgram,
  type ElfSection,
  is64,
  isLoaded,
  openElf,
  readProgramHeaders,
  readSections,
} from "./elf-file.ts";
import { elfBuildIds } from "./elf-notes.ts";
import {
  type BuildInfoArea,
  type ExecutableImage,
  type ImageReading,
  malformed,
  mapParts,
  readImage,
  unknownMachine,
} from "./executable-image.ts";

const ET_EXEC = 2;
const ET_DYN = 3;
const PF_X = 1;
const PF_W = 2;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;

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

export function isElf(start: Uint8Array): boolean {
  return start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46;
}

/** ELF executables and shared objects, 32 and 64 bit, both byte orders. */
export function readElf(source: ByteSource): ImageReading {
  return readImage(() => {
    const elf = openElf(source);
    const type = elf.header.u16(16);
    if (type !== ET_EXEC && type !== ET_DYN)
      malformed("an ELF file that is neither an executable nor a shared object");
    const programs = readProgramHeaders(elf);
    const sections = readSections(elf);
    const mapped = mapParts(programs.filter(isLoaded), source.sizeBytes);
    const os = OPERATING_SYSTEMS.get(elf.header.u8(7));
    const buildInfoArea = findBuildInfoArea(programs, sections);
    const image: ExecutableImage = {
      format: "elf",
      source,
      arch: machineOf(elf),
      ...(os === undefined ? {} : { os }),
      linkage: elfLinkage(elf, programs, mapped),
      hardening: elfHardening(elf, programs),
      buildIds: elfBuildIds(elf, programs, sections),
      symbolTable: sections.some((section) => section.type === SHT_SYMTAB && section.sizeBytes > 0),
      debugInfo: sections.some(({ name }) => /^\.z?debug_/.test(name)),
      mapped,
      ...(buildInfoArea === undefined ? {} : { buildInfoArea }),
      hasGoSections: sections.some((section) => GO_SECTIONS.has(section.name)),
      // What takes no room in the file has no bytes to differ.
      sections: sections.filter((section) => section.type !== SHT_NOBITS),
    };
    return image;
  });
}

function machineOf(elf: ElfFile): string {
  const machine = elf.header.u16(18);
  const variant = `${is64(elf) ? "64" : "32"}${elf.file.littleEndian ? "LE" : "BE"}`;
  return MACHINES.get(machine)?.[variant] ?? unknownMachine(machine);
}

function findBuildInfoArea(
  programs: readonly ElfProgram[],
  sections: readonly ElfSection[],
): BuildInfoArea | undefined {
  const [section, second] = sections.filter((candidate) => candidate.name === ".go.buildinfo");
  if (second !== undefined) malformed("two ELF sections called .go.buildinfo");
  if (section !== undefined) return { address: section.address, sizeBytes: section.sizeBytes, named: true };
  const data = programs.find((program) => isLoaded(program) && (program.flags & (PF_X | PF_W)) === PF_W);
  return data === undefined ? undefined : { address: data.address, sizeBytes: data.sizeBytes, named: false };
}
