import { describe, expect, it } from "vitest";
import { bytesSource } from "../../src/formats/byte-search.ts";
import type { ExecutableImage } from "../../src/formats/executable-image.ts";
import { isMachO, readMachO } from "../../src/formats/macho.ts";
import { isFatMachO } from "../../src/formats/macho-fat.ts";
import { reachesBeyondSystem } from "../../src/formats/system-linkage.ts";
import { layOut, patched } from "../support/executables/fields.ts";
import { machOFile, type MachOOptions } from "../support/executables/macho-file.ts";

function image(options: MachOOptions = {}): ExecutableImage {
  const reading = readMachO(bytesSource(machOFile(options)));
  if (!reading.ok) throw new Error(reading.reason);
  return reading.image;
}

function isDynamic({ linkage, os }: ExecutableImage): boolean {
  return reachesBeyondSystem(linkage, os);
}

function refusal(bytes: Uint8Array): string | undefined {
  const reading = readMachO(bytesSource(bytes));
  return reading.ok ? undefined : reading.reason;
}

/** 0xcafebabe and a big-endian number after it. */
function cafebabe(next: number): Uint8Array {
  return layOut(64, false, [
    [0, 32, 0xcafebabe, "magic"],
    [4, 32, next, "nfat_arch, or the version of a Java class file"],
  ]);
}

describe("readMachO", () => {
  it("names machine and system", () => {
    expect(image()).toMatchObject({ format: "macho", arch: "arm64", os: "darwin" });
    expect(image({ cpu: 0x01000007 }).arch).toBe("amd64");
    expect(image({ cpu: 0x01000013 }).arch).toBe("unknown(0x1000013)");
    expect(image({ platform: 2 }).os).toBe("ios");
    expect(image({ platform: 6 }).os).toBe("unknown(6)");
  });

  it.each<[string, MachOOptions, boolean]>([
    ["libSystem", {}, false],
    ["system frameworks", { libraries: ["/System/Library/Frameworks/Security.framework/Security"] }, false],
    ["a library of a package manager", { libraries: ["/opt/homebrew/lib/libssl.dylib"] }, true],
    ["a library beside the program", { libraries: ["@rpath/libx.dylib"] }, true],
    ["a path that climbs out of /usr/lib", { libraries: ["/usr/lib/../../tmp/x.dylib"] }, true],
    ["another dynamic linker", { linker: "/tmp/dyld" }, true],
  ])("decides from %s whether it is dynamic", (_, options, dynamic) => {
    expect(isDynamic(image(options))).toBe(dynamic);
  });

  it("sees hardening, symbols, debug information and its id", () => {
    const plain = image();
    expect(plain.hardening).toEqual({ positionIndependent: true, nonExecutableData: true, relro: null });
    expect(image({ flags: 0x2_0000 }).hardening).toMatchObject({
      positionIndependent: false,
      nonExecutableData: false,
    });
    expect([plain.symbolTable, plain.debugInfo, plain.buildIds]).toEqual([false, false, []]);
    expect(image({ symbols: [0, 0, 42] }).symbolTable).toBe(false);
    expect(image({ symbols: [1, 0, 42] }).symbolTable).toBe(true);
    expect(image({ symbols: [0, 1, 42] }).symbolTable).toBe(true);
    expect(image({ uuid: "0123456789abcdef0123456789abcdef" }).buildIds).toEqual([
      "uuid:0123456789abcdef0123456789abcdef",
    ]);
  });

  it.each([
    [32, true],
    [32, false],
    [64, false],
  ] as const)("reads %i bit, little endian %s", (bits, littleEndian) => {
    const { linkage, mapped, buildInfoArea } = image({ bits, littleEndian });
    expect(linkage).toEqual({ interpreter: "/usr/lib/dyld", libraries: ["/usr/lib/libSystem.B.dylib"] });
    expect(mapped.map(({ offset }) => offset)).toEqual([0x1000, 0x2000]);
    expect(buildInfoArea).toEqual({ address: 0x40_2000, sizeBytes: 0x800, named: true });
  });

  it("finds the build info area by section, then by the first writable segment", () => {
    expect(image().buildInfoArea).toEqual({ address: 0x40_2000, sizeBytes: 0x800, named: true });
    expect(image({ section: "__data" }).buildInfoArea).toEqual({
      address: 0x40_2000,
      sizeBytes: 0x1000,
      named: false,
    });
  });

  it.each<[string, Uint8Array, string]>([
    ["an object file", machOFile({ fileType: 1 }), "neither an executable nor a library"],
    ["too many commands", patched(machOFile(), true, [16, 32, 4097, "ncmds"]), "the limit is 4096"],
    ["a command of size 0", patched(machOFile(), true, [36, 32, 0, "cmdsize"]), "impossible size"],
    ["unread commands", patched(machOFile(), true, [16, 32, 1, "ncmds"]), "do not fill their area"],
    ["commands outside", patched(machOFile(), true, [20, 32, 0x3000, "sizeofcmds"]), "ends before the end"],
    ["sections that do not fit", patched(machOFile(), true, [32 + 64, 32, 1, "nsects"]), "does not fit"],
    ["a segment outside", patched(machOFile(), true, [32 + 40, 64, 0x2001, "fileoff"]), "outside the file"],
    ["overlapping segments", patched(machOFile(), true, [32 + 24, 64, 0x40_2000, "vmaddr"]), "overlap"],
  ])("refuses %s", (_, bytes, reason) => {
    expect(refusal(bytes)).toContain(reason);
  });

  it("leaves Java class files alone", () => {
    expect(isMachO(cafebabe(52)) || isFatMachO(cafebabe(52))).toBe(false);
    expect(isFatMachO(cafebabe(2))).toBe(true);
  });
});
