import { describe, expect, it } from "vitest";
import { genericPurl, golangPurl, parsePurl } from "../../src/formats/purl.ts";

describe("purl", () => {
  it.each([
    ["golang.org/x/text", "v0.30.0", "pkg:golang/golang.org/x/text@v0.30.0"],
    ["github.com/BurntSushi/toml", "v1.6.0", "pkg:golang/github.com/BurntSushi/toml@v1.6.0"],
    ["k8s.io/api", "v0.30.0+incompatible", "pkg:golang/k8s.io/api@v0.30.0%2Bincompatible"],
    ["example.com/~user/x", "", "pkg:golang/example.com/~user/x"],
    ["stdlib", "1.26.8", "pkg:golang/stdlib@1.26.8"],
  ])("of the Go module %s %s", (path, version, expected) => {
    expect(golangPurl(path, version)).toBe(expected);
  });

  it("encodes what could end a name", () => {
    expect(genericPurl("a b/c@d", "1?x#y")).toBe("pkg:generic/a%20b%2Fc%40d@1%3Fx%23y");
  });
});

describe("parsePurl", () => {
  it.each([
    ["pkg:golang/github.com/BurntSushi/toml@v1.6.0", ["golang", "github.com/BurntSushi", "toml", "v1.6.0"]],
    ["pkg:golang/k8s.io/api@v0.30.0%2Bincompatible", ["golang", "k8s.io", "api", "v0.30.0+incompatible"]],
    ["pkg:npm/%40angular/core@1.0.0?os=linux#sub/path", ["npm", "@angular", "core", "1.0.0"]],
    ["pkg:GENERIC/go@1.26.8", ["generic", "", "go", "1.26.8"]],
    ["pkg:generic/go", ["generic", "", "go", ""]],
  ])("reads %s", (text, [type, namespace, name, version]) => {
    expect(parsePurl(text)).toEqual({ type, namespace, name, version });
  });

  it.each([
    "golang/x@1",
    "pkg:golang",
    "pkg:/x",
    "pkg:golang/",
    "pkg:golang/a//b",
    "pkg:golang/%zz",
    "pkg:golang/a b",
    "pkg:golang/a?os",
    `pkg:golang/${"a".repeat(5000)}`,
  ])("refuses %s", (text) => {
    expect(parsePurl(text)).toBeUndefined();
  });
});
