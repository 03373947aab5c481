import { describe, expect, it } from "vitest";
import { inspectBinary } from "../../src/formats/binary.ts";
import { goTarget } from "../../src/formats/go-buildinfo.ts";
import { parseModuleList } from "../../src/formats/go-modinfo.ts";
import type { BinaryFacts, GoProblem } from "../../src/model/binary.ts";
import { elfFile } from "../support/executables/elf-file.ts";
import { framed, inlineBuildInfo, pointerBuildInfo } from "../support/executables/go-build-info.ts";
import { machOFile } from "../support/executables/macho-file.ts";
import { peFile } from "../support/executables/pe-file.ts";
import { binaryFacts } from "../support/binary-facts.ts";

const SUM = `h1:${"A".repeat(43)}=`;
const MODULES = [
  "path\texample.com/tiny/cmd",
  "mod\texample.com/tiny\t(devel)\t",
  `dep\texample.com/a\tv1.2.3\t${SUM}`,
  "dep\texample.com/b\tv0.1.0",
  `=>\texample.com/fork\tv0.1.1\t${SUM}`,
  "",
  'build\t-ldflags="-X main.v=1 -s"',
  "build\tDefaultGODEBUG=a=1,b=2",
  "build\tGOARCH=amd64",
  "build\tGOOS=linux",
  "",
].join("\n");
const BUILD_INFO = inlineBuildInfo("go1.26.8", framed(MODULES));

function facts(bytes: Uint8Array): BinaryFacts {
  const inspection = inspectBinary(bytes);
  if (inspection === undefined || !inspection.ok) throw new Error(inspection?.reason ?? "not an executable");
  return inspection.facts;
}

function elfWith(writable: Uint8Array, readOnly: Uint8Array = framed(MODULES)): BinaryFacts {
  return facts(elfFile({ writable, readOnly }));
}

function listBehind(lists: readonly Buffer[]): Uint8Array {
  return elfFile({ readOnly: Buffer.concat([...lists, framed(MODULES)]) });
}

describe("readGoBuildInfo", () => {
  it("reads every part of the module list", () => {
    expect(elfWith(BUILD_INFO).go).toEqual({
      goVersion: "go1.26.8",
      path: "example.com/tiny/cmd",
      main: { path: "example.com/tiny", version: "(devel)", sum: "" },
      modules: [
        { path: "example.com/a", version: "v1.2.3", sum: SUM },
        {
          path: "example.com/b",
          version: "v0.1.0",
          sum: "",
          replacedBy: { path: "example.com/fork", version: "v0.1.1", sum: SUM },
        },
      ],
      settings: new Map([
        ["-ldflags", "-X main.v=1 -s"],
        ["DefaultGODEBUG", "a=1,b=2"],
        ["GOARCH", "amd64"],
        ["GOOS", "linux"],
      ]),
    });
  });

  it.each([
    [
      "an ELF section",
      elfFile({ writable: BUILD_INFO, readOnly: framed(MODULES), sections: [".go.buildinfo"] }),
    ],
    ["an ELF segment", elfFile({ writable: BUILD_INFO, readOnly: framed(MODULES) })],
    [
      "32-bit big-endian ELF",
      elfFile({ writable: BUILD_INFO, readOnly: framed(MODULES), bits: 32, littleEndian: false }),
    ],
    ["a Mach-O section", machOFile({ writable: BUILD_INFO, readOnly: framed(MODULES) })],
    ["a Mach-O segment", machOFile({ writable: BUILD_INFO, readOnly: framed(MODULES), section: "__data" })],
    ["PE data", peFile({ writable: BUILD_INFO, readOnly: framed(MODULES) })],
    ["PE32 data", peFile({ writable: BUILD_INFO, readOnly: framed(MODULES), machine: 0x14c, plus: false })],
  ])("finds it in %s", (_, bytes) => {
    expect(facts(bytes).go?.goVersion).toBe("go1.26.8");
  });

  it("skips a magic that is not aligned, and takes the first that is", () => {
    const decoy = Buffer.concat([Buffer.alloc(8), BUILD_INFO.subarray(0, 16), Buffer.alloc(8), BUILD_INFO]);
    expect(elfWith(decoy).go?.goVersion).toBe("go1.26.8");
  });

  it.each([
    [8, true, 64],
    [8, false, 64],
    [4, true, 32],
    [4, false, 32],
  ] as const)(
    "follows %i-byte pointers of Go before 1.18, little endian %s",
    (sizeBytes, littleEndian, bits) => {
      const contents = pointerBuildInfo(sizeBytes, littleEndian, "go1.17", framed(MODULES));
      const read = facts(elfFile({ ...contents, bits, littleEndian }));
      expect(read.go).toEqual({ ...elfWith(BUILD_INFO).go, goVersion: "go1.17" });
    },
  );

  it("names the target", () => {
    const { go } = elfWith(BUILD_INFO);
    expect(go && goTarget(go)).toEqual({ os: "linux", arch: "amd64" });
    const silent = parseModuleList("path\tx\n");
    expect(typeof silent === "object" && goTarget({ goVersion: "go1.17", ...silent })).toBeUndefined();
  });

  it.each<[string, () => BinaryFacts, string]>([
    [
      "a changed second copy",
      () => elfWith(BUILD_INFO, framed(MODULES.replace("v1.2.3", "v1.2.4"))),
      "the two copies of the module list differ",
    ],
    [
      "no second copy",
      () => elfWith(BUILD_INFO, new Uint8Array()),
      "second copy of the module list is missing",
    ],
    [
      "a second copy that is not loaded",
      () => facts(Buffer.concat([elfFile({ writable: BUILD_INFO }), framed(MODULES)])),
      "differ",
    ],
    [
      "an empty section",
      () => facts(elfFile({ sections: [".go.buildinfo"] })),
      "the section for Go build info holds none",
    ],
    [
      "a Go program without it",
      () => facts(elfFile({ sections: [".gopclntab"] })),
      "its build info is missing",
    ],
    ["a packed program", () => facts(Buffer.from(elfFile()).fill("UPX!", 0x200, 0x204)), "packed with UPX"],
    ["unknown flags", () => elfWith(Buffer.from(BUILD_INFO).fill(6, 15, 16)), "flags that are not known"],
    ["a long length", () => elfWith(Buffer.from(BUILD_INFO).fill(0xff, 32, 38)), "an impossible length"],
    [
      "a padded length",
      () => elfWith(Buffer.from(BUILD_INFO).fill("\u0080\u0000", 32, 34, "latin1")),
      "an impossible length",
    ],
    [
      "a length above its limit",
      () => elfWith(inlineBuildInfo("go1".padEnd(257, "0"), framed(MODULES))),
      "the limit is 256",
    ],
    [
      "a length beyond the segment",
      () => elfWith(Buffer.concat([BUILD_INFO.subarray(0, 41), Buffer.from([0xff, 0xff, 0x3f])])),
      "longer than what is left",
    ],
    ["an odd version", () => elfWith(inlineBuildInfo("rust", framed(MODULES))), "names no Go version"],
    ["no modules", () => elfWith(inlineBuildInfo("go1.20", Buffer.alloc(0))), "built without modules"],
    ["no frame", () => elfWith(inlineBuildInfo("go1.20", Buffer.from(MODULES))), "not framed"],
    [
      "bad UTF-8",
      () => elfWith(inlineBuildInfo("go1.20", framed("path\t?\n").fill(0xff, 21, 22))),
      "not valid UTF-8",
    ],
    [
      "pointers into nowhere",
      () =>
        facts(
          elfFile({
            writable: pointerBuildInfo(8, true, "go1.17", framed(MODULES)).writable.fill(0x77, 16, 18),
          }),
        ),
      "leads nowhere",
    ],
    [
      "pointers of 3 bytes",
      () => elfWith(Buffer.from(BUILD_INFO).fill("\u0003\u0000", 14, 16, "latin1")),
      "not 4 or 8 bytes",
    ],
  ])("says what is wrong with %s", (_, read, problem) => {
    const { go, goProblem } = read();
    expect(go).toBeUndefined();
    expect(goProblem?.reason).toContain(problem);
  });

  it.each<[string, Uint8Array, GoProblem["kind"]]>([
    [
      "whose build info was removed",
      elfFile({ readOnly: framed(MODULES), sections: [".go.buildinfo"] }),
      "missing",
    ],
    ["without sections and build info", elfFile({ readOnly: framed(MODULES) }), "missing"],
    [
      "with damaged build info",
      elfFile({ readOnly: framed(MODULES), writable: Buffer.from(BUILD_INFO).fill(6, 15, 16) }),
      "damaged",
    ],
    [
      "with two lists",
      elfFile({ readOnly: framed(MODULES.replace("v1.2.3", "v1.2.4")), writable: BUILD_INFO }),
      "copies-differ",
    ],
    [
      "behind a list that cannot be read",
      elfFile({ readOnly: Buffer.concat([framed("?\n"), framed(MODULES)]) }),
      "missing",
    ],
  ])("still finds the modules of a program %s", (_, bytes, kind) => {
    const { go, goProblem, goFound } = facts(bytes);
    expect([go, goProblem?.kind, goFound?.modules.length]).toEqual([undefined, kind, 2]);
  });

  it("gives up the search for a module list after 16 that cannot be read", () => {
    const broken = Array.from({ length: 16 }, () => framed("?\n"));
    expect(facts(listBehind(broken.slice(1))).goFound?.path).toBe("example.com/tiny/cmd");
    expect(facts(listBehind(broken)).goFound).toBeUndefined();
  });

  it("says nothing of programs that are not Go", () => {
    expect(facts(elfFile())).toEqual(
      binaryFacts({ hardening: { positionIndependent: false, nonExecutableData: null, relro: "none" } }),
    );
  });
});
