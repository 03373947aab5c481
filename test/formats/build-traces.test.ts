import { describe, expect, it } from "vitest";
import { inspectBinary } from "../../src/formats/binary.ts";
import type { BuildTraces } from "../../src/model/binary.ts";
import { elfFile } from "../support/executables/elf-file.ts";
import { machOFile } from "../support/executables/macho-file.ts";
import { plan9File, wasmFile, xcoffFile } from "../support/executables/other-files.ts";

const BUILD_ID = Buffer.from('\u00ff Go build ID: "one/two"\n \u00ff', "latin1");

function traces(bytes: Uint8Array): BuildTraces {
  const inspection = inspectBinary(bytes);
  if (inspection?.ok !== true) throw new Error(inspection?.reason ?? "not an executable");
  return inspection.facts.traces;
}

function buildIdAt(offset: number): Uint8Array {
  const bytes = Buffer.from(wasmFile({ data: new Uint8Array(64 * 1024) }));
  BUILD_ID.copy(bytes, offset);
  return bytes;
}

function withPathOf(lengthBytes: number): Uint8Array {
  return elfFile({ readOnly: Buffer.from(`\0/${"x".repeat(lengthBytes - 4)}.go\0`) });
}

function markedAt(offset: number): Uint8Array {
  return Buffer.from(elfFile()).fill("UPX!", offset, offset + 4);
}

describe("readBuildTraces", () => {
  it.each([
    ["Mach-O", machOFile({ readOnly: BUILD_ID })],
    ["XCOFF", xcoffFile({ readOnly: BUILD_ID })],
    ["Plan 9", plan9File({ readOnly: BUILD_ID })],
    ["WebAssembly", wasmFile({ custom: [["go:buildid", BUILD_ID.toString("latin1")]] })],
  ])("reads the build id that stands as text in %s", (_, bytes) => {
    expect(traces(bytes).buildIds).toEqual(["go:one/two"]);
  });

  it("looks for a build id where the Go linker puts it, and no further", () => {
    expect(traces(buildIdAt(32 * 1024 - BUILD_ID.length)).buildIds).toEqual(["go:one/two"]);
    expect(traces(buildIdAt(32 * 1024)).buildIds).toEqual([]);
  });

  it.each([
    ["a path of the build machine", "\0/home/me/main.go\0", ["/home/me/main.go"]],
    ["a Windows path", "\0C:/build/main.go\0\0d:\\x\\y.go\0", ["C:/build/main.go", "d:\\x\\y.go"]],
    ["trimmed paths", "\0example.com/tiny/main.go\0runtime/proc.go\0_cgo_gotypes.go\0", []],
    ["a path inside a text", "\0see /home/me/main.go\0", []],
    ["a path that does not end", "\0/home/me/main.gob\0", []],
    ["one path twice", "\0/a.go\0/a.go\0", ["/a.go"]],
  ])("lists source files by absolute path: %s", (_, text, expected) => {
    expect(traces(elfFile({ readOnly: Buffer.from(text) })).sourcePaths).toEqual(expected);
  });

  it("stops after 8 source files, and takes nothing above 1024 bytes for a path", () => {
    const paths = Array.from({ length: 9 }, (_, index) => `/src/${index}.go`);
    const many = elfFile({ readOnly: Buffer.from(`\0${paths.join("\0")}\0`) });
    expect(traces(many).sourcePaths).toEqual(paths.slice(0, 8));
    expect(traces(withPathOf(1023)).sourcePaths).toHaveLength(1);
    expect(traces(withPathOf(1025)).sourcePaths).toEqual([]);
  });

  it("names the packer by its mark near the start", () => {
    expect(traces(markedAt(4092)).packer).toBe("UPX");
    expect(traces(markedAt(4093)).packer).toBeNull();
  });

  it("sees symbols and debug sections", () => {
    expect(traces(xcoffFile({ symbols: 1 })).symbolTable).toBe(true);
    expect(traces(xcoffFile()).symbolTable).toBe(false);
    expect(traces(plan9File({ symbols: 1 })).symbolTable).toBe(true);
    expect(traces(plan9File()).symbolTable).toBe(false);
    const named = wasmFile({
      custom: [
        ["name", ""],
        [".debug_info", ""],
      ],
    });
    expect(traces(named)).toMatchObject({ symbolTable: true, debugInfo: true });
    expect(traces(wasmFile())).toMatchObject({ symbolTable: false, debugInfo: false });
  });
});
