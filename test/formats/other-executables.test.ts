import { describe, expect, it } from "vitest";
import { inspectBinary } from "../../src/formats/binary.ts";
import { reachesBeyondSystem } from "../../src/formats/system-linkage.ts";
import type { BinaryFacts } from "../../src/model/binary.ts";
import { patched } from "../support/executables/fields.ts";
import { framed, inlineBuildInfo, pointerBuildInfo } from "../support/executables/go-build-info.ts";
import { plan9File, wasmFile, xcoffFile } from "../support/executables/other-files.ts";

const MODULES = "path\texample.com/x\nbuild\tGOARCH=wasm\nbuild\tGOOS=js\n";
const CONTENTS = { writable: inlineBuildInfo("go1.26.8", framed(MODULES)), readOnly: framed(MODULES) };

function facts(bytes: Uint8Array): BinaryFacts {
  const inspection = inspectBinary(bytes);
  if (inspection?.ok !== true) throw new Error(inspection?.reason ?? "not an executable");
  return inspection.facts;
}

function refusal(bytes: Uint8Array): string | undefined {
  const inspection = inspectBinary(bytes);
  return inspection?.ok === false ? inspection.reason : undefined;
}

describe("XCOFF", () => {
  it.each([
    [32, "ppc"],
    [64, "ppc64"],
  ] as const)("is read with %i bit", (bits, arch) => {
    const read = facts(xcoffFile({ ...CONTENTS, bits, libraries: ["libc.a", "libpthread.a"] }));
    expect(read).toMatchObject({ format: "xcoff", arch, os: "aix", dynamic: false });
    expect(read.linkage.libraries).toEqual(["libc.a", "libpthread.a"]);
    expect(read.go?.goVersion).toBe("go1.26.8");
    expect(facts(xcoffFile({ bits, libraries: ["libx.a"] })).dynamic).toBe(true);
  });

  it("is followed by its pointers before Go 1.18", () => {
    const old = pointerBuildInfo(8, false, "go1.17", framed(MODULES));
    expect(facts(xcoffFile(old)).go?.goVersion).toBe("go1.17");
  });

  it.each<[string, Uint8Array, string]>([
    ["a section outside", patched(xcoffFile(), false, [24 + 32, 64, 0x3001, "s_scnptr"]), "outside the file"],
    [
      "import ids outside",
      patched(xcoffFile(), false, [0x3018, 64, 0x9000, "l_impoff"]),
      "ends before the end",
    ],
    ["too many import ids", patched(xcoffFile(), false, [0x300c, 32, 0x10_0001, "l_istlen"]), "the limit is"],
    ["a cut section table", xcoffFile().subarray(0, 60), "ends before the end"],
  ])("is refused with %s", (_, bytes, reason) => {
    expect(refusal(bytes)).toContain(reason);
  });

  it.each<[string, Uint8Array]>([
    ["no flag of an executable", patched(xcoffFile(), false, [18, 16, 0, "f_flags"])],
    ["no sections", patched(xcoffFile(), false, [2, 16, 0, "f_nscns"])],
    ["more sections than any loader knows", patched(xcoffFile(), false, [2, 16, 129, "f_nscns"])],
  ])("is not what has %s", (_, bytes) => {
    expect(inspectBinary(bytes)).toBeUndefined();
  });
});

describe("Plan 9", () => {
  it.each([
    [0x8a97, "amd64"],
    [0x1eb, "386"],
    [0x647, "arm"],
  ])("with magic %i is for %s", (magic, arch) => {
    const read = facts(plan9File({ ...CONTENTS, magic }));
    expect(read).toMatchObject({ format: "plan9", arch, os: "plan9", dynamic: false });
    expect(read.go?.path).toBe("example.com/x");
  });

  it("is not what ends before its sections", () => {
    expect(inspectBinary(plan9File().subarray(0, 0x2f00))).toMatchObject({ ok: true });
    expect(inspectBinary(plan9File().subarray(0, 0x2eff))).toBeUndefined();
  });
});

describe("WebAssembly", () => {
  it("of Go has its module list in the data and its version in the producers", () => {
    const read = facts(wasmFile({ data: framed(MODULES) }));
    expect(read).toMatchObject({ format: "wasm", arch: "wasm", os: "js", dynamic: false });
    expect(read.go).toMatchObject({ goVersion: "go1.26.8", path: "example.com/x" });
  });

  it.each<[string, Uint8Array, string]>([
    ["no list", wasmFile(), "there is no module list"],
    ["an odd version", wasmFile({ data: framed(MODULES), producer: "0.1" }), "names no Go version"],
    ["no producer", wasmFile({ data: framed(MODULES), producer: null }), "its build info is missing"],
  ])("has no build info with %s", (_, bytes, reason) => {
    expect(facts(bytes).go).toBeUndefined();
    expect(facts(bytes).goProblem?.reason).toContain(reason);
  });

  it("of other compilers says nothing of Go", () => {
    expect(facts(wasmFile({ producer: null }))).not.toHaveProperty("goProblem");
  });

  it.each<[string, Uint8Array, string]>([
    ["a section outside", wasmFile({ data: new Uint8Array(9) }).subarray(0, 20), "outside the file"],
    ["a number without end", Buffer.concat([wasmFile(), Buffer.alloc(7, 0xff)]), "more than five bytes"],
    ["a cut number", Buffer.concat([wasmFile(), Buffer.alloc(2, 0xff)]), "ends before the end"],
    [
      "too many sections",
      Buffer.concat([wasmFile({ producer: null }), ...Array<Buffer>(4097).fill(Buffer.from([1, 0]))]),
      "more than 4096",
    ],
  ])("is refused with %s", (_, bytes, reason) => {
    expect(refusal(bytes)).toContain(reason);
  });
});

describe("reachesBeyondSystem", () => {
  it.each<[string, string | undefined, string | null, readonly string[], boolean]>([
    ["linux and nothing", "linux", null, [], false],
    ["linux and its own libc", "linux", "/lib64/ld-linux-x86-64.so.2", ["libc.so.6"], true],
    ["openbsd and its libc", "openbsd", "/usr/libexec/ld.so", ["libc.so.100.3", "libpthread.so"], false],
    ["openbsd and another library", "openbsd", "/usr/libexec/ld.so", ["libssl.so"], true],
    ["openbsd and another interpreter", "openbsd", "/tmp/ld.so", ["libc.so"], true],
    ["solaris", "solaris", "/usr/lib/amd64/ld.so.1", ["libc.so.1", "libsocket.so.1"], false],
    ["illumos and another library", "illumos", "/lib/amd64/ld.so.1", ["libx.so.1"], true],
    ["android", "android", "/system/bin/linker64", ["libc.so", "liblog.so"], false],
    ["windows and its kernel", "windows", null, ["KERNEL32.DLL"], false],
    ["windows and a runtime", "windows", null, ["msvcrt.dll"], true],
    ["an unknown system", undefined, null, ["libc.so"], true],
  ])("knows %s", (_, os, interpreter, libraries, expected) => {
    expect(reachesBeyondSystem({ interpreter, libraries }, os)).toBe(expected);
  });
});
