import { describe, expect, it } from "vitest";
import { bytesSource } from "../../src/formats/byte-search.ts";
import type { ExecutableImage } from "../../src/formats/executable-image.ts";
import { readPe } from "../../src/formats/pe.ts";
import { reachesBeyondSystem } from "../../src/formats/system-linkage.ts";
import { patched } from "../support/executables/fields.ts";
import { peFile, type PeOptions } from "../support/executables/pe-file.ts";

const OPTIONAL = 0x80 + 24;
const SECTIONS = OPTIONAL + 240;

function image(options: PeOptions = {}): ExecutableImage {
  const reading = readPe(bytesSource(peFile(options)));
  if (!reading.ok) throw new Error(reading.reason);
  return reading.image;
}

function isDynamic({ linkage, os }: ExecutableImage): boolean {
  return reachesBeyondSystem(linkage, os);
}

function refusal(bytes: Uint8Array): string | undefined {
  const reading = readPe(bytesSource(bytes));
  return reading.ok ? undefined : reading.reason;
}

describe("readPe", () => {
  it.each<[string, number, boolean]>([
    ["386", 0x14c, false],
    ["arm", 0x1c4, false],
    ["amd64", 0x8664, true],
    ["arm64", 0xaa64, true],
    ["unknown(0x200)", 0x200, true],
  ])("names the machine %s", (arch, machine, plus) => {
    expect(image({ machine, plus })).toMatchObject({ format: "pe", arch, os: "windows" });
  });

  it.each<[string, PeOptions, boolean]>([
    ["kernel32 alone", {}, false],
    ["no imports", { libraries: [] }, false],
    ["a C runtime beside it", { libraries: ["kernel32.dll", "msvcrt.dll"] }, true],
    ["a delayed library", { delayedLibraries: ["evil.dll"] }, true],
  ])("decides from %s whether it is dynamic", (_, options, dynamic) => {
    expect(isDynamic(image(options))).toBe(dynamic);
  });

  it("sees hardening, symbols and debug sections with long names", () => {
    expect(image().hardening).toMatchObject({ positionIndependent: false, nonExecutableData: false });
    const flags = patched(peFile(), true, [OPTIONAL + 70, 16, 0x140, "DllCharacteristics"]);
    const hardened = readPe(bytesSource(flags));
    expect(hardened.ok && hardened.image.hardening).toEqual({
      positionIndependent: true,
      nonExecutableData: true,
      relro: null,
    });
    expect([image().symbolTable, image().debugInfo]).toEqual([false, false]);
    const named = Buffer.from(
      patched(peFile(), true, [0x8c, 32, 0x3000, "PointerToSymbolTable"], [0x90, 32, 2, "NumberOfSymbols"]),
    );
    named.write("/4", SECTIONS, "latin1");
    named.write(".debug_info", 0x3000 + 2 * 18 + 4, "latin1");
    const debug = readPe(bytesSource(named));
    expect(debug.ok && [debug.image.symbolTable, debug.image.debugInfo]).toEqual([true, true]);
  });

  it("finds the build info area in the first writable data section", () => {
    expect(image().buildInfoArea).toEqual({ address: 0x40_2000, sizeBytes: 0x1000, named: false });
    const bytes = patched(peFile(), true, [SECTIONS + 40 + 36, 32, 0xc060_0040, "Characteristics"]);
    const aligned = readPe(bytesSource(bytes));
    expect(aligned.ok && aligned.image.buildInfoArea?.address).toBe(0x40_2000);
  });

  it.each<[string, Uint8Array, string]>([
    ["a DOS program", patched(peFile(), true, [0x80, 16, 0, "Signature"]), "no PE header"],
    ["a header outside", patched(peFile(), true, [0x3c, 32, 0x3fff, "e_lfanew"]), "ends before the end"],
    ["an object file", peFile({ characteristics: 0 }), "not an executable image"],
    ["an unknown kind", patched(peFile(), true, [OPTIONAL, 16, 0x107, "Magic"]), "of an unknown kind"],
    ["a machine of another width", peFile({ machine: 0x14c, plus: true }), "does not go with"],
    ["too many sections", patched(peFile(), true, [0x86, 16, 97, "NumberOfSections"]), "the limit is 96"],
    ["too many directories", patched(peFile(), true, [OPTIONAL + 108, 32, 17, "count"]), "the limit is 16"],
    ["data inside a sector", patched(peFile(), true, [SECTIONS + 20, 32, 0x1001, "Pointer"]), "on a sector"],
    ["data outside", patched(peFile(), true, [SECTIONS + 20, 32, 0x3200, "Pointer"]), "outside the file"],
    [
      "overlapping sections",
      patched(peFile(), true, [SECTIONS + 12, 32, 0x1800, "RVA"]),
      "overlap in memory",
    ],
    ["imports nowhere", patched(peFile(), true, [OPTIONAL + 120, 32, 0x9000, "Import"]), "outside the file"],
    [
      "a cut import table",
      patched(peFile(), true, [OPTIONAL + 120, 32, 0x3ff8, "Import"]),
      "crosses the end",
    ],
  ])("refuses %s", (_, bytes, reason) => {
    expect(refusal(bytes)).toContain(reason);
  });
});
