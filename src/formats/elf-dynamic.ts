import type { Hardening, Linkage } from "../model/binary.ts";
import { type ElfFile, type ElfProgram, is64, word } from "./elf-file.ts";
import { distinct, malformed, type MappedRange, rangeOf } from "./executable-image.ts";

const MAX_DYNAMIC_ENTRIES = 65_536;
const MAX_PATH_BYTES = 4096;

const ET_DYN = 3;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_GNU_STACK = 0x6474_e551;
const PT_GNU_RELRO = 0x6474_e552;
const PF_X = 1;

const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_BIND_NOW = 24;
const DT_FLAGS = 30;
const DT_FLAGS_1 = 0x6fff_fffb;
const DF_BIND_NOW = 8;
const DF_1_NOW = 1;

/** Low 32 bits of tag and value: all tags and flags that are read fit, and `value` is read in full where it matters. */
interface DynamicEntry {
  readonly tag: number;
  readonly value: number;
}

/** PT_INTERP, and DT_NEEDED by its name. */
export function elfLinkage(
  elf: ElfFile,
  programs: readonly ElfProgram[],
  mapped: readonly MappedRange[],
): Linkage {
  const [interpreter, second] = programs.filter(({ type }) => type === PT_INTERP);
  if (second !== undefined) malformed("two ELF program interpreters");
  const entries = dynamicEntries(elf, programs);
  const needed = entries.filter(({ tag }) => tag === DT_NEEDED);
  const strings = entries.find(({ tag }) => tag === DT_STRTAB)?.value;
  return {
    interpreter:
      interpreter === undefined
        ? null
        : elf.file
            .block(
              interpreter.offset,
              Math.min(interpreter.sizeBytes, MAX_PATH_BYTES),
              "ELF program interpreter",
            )
            .text(0, MAX_PATH_BYTES),
    libraries: distinct(needed.map(({ value }) => textAt(elf, mapped, (strings ?? 0) + value))),
  };
}

function textAt(elf: ElfFile, mapped: readonly MappedRange[], address: number): string {
  const range = rangeOf(mapped, address) ?? malformed("an ELF library name outside the file");
  const left = range.address + range.sizeBytes - address;
  return elf.file
    .block(range.offset + (address - range.address), Math.min(left, MAX_PATH_BYTES), "ELF library names")
    .text(0, MAX_PATH_BYTES);
}

export function elfHardening(elf: ElfFile, programs: readonly ElfProgram[]): Hardening {
  const stack = programs.find(({ type }) => type === PT_GNU_STACK);
  const hasRelro = programs.some(({ type }) => type === PT_GNU_RELRO);
  return {
    positionIndependent: elf.header.u16(16) === ET_DYN,
    // Without the header the system decides.
    nonExecutableData: stack === undefined ? null : (stack.flags & PF_X) === 0,
    relro: !hasRelro ? "none" : bindsAtStart(dynamicEntries(elf, programs)) ? "full" : "partial",
  };
}

function bindsAtStart(entries: readonly DynamicEntry[]): boolean {
  return entries.some(
    ({ tag, value }) =>
      tag === DT_BIND_NOW ||
      (tag === DT_FLAGS && (value & DF_BIND_NOW) !== 0) ||
      (tag === DT_FLAGS_1 && (value & DF_1_NOW) !== 0),
  );
}

function dynamicEntries(elf: ElfFile, programs: readonly ElfProgram[]): readonly DynamicEntry[] {
  const [table, second] = programs.filter(({ type }) => type === PT_DYNAMIC);
  if (second !== undefined) malformed("two ELF dynamic segments");
  if (table === undefined) return [];
  const { wordBytes } = elf.layout;
  const count = Math.floor(table.sizeBytes / (2 * wordBytes));
  if (count > MAX_DYNAMIC_ENTRIES)
    malformed(`${count} ELF dynamic entries; the limit is ${MAX_DYNAMIC_ENTRIES}`);
  const block = elf.file.block(table.offset, table.sizeBytes, "ELF dynamic segment");
  // Tags of other vendors may use all 64 bits, and their values too.
  const [low, high] = elf.file.littleEndian ? [0, 4] : [4, 0];
  const entries: DynamicEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = index * 2 * wordBytes;
    const tag = is64(elf) ? block.u32(start + low) : block.u32(start);
    if (is64(elf) && block.u32(start + high) !== 0) continue;
    if (tag === DT_NULL) break;
    const isRead = [DT_NEEDED, DT_STRTAB, DT_FLAGS, DT_FLAGS_1].includes(tag);
    entries.push({ tag, value: isRead ? word(elf, block, start + wordBytes) : 0 });
  }
  return entries;
}
