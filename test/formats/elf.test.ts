import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bytesSource } from "../../src/formats/byte-search.ts";
import { isElf, readElf } from "../../src/formats/elf.ts";
import type { Hardening } from "../../src/model/binary.ts";
import type { ExecutableImage } from "../../src/formats/executable-image.ts";
import { reachesBeyondSystem } from "../../src/formats/system-linkage.ts";
import { elfFile, type ElfOptions } from "../support/executables/elf-file.ts";
import { layOut, patched } from "../support/executables/fields.ts";

function image(bytes: Uint8Array): ExecutableImage {
  const reading = readElf(bytesSource(bytes));
  if (!reading.ok) throw new Error(reading.reason);
  return reading.image;
}

function isDynamic({ linkage, os }: ExecutableImage): boolean {
  return reachesBeyondSystem(linkage, os);
}

/** One note: name, type, and a description in hex. */
function note(name: string, type: number, hex: string, littleEndian: boolean): Uint8Array {
  const description = Buffer.from(hex, "hex");
  const fields = [
    [0, 32, name.length + 1, "namesz"],
    [4, 32, description.length, "descsz"],
    [8, 32, type, "type"],
  ] as const;
  return layOut(16 + Math.ceil(description.length / 4) * 4, littleEndian, fields, [
    [12, name],
    [16, description],
  ]);
}

function refusal(bytes: Uint8Array): string | undefined {
  const reading = readElf(bytesSource(bytes));
  return reading.ok ? undefined : reading.reason;
}

describe("readElf", () => {
  it.each<[string, number, 32 | 64, boolean]>([
    ["386", 3, 32, true],
    ["amd64", 62, 64, true],
    ["arm", 40, 32, true],
    ["arm64", 183, 64, true],
    ["riscv64", 243, 64, true],
    ["ppc64", 21, 64, false],
    ["ppc64le", 21, 64, true],
    ["s390x", 22, 64, false],
    ["mips", 8, 32, false],
    ["mipsle", 8, 32, true],
    ["mips64", 8, 64, false],
    ["mips64le", 8, 64, true],
    ["loong64", 258, 64, true],
    ["unknown(0x3e)", 62, 32, true], // x32: the machine of amd64 with 32-bit addresses
    ["unknown(0xf7)", 0xf7, 64, true], // BPF
  ])("names the machine %s", (arch, machine, bits, littleEndian) => {
    expect(image(elfFile({ machine, bits, littleEndian })).arch).toBe(arch);
  });

  it("names the system only where the header decides it", () => {
    const systems = [0, 2, 3, 9, 12].map((osabi) => image(elfFile({ osabi })).os);
    expect(systems).toEqual([undefined, "netbsd", "linux", "freebsd", "openbsd"]);
  });

  it.each<[string, ElfOptions, boolean]>([
    ["nothing", {}, false],
    ["an interpreter", { interpreter: true }, true],
    ["a needed library", { dynamicTags: [4, 5, 1, 0] }, true],
    ["a needed library, big endian", { dynamicTags: [4, 5, 1, 0], littleEndian: false }, true],
    ["a needed library, 32 bit", { dynamicTags: [4, 5, 1, 0], bits: 32 }, true],
    ["a static PIE", { dynamicTags: [4, 30, 0], type: 3 }, false],
    ["a tag behind the end of the list", { dynamicTags: [4, 0, 1] }, false],
    ["a tag of the upper half", { dynamicTags: [2 ** 32 + 1, 0] }, false],
  ])("decides from %s whether it is dynamic", (_, options, dynamic) => {
    expect(isDynamic(image(elfFile(options)))).toBe(dynamic);
  });

  it("names interpreter and libraries", () => {
    const { linkage } = image(elfFile({ interpreter: true, dynamicTags: [5, 1, 1, 0] }));
    expect(linkage).toEqual({ interpreter: "/lib/ld.so", libraries: ["libx.so.1"] });
  });

  const RELRO = [0x6474_e552, 4] as const;
  const STACK = 0x6474_e551;
  it.each<[string, ElfOptions, Partial<Hardening>]>([
    ["no header for the stack", {}, { nonExecutableData: null }],
    ["a stack without X", { segments: [[STACK, 6]] }, { nonExecutableData: true }],
    ["a stack with X", { segments: [[STACK, 7]] }, { nonExecutableData: false }],
    ["a shared object", { type: 3 }, { positionIndependent: true }],
    ["no RELRO", { dynamicTags: [24, 0] }, { relro: "none" }],
    ["RELRO", { segments: [RELRO], dynamicTags: [[30, 4], 0] }, { relro: "partial" }],
    ["RELRO and DT_BIND_NOW", { segments: [RELRO], dynamicTags: [24, 0] }, { relro: "full" }],
    ["RELRO and DF_BIND_NOW", { segments: [RELRO], dynamicTags: [[30, 8], 0] }, { relro: "full" }],
    ["RELRO and DF_1_NOW", { segments: [RELRO], dynamicTags: [[0x6fff_fffb, 1], 0] }, { relro: "full" }],
    ["a flag of another tag", { segments: [RELRO], dynamicTags: [[29, 8], 0] }, { relro: "partial" }],
  ])("sees hardening in %s", (_, options, expected) => {
    expect(image(elfFile(options)).hardening).toMatchObject(expected);
  });

  it.each([true, false])("reads build ids from notes, little endian %s", (littleEndian) => {
    const notes = Buffer.concat([
      note("XYZ", 3, "aa", littleEndian),
      note("GNU", 3, "0123456789", littleEndian),
      note("Go", 4, Buffer.from("a/b").toString("hex"), littleEndian),
      note("Go", 3, "bb", littleEndian),
    ]);
    const { buildIds } = image(elfFile({ notes, segments: [[4, 4]], littleEndian }));
    expect(buildIds).toEqual(["gnu:0123456789", "go:a/b"]);
    const cut = elfFile({ notes: notes.subarray(0, -8), segments: [[4, 4]], littleEndian });
    expect(image(cut).buildIds).toEqual(["gnu:0123456789", "go:a/b"]);
  });

  it("sees a symbol table by its type and debug sections by their names", () => {
    const plain = image(elfFile({ sections: [".strtab"] }));
    expect([plain.symbolTable, plain.debugInfo]).toEqual([false, false]);
    expect(image(elfFile({ sections: [".text", ".zdebug_line"] })).debugInfo).toBe(true);
    const marked = patched(elfFile({ sections: [".x"] }), true, [0x3800 + 64 + 4, 32, 2, "sh_type"]);
    expect(image(marked).symbolTable).toBe(true);
  });

  it("finds the build info area by section, then by the first writable segment", () => {
    const area = { address: 0x40_2000, sizeBytes: 0x800, named: true };
    expect(image(elfFile({ sections: [".go.buildinfo"] })).buildInfoArea).toEqual(area);
    expect(image(elfFile({ sections: [".data"] })).buildInfoArea).toEqual({
      address: 0x40_2000,
      sizeBytes: 0x1000,
      named: false,
    });
    expect(image(elfFile()).buildInfoArea?.named).toBe(false);
  });

  it("knows sections that only the Go linker writes", () => {
    expect(image(elfFile({ sections: [".gopclntab"] })).hasGoSections).toBe(true);
    expect(image(elfFile({ sections: [".data"] })).hasGoSections).toBe(false);
  });

  it.each<[string, Uint8Array, string]>([
    ["an object file", elfFile({ type: 1 }), "neither an executable nor a shared object"],
    ["a core dump", elfFile({ type: 4 }), "neither an executable nor a shared object"],
    ["class 3", patched(elfFile(), true, [4, 8, 3, "EI_CLASS"]), "ELF class"],
    ["byte order 0", patched(elfFile(), true, [5, 8, 0, "EI_DATA"]), "byte order"],
    ["version 2", patched(elfFile(), true, [6, 8, 2, "EI_VERSION"]), "ELF version"],
    ["no program headers", patched(elfFile(), true, [0x38, 16, 0, "e_phnum"]), "without program headers"],
    ["too many", patched(elfFile(), true, [0x38, 16, 513, "e_phnum"]), "the limit is 512"],
    ["headers of an odd size", patched(elfFile(), true, [0x36, 16, 57, "e_phentsize"]), "unusual size"],
    ["headers outside", patched(elfFile(), true, [0x20, 64, 0x3ff0, "e_phoff"]), "ends before the end"],
    ["a huge offset", patched(elfFile(), true, [0x24, 32, 0x7fff_ffff, "e_phoff"]), "above 2^53-1"],
    ["a segment outside", patched(elfFile(), true, [0x108, 64, 0x3fff, "p_offset"]), "lies outside the file"],
    ["more file than memory", patched(elfFile(), true, [0x128, 64, 1, "p_memsz"]), "larger in the file"],
    [
      "overlapping segments",
      patched(elfFile(), true, [0x110, 64, 0x40_2fff, "p_vaddr"]),
      "overlap in memory",
    ],
    [
      "nothing to load",
      patched(elfFile(), true, [0x100, 32, 6, "p_type"], [0x138, 32, 6, "p_type"]),
      "without a loadable segment",
    ],
    ["two build infos", elfFile({ sections: [".go.buildinfo", ".go.buildinfo"] }), "two ELF sections"],
    [
      "extended numbering",
      patched(elfFile({ sections: [".data"] }), true, [0x3c, 16, 0, "e_shnum"]),
      "extended numbering",
    ],
    [
      "no such name table",
      patched(elfFile({ sections: [".data"] }), true, [0x3e, 16, 9, "e_shstrndx"]),
      "does not exist",
    ],
  ])("refuses %s", (_, bytes, reason) => {
    expect(refusal(bytes)).toContain(reason);
  });

  it("reads programs of this system", ({ skip }) => {
    if (process.platform !== "linux" || !existsSync("/bin/ls")) skip("no ELF programs on this system");
    const bytes = readFileSync("/bin/ls");
    expect(isElf(bytes)).toBe(true);
    expect(image(bytes)).toMatchObject({ format: "elf", hasGoSections: false });
    expect(isDynamic(image(bytes))).toBe(true);
    expect(image(bytes).arch).toBe(
      { x64: "amd64", arm64: "arm64" }[process.arch as string] ?? image(bytes).arch,
    );
  });
});
