import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseGoMod } from "../../src/formats/go-mod.ts";

function read(text: string): ReturnType<typeof parseGoMod> {
  return parseGoMod("go.mod", Buffer.from(text));
}

describe("parseGoMod", () => {
  it("reads what it needs and skips the rest", () => {
    const text = [
      "// A comment.",
      "module example.com/tool // Deprecated: use another",
      "",
      "go 1.26.8",
      "toolchain go1.26.9",
      "godebug default=go1.21",
      "require example.com/a v1.2.3",
      "require (",
      "\texample.com/b v0.1.0 // indirect",
      ")",
      "replace example.com/c => ../go // go 1.2",
      "retract [v1.0.0, v1.1.0] // published by mistake",
      "exclude (",
      ")",
      "tool example.com/b/cmd/x",
      "",
    ].join("\n");
    const value = { module: "example.com/tool", go: "1.26.8", toolchain: "go1.26.9" };
    expect(read(text)).toEqual({ ok: true, at: "go.mod", value });
    expect(read(text.replaceAll("\n", "\r\n"))).toEqual({ ok: true, at: "go.mod", value });
  });

  it.each([
    ["a module alone", "module a.b/c", { module: "a.b/c" }],
    ["quoted text", 'module "a.b/c"\ngo `1.21`\n', { module: "a.b/c", go: "1.21" }],
    ["a module in a block", "module (\n\ta.b/c\n)\n", { module: "a.b/c" }],
    ["a pre-release of Go", "module a.b/c\ngo 1.21rc2\n", { module: "a.b/c", go: "1.21rc2" }],
    ["a comment that touches a word", "module a.b/c//x\n", { module: "a.b/c" }],
    ["the default toolchain", "module a.b/c\ntoolchain default\n", { module: "a.b/c", toolchain: "default" }],
    [
      "a word of a block that is no directive",
      "module a.b/c\nrequire (\n\tgo v1.0.0\n)\n",
      { module: "a.b/c" },
    ],
  ])("reads %s", (_, text, value) => {
    expect(read(text)).toEqual({ ok: true, at: "go.mod", value });
  });

  it.each([
    ["no module", "go 1.21\n", "has no module directive"],
    ["two modules", "module a.b/c\nmodule a.b/d\n", "line 2 repeats module"],
    ["two go lines", "module a.b/c\ngo 1.21\ngo 1.22\n", "line 3 repeats go"],
    ["two toolchains", "module a.b/c\ntoolchain go1.21.0\ntoolchain go1.22.0\n", "line 3 repeats toolchain"],
    ["two values", "module a.b/c d\n", "exactly one value for module"],
    ["no value", "module a.b/c\ngo\n", "exactly one value for go"],
    ["a path that climbs", "module a.b/../c\n", "module path that Go does not accept"],
    ["a go version with a v", "module a.b/c\ngo v1.21\n", "go version that Go does not accept"],
    ["a toolchain without go", "module a.b/c\ntoolchain 1.21\n", "toolchain that Go does not accept"],
    ["an open block", "module a.b/c\nrequire (\n", "ends inside a block"],
    ["an open quote", 'module "a.b/c\n', "line 1 cannot be read"],
    ["text behind a block", "module a.b/c\nrequire (\n) go 1.2\n", "text after the end of a block"],
    ["a line that is too long", `module ${"a".repeat(4096)}\n`, "line 1 cannot be read"],
  ])("refuses %s", (_, text, reason) => {
    const mod = read(text);
    expect(mod.ok ? "" : mod.reason).toContain(reason);
  });

  it("never throws", () => {
    const word = fc.constantFrom(
      "module",
      " ",
      "go",
      "toolchain",
      "(",
      ")",
      "\n",
      '"',
      "`",
      "//",
      "\\",
      "a.b/c",
      "1.2",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ unit: "binary" }))), (words) => {
        expect(typeof read(words.join("")).ok).toBe("boolean");
      }),
    );
  });
});
