import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseModuleList, unquoteGo } from "../../src/formats/go-modinfo.ts";

const SUM = `h1:${"A".repeat(43)}=`;

describe("parseModuleList", () => {
  it("gives the zero module to programs of the standard distribution", () => {
    expect(parseModuleList("path\tcmd/go\n")).toMatchObject({ main: { path: "", version: "", sum: "" } });
  });

  it.each([
    ["no line feed at the end", "path\tx", "does not end"],
    ["no path", "mod\tx\tv1.0.0\t\n", "does not name the main package"],
    ["two paths", "path\tx\npath\ty\n", "line 2 of the module list names a second main package"],
    ["an empty path", "path\t\n", "names no main package"],
    ["two main modules", "path\tx\nmod\tx\tv1.0.0\t\nmod\ty\tv1.0.0\t\n", "second main module"],
    ["a module twice", "path\tx\ndep\ta\tv1.0.0\t\ndep\ta\tv1.0.1\t\n", "names a module for the second time"],
    ["the main module as dependency", "path\tx\nmod\ta\tv1.0.0\t\ndep\ta\tv1.0.1\t\n", "for the second time"],
    [
      "a setting twice",
      "path\tx\nbuild\tGOOS=linux\nbuild\tGOOS=linux\n",
      "sets a build setting for the second time",
    ],
    ["a setting twice, once quoted", 'path\tx\nbuild\tGOOS=a\nbuild\t"GOOS"=b\n', "for the second time"],
    ["an unknown word", "path\tx\nfuture\ty\n", "unknown word"],
    ["an empty line", "path\tx\n\n", "is empty"],
    ["one column", "path\tx\ndep\ta\n", "2 or 3 columns"],
    ["four columns", `path\tx\ndep\ta\tv1.0.0\t${SUM}\t\n`, "2 or 3 columns"],
    ["a nameless module", "path\tx\ndep\t\tv1.0.0\t\n", "names no module"],
    ["a bad sum", "path\tx\ndep\ta\tv1.0.0\th1:AAAA\n", "canonical h1 hash"],
    ["a sum with slack bits", `path\tx\ndep\ta\tv1.0.0\th1:${"A".repeat(42)}B=\n`, "canonical h1 hash"],
    ["a replacement of nothing", "path\tx\n=>\ta\tv1.0.0\t\n", "replaces no module"],
    ["two replacements", "path\tx\ndep\ta\tv1.0.0\n=>\tb\tv1.0.0\t\n=>\tc\tv1.0.0\t\n", "replaces no module"],
    ["a short replacement", "path\tx\ndep\ta\tv1.0.0\n=>\tb\tv1.0.0\n", "3 columns"],
    ["a setting without a key", "path\tx\nbuild\t=v\n", "no key"],
    ["a setting without a value", "path\tx\nbuild\tGOOS\n", "no key"],
    ["blanks without quotes", "path\tx\nbuild\tk=a b\n", "must be quoted"],
    ["a broken quote", 'path\tx\nbuild\tk="a\n', "Go cannot read"],
    ["a control character", "path\tx\ry\n", "control character"],
  ])("refuses %s", (_, text, reason) => {
    expect(parseModuleList(text)).toContain(reason);
  });

  it("never throws", () => {
    const word = fc.constantFrom(
      "path\t",
      "mod\t",
      "dep\t",
      "=>\t",
      "build\t",
      "\n",
      "\t",
      '"',
      "`",
      "=",
      "\\x41",
      "a",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ unit: "binary" }))), (words) => {
        expect(["string", "object"]).toContain(typeof parseModuleList(words.join("")));
      }),
    );
  });
});

describe("unquoteGo", () => {
  it.each<[string, string | undefined]>([
    ['"plain"', "plain"],
    [String.raw`"a\tb\n\"\\\x41\101\u00e9\U0001F600"`, 'a\tb\n"\\AAé😀'],
    ["`raw \\n`", "raw \\n"],
    [String.raw`"\'"`, undefined],
    [String.raw`"\xff"`, undefined],
    [String.raw`"\777"`, undefined],
    [String.raw`"\ud800"`, undefined],
    [String.raw`"\UFFFFFFFF"`, undefined],
    [String.raw`"\q"`, undefined],
    ['"a"b"', undefined],
    ["`a`b`", undefined],
    ['"', undefined],
    ["bare", undefined],
  ])("reads %s", (quoted, text) => {
    expect(unquoteGo(quoted)).toBe(text);
  });
});
