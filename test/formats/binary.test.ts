import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspectBinary, inspectSlices } from "../../src/formats/binary.ts";
import { goTarget } from "../../src/formats/go-buildinfo.ts";
import type { BinaryFacts, GoBuildInfo, GoModule } from "../../src/model/binary.ts";
import { elfFile } from "../support/executables/elf-file.ts";
import { layOut, patched } from "../support/executables/fields.ts";
import { framed, inlineBuildInfo } from "../support/executables/go-build-info.ts";
import { machOFile } from "../support/executables/macho-file.ts";
import { peFile } from "../support/executables/pe-file.ts";
import { buildTinyGoProgram, GO_TARGETS, type TinyGoProgram } from "../support/tiny-go-program.ts";
import { binaryFacts } from "../support/binary-facts.ts";
import { fatFile, plan9File, wasmFile, xcoffFile } from "../support/executables/other-files.ts";

const MODULES =
  "path\texample.com/x\nmod\texample.com/x\t(devel)\t\nbuild\tGOOS=linux\nbuild\tGOARCH=amd64\n";
const CONTENTS = { writable: inlineBuildInfo("go1.26.8", framed(MODULES)), readOnly: framed(MODULES) };
const SAMPLES: readonly (readonly [string, Uint8Array])[] = [
  ["ELF", elfFile({ ...CONTENTS, sections: [".go.buildinfo"], dynamicTags: [4, 0], interpreter: true })],
  ["32-bit big-endian ELF", elfFile({ ...CONTENTS, bits: 32, littleEndian: false, sections: [".text"] })],
  ["Mach-O", machOFile(CONTENTS)],
  ["32-bit big-endian Mach-O", machOFile({ ...CONTENTS, bits: 32, littleEndian: false })],
  ["XCOFF", xcoffFile(CONTENTS)],
  ["32-bit XCOFF", xcoffFile({ ...CONTENTS, bits: 32 })],
  ["Plan 9", plan9File(CONTENTS)],
  ["WebAssembly", wasmFile({ data: CONTENTS.readOnly })],
  ["PE", peFile({ ...CONTENTS, delayedLibraries: ["a.dll"] })],
];
const NO_GO = "no Go toolchain";

let program: TinyGoProgram | undefined;
beforeAll(() => {
  program = buildTinyGoProgram(GO_TARGETS);
});
afterAll(() => program?.remove());

function facts(bytes: Uint8Array): BinaryFacts {
  const inspection = inspectBinary(bytes);
  if (inspection === undefined || !inspection.ok) throw new Error(inspection?.reason ?? "not an executable");
  return inspection.facts;
}

/** The lines of `go version -m` that these facts say. */
function versionLines(go: GoBuildInfo): readonly string[] {
  return [
    `path\t${go.path}`,
    ...(go.main.path === "" ? [] : moduleLines("mod", go.main)),
    ...go.modules.flatMap((module) => moduleLines("dep", module)),
    ...[...go.settings].map(([key, value]) =>
      /[ "]/.test(value) ? `build\t${key}=${JSON.stringify(value)}` : `build\t${key}=${value}`,
    ),
    "",
  ];
}

function moduleLines(word: string, { path, version, sum, replacedBy }: GoModule): readonly string[] {
  return replacedBy === undefined
    ? [`${word}\t${path}\t${version}\t${sum}`]
    : [`${word}\t${path}\t${version}`, ...moduleLines("=>", replacedBy), ""];
}

describe("inspectBinary", () => {
  it.for(GO_TARGETS)("agrees with `go version -m` about a program for %s", (target, { skip }) => {
    const built = program ?? skip(NO_GO);
    const { go, ...rest } = facts(built.bytes(target));
    const [os, arch] = target.split("/");
    const format = { linux: "elf", darwin: "macho", windows: "pe" }[os ?? ""];
    expect(rest).toMatchObject({ format, os, arch, dynamic: false });
    expect(rest.traces).toEqual(binaryFacts().traces);
    expect(go && goTarget(go)).toEqual({ os, arch });
    expect(go && versionLines(go)).toEqual(built.versionLines(built.path(target)));
  });

  it("finds no sums in a program that was built with -mod=vendor", ({ skip }) => {
    const built = program ?? skip(NO_GO);
    expect(facts(built.bytes("linux/amd64")).go?.modules).toEqual([
      { path: "example.com/lib", version: "v1.2.3", sum: "" },
      {
        path: "example.com/local",
        version: "v0.0.0",
        sum: "",
        replacedBy: { path: "./local", version: "(devel)", sum: "" },
      },
    ]);
  });

  it("agrees with `go version -m` about the go command itself, in well under 100 ms", ({ skip }) => {
    const built = program ?? skip(NO_GO);
    const path = join(built.goroot, "bin", process.platform === "win32" ? "go.exe" : "go");
    const bytes = readFileSync(path);
    const runsMs = [1, 2, 3].map(() => {
      const started = performance.now();
      facts(bytes);
      return performance.now() - started;
    });
    expect(Math.min(...runsMs)).toBeLessThan(100);
    const { go } = facts(bytes);
    expect(go && versionLines(go)).toEqual(built.versionLines(path));
  });

  it("reads the pointers of a program that Go 1.17 built", ({ skip }) => {
    const built = program ?? skip(NO_GO);
    const path = join(built.goroot, "src/debug/buildinfo/testdata/go117/go117.base64");
    if (!existsSync(path)) skip("this Go toolchain comes without its test data");
    const { go } = facts(Buffer.from(readFileSync(path, "latin1"), "base64"));
    expect(go).toMatchObject({ goVersion: "go1.17", path: "example.com/go117", modules: [] });
    expect(go && goTarget(go)).toBeUndefined();
  });

  it("says that a program of this system is dynamic and not Go", ({ skip }) => {
    if (process.platform !== "linux" || !existsSync("/bin/ls")) skip("no ELF programs on this system");
    expect(facts(readFileSync("/bin/ls"))).toMatchObject({ format: "elf", dynamic: true });
    expect(facts(readFileSync("/bin/ls"))).not.toHaveProperty("go");
  });

  it("leaves other files alone", () => {
    const javaClass = layOut(16, false, [
      [0, 32, 0xcafebabe, "magic"],
      [4, 32, 65, "version"],
    ]);
    const others = ["", "#!/bin/sh\n", "\0asm", "\u001fELF", "PK\u0003\u0004"].map((text) =>
      Buffer.from(text),
    );
    for (const bytes of [...others, javaClass]) expect(inspectBinary(bytes)).toBeUndefined();
  });

  it.each(["\u007fELF", "MZ", "\u00cf\u00fa\u00ed\u00fe\0\0\0\0"])("refuses a bare magic %j", (magic) => {
    expect(inspectBinary(Buffer.from(magic, "latin1"))?.ok).toBe(false);
  });
});

describe("inspectSlices", () => {
  const intel = machOFile({ ...CONTENTS, cpu: 0x01000007 });

  it.each([false, true])("reads each slice of a fat file, 64-bit offsets %s", (wide) => {
    const bytes = fatFile([intel, machOFile(CONTENTS)], wide);
    const arches = inspectSlices(bytes).map((slice) => slice.ok && [slice.facts.arch, slice.facts.go?.path]);
    expect(arches).toEqual([
      ["amd64", "example.com/x"],
      ["arm64", "example.com/x"],
    ]);
    expect(inspectBinary(bytes)).toMatchObject({ ok: false });
  });

  it("sees only the slice in a slice", () => {
    const [first] = inspectSlices(fatFile([machOFile({ writable: CONTENTS.writable }), intel]));
    expect(first?.ok === true && first.facts.goProblem?.kind).toBe("copies-differ");
  });

  it.each<[string, Uint8Array, string]>([
    ["no slices", fatFile([]), "without slices"],
    ["a cut table", fatFile([intel]).subarray(0, 20), "before the end of its fat header"],
    ["a cut slice", fatFile([intel]).subarray(0, 0x5000), "outside the file"],
    ["slices that overlap", patched(fatFile([intel, intel]), false, [36, 32, 0x4000, "offset"]), "overlap"],
    ["a slice in the header", patched(fatFile([intel]), false, [16, 32, 8, "offset"]), "overlap"],
    ["a slice that is text", fatFile([Buffer.from("text")]), "none itself"],
  ])("says what is wrong with %s", (_, bytes, reason) => {
    const [slice] = inspectSlices(bytes.byteLength < 64 ? Buffer.concat([bytes, Buffer.alloc(0)]) : bytes);
    expect(slice?.ok === false && slice.reason).toContain(reason);
  });

  it("takes other formats as one, and text as none", () => {
    expect(inspectSlices(intel)).toHaveLength(1);
    expect(inspectSlices(Buffer.from("text"))).toEqual([]);
  });
});

describe("inspectBinary on hostile bytes", () => {
  it("never throws on random bytes behind a magic", () => {
    const magic = fc.constantFrom(
      "",
      "\u007fELF\u0002\u0001\u0001",
      "\u007fELF\u0001\u0002\u0001",
      "MZ",
      "\u00cf\u00fa\u00ed\u00fe",
      "\u00ca\u00fe\u00ba\u00be\u0000\u0000\u0000",
      "\u0001\u00f7\u0000\u0002",
      "\u0001\u00df\u0000\u0002",
      "\u0000\u0000\u008a\u0097",
      "\u0000asm\u0001\u0000\u0000\u0000",
    );
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 512 }), (head, rest) => {
        const inspection = inspectBinary(Buffer.concat([Buffer.from(head, "latin1"), rest]));
        // A module without a section is one.
        expect(inspection?.ok === true && inspection.facts.format !== "wasm").toBe(false);
      }),
    );
  });

  it.each(SAMPLES)("never throws on a prefix of %s", (_, bytes) => {
    expect(facts(bytes).go?.goVersion).toBe("go1.26.8");
    const accepted = Array.from({ length: bytes.byteLength }, (__, length) =>
      inspectBinary(bytes.subarray(0, length)),
    ).filter((inspection) => inspection?.ok === true);
    // Only bytes behind the last segment and table can be missing.
    expect(accepted.length).toBeLessThan(bytes.byteLength / 2);
  });

  it.each(SAMPLES)("never throws on changed headers of %s", (_, bytes) => {
    const byte = fc.tuple(
      fc.oneof(fc.nat({ max: 0x3ff }), fc.nat({ max: bytes.byteLength - 1 })),
      fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat({ max: 0xff })),
    );
    fc.assert(
      fc.property(fc.array(byte, { minLength: 1, maxLength: 12 }), (changes) => {
        const changed = Uint8Array.from(bytes);
        for (const [offset, value] of changes) changed[offset] = value;
        expect([true, false, undefined]).toContain(inspectBinary(changed)?.ok);
      }),
      { numRuns: 2000 },
    );
  });

  it("never throws on a flipped byte of a real program, and no flip in the module list passes", ({
    skip,
  }) => {
    const built = program ?? skip(NO_GO);
    const bytes = Uint8Array.from(built.bytes("linux/amd64"));
    const file = Buffer.from(bytes.buffer);
    const blob = file.indexOf("\u00ff Go buildinf:", 0, "latin1");
    const list = file.indexOf("3077af0c9274080241e1c107e6d618e6", blob, "hex");
    const end = file.indexOf("f932433186182072008242104116d8f2", list, "hex") + 16;
    expect([blob > 4096, list > blob, end > list]).toEqual([true, true, true]);
    const flipped = (offset: number, mask: number): BinaryFacts | undefined => {
      bytes[offset] = (bytes[offset] ?? 0) ^ mask;
      const inspection = inspectBinary(bytes);
      bytes[offset] = (bytes[offset] ?? 0) ^ mask;
      return inspection?.ok === true ? inspection.facts : undefined;
    };
    for (let offset = 0; offset < 4096; offset += 1) flipped(offset, 0xff);
    for (let offset = blob; offset < list; offset += 1) flipped(offset, 0x01);
    for (let offset = list; offset < end; offset += 1) {
      const seen = flipped(offset, 0x01);
      expect([offset, seen?.go, typeof seen?.goProblem?.reason]).toEqual([offset, undefined, "string"]);
    }
    expect(facts(bytes).go?.goVersion).toMatch(/^go1/);
  });
});
