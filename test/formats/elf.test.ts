import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isElf, readElf } from "../../src/formats/elf.ts";
import type { ExecutableImage } from "../../src/formats/executable-image.ts";
import { elfFile, type ElfOptions } from "../support/executables/elf-file.ts";
import { patched } from "../support/executables/fields.ts";

function image(bytes: Uint8Array): ExecutableImage {
  const reading = readElf(bytes);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.image;
}

function refusal(bytes: Uint8Array): string | undefined {
  const reading = readElf(bytes);
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
    ["a needed library", { dynamicTags: [4, 1, 0] }, true],
    ["a needed library, big endian", { dynamicTags: [4, 1, 0], littleEndian: false }, true],
    ["a needed library, 32 bit", { dynamicTags: [4, 1, 0], bits: 32 }, true],
    ["a static PIE", { dynamicTags: [4, 30, 0], type: 3 }, false],
    ["a tag behind the end of the list", { dynamicTags: [4, 0, 1] }, false],
    ["a tag of the upper half", { dynamicTags: [2 ** 32 + 1, 0] }, false],
  ])("decides from %s whether it is dynamic", (_, options, dynamic) => {
    expect(image(elfFile(options)).dynamic).toBe(dynamic);
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
    expect(image(bytes)).toMatchObject({ format: "elf", dynamic: true, hasGoSections: false });
    expect(image(bytes).arch).toBe(
      { x64: "amd64", arm64: "arm64" }[process.arch as string] ?? image(bytes).arch,
    );
  });
});
