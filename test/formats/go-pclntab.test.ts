import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { goFunctions, splitFunctionName } from "../../src/formats/go-pclntab.ts";
import { goOrSkip } from "../support/go-toolchain.ts";

const scratch = mkdtempSync(join(tmpdir(), "cavra-pclntab-"));
afterAll(() => rmSync(scratch, { recursive: true }));

describe("goFunctions", () => {
  it.for(["linux/amd64", "darwin/arm64", "windows/amd64", "linux/mips"])(
    "lists what go tool nm lists as functions, for %s",
    (target, { skip }) => {
      goOrSkip(skip);
      const [GOOS, GOARCH] = target.split("/");
      const program = join(scratch, target.replace("/", "-"));
      writeFileSync(join(scratch, "main.go"), "package main\n\nfunc main() { println(1) }\n");
      const env = { ...process.env, GOOS, GOARCH, CGO_ENABLED: "0" };
      execFileSync("go", ["build", "-o", program, "main.go"], { cwd: scratch, env });
      const found = goFunctions(readFileSync(program));
      const listing = execFileSync("go", ["tool", "nm", program], { encoding: "utf8" });
      const names = [...listing.matchAll(/^ *[0-9a-f]+ [Tt] ((?:main|runtime)\.[A-Za-z]+)$/gm)];
      const expected = names.map(([, name = ""]) => splitFunctionName(name));
      expect(expected.length).toBeGreaterThan(100);
      // Names that the linker puts at the ends of its areas are marks, not functions.
      const missing = expected.filter(
        ({ package: path, symbol }) => found?.get(path)?.has(symbol) !== true && !/^e?text$/.test(symbol),
      );
      expect(missing).toEqual([]);
    },
  );

  it("says nothing of files without a function table, and never throws", () => {
    expect(goFunctions(Buffer.from("no program"))).toBeUndefined();
    const magic = Buffer.from("f1ffffff00000108", "hex");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (rest) => {
        goFunctions(Buffer.concat([magic, rest]));
      }),
    );
  });

  it("reads a table of either byte order and pointer size", () => {
    for (const littleEndian of [true, false]) {
      for (const pointerBytes of [4, 8] as const) {
        expect(goFunctions(tableOf("a/b.F\0a/b.(*T).M\0", littleEndian, pointerBytes))).toEqual(
          new Map([["a/b", new Set(["F", "T.M"])]]),
        );
      }
    }
  });
});

describe("splitFunctionName", () => {
  it.each([
    ["main.main", "main", "main"],
    ["golang.org/x/net/http2.(*Server).ServeConn", "golang.org/x/net/http2", "Server.ServeConn"],
    ["golang.org/x/net/http2.(*serverConn).serve.func1.2", "golang.org/x/net/http2", "serverConn.serve"],
    ["gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml.v3", "Unmarshal"],
    ["slices.SortFunc[go.shape.[]int,go.shape.int]", "slices", "SortFunc"],
    ["sync.(*Map).Load-fm", "sync", "Map.Load"],
    ["_rt0_amd64_linux", "", "_rt0_amd64_linux"],
  ])("%s", (name, path, symbol) => {
    expect(splitFunctionName(name)).toEqual({ package: path, symbol });
  });
});

/** The header of Go 1.20 with one function, and its name table. */
function tableOf(names: string, littleEndian: boolean, pointerBytes: 4 | 8): Buffer {
  const headerBytes = 8 + 8 * pointerBytes;
  const words = [1, 1, 0, headerBytes, headerBytes + names.length, 0, 0, 0];
  const header = Buffer.alloc(headerBytes);
  if (littleEndian) header.writeUInt32LE(0xfffffff1);
  else header.writeUInt32BE(0xfffffff1);
  header.set([0, 0, 1, pointerBytes], 4);
  for (const [index, word] of words.entries()) {
    const last = 8 + (index + 1) * pointerBytes;
    if (littleEndian) header.writeUInt32LE(word, last - pointerBytes);
    else header.writeUInt32BE(word, last - 4);
  }
  return Buffer.concat([header, Buffer.from(names)]);
}
