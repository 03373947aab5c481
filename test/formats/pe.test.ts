import { describe, expect, it } from "vitest";
import type { ExecutableImage } from "../../src/formats/executable-image.ts";
import { readPe } from "../../src/formats/pe.ts";
import { patched } from "../support/executables/fields.ts";
import { peFile, type PeOptions } from "../support/executables/pe-file.ts";

const OPTIONAL = 0x80 + 24;
const SECTIONS = OPTIONAL + 240;

function image(options: PeOptions = {}): ExecutableImage {
  const reading = readPe(peFile(options));
  if (!reading.ok) throw new Error(reading.reason);
  return reading.image;
}

function refusal(bytes: Uint8Array): string | undefined {
  const reading = readPe(bytes);
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
    expect(image({ machine, plus })).toMatchObject({ format: "pe", arch, os: "windows", dynamic: false });
  });

  it.each<[string, PeOptions, boolean]>([
    ["kernel32 alone", {}, false],
    ["no imports", { libraries: [] }, false],
    ["a C runtime beside it", { libraries: ["kernel32.dll", "msvcrt.dll"] }, true],
    ["a delayed library", { delayedLibraries: ["evil.dll"] }, true],
  ])("decides from %s whether it is dynamic", (_, options, dynamic) => {
    expect(image(options).dynamic).toBe(dynamic);
  });

  it("finds the build info area in the first writable data section", () => {
    expect(image().buildInfoArea).toEqual({ address: 0x40_2000, sizeBytes: 0x1000, named: false });
    const aligned = readPe(patched(peFile(), true, [SECTIONS + 40 + 36, 32, 0xc060_0040, "Characteristics"]));
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
