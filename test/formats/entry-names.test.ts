import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparePaths, escapedName, nameProblem, setProblems } from "../../src/formats/entry-names.ts";

describe("nameProblem", () => {
  it.each([
    "a",
    "bin/linux_amd64/cavra-runtime",
    "a.b.c",
    "..a",
    ".hidden",
    "a..b",
    "_",
    "x+y-z",
    "consul",
    "com10",
    "cond/aux1",
    "s".repeat(100),
    Array.from({ length: 16 }, () => "d").join("/"),
    `${"p".repeat(79)}/${"p".repeat(79)}/${"p".repeat(80)}`,
  ])("allows %s", (path) => {
    expect(nameProblem(path)).toBeUndefined();
  });

  it.each([
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "./a",
    "a/..",
    "a/../b",
    "...",
    "a.",
    "a ",
    " a",
    "-rf",
    "a/-x",
    "a\\b",
    "C:",
    "C:a",
    "a:b",
    "a~1",
    "a\0b",
    "a\nb",
    "\u007f",
    "é",
    "e\u0301",
    "a\u202eb",
    "Ａ",
    "con",
    "CON",
    "Nul.txt",
    "a/aux.tar.gz",
    "COM1",
    "lpt9.x",
    "com0",
    "s".repeat(101),
    Array.from({ length: 17 }, () => "d").join("/"),
    `${"p".repeat(80)}/${"p".repeat(79)}/${"p".repeat(80)}`,
  ])("refuses %j", (path) => {
    expect(nameProblem(path)).toBeTypeOf("string");
  });

  it("never repeats the name in its reason", () => {
    expect(nameProblem("evil\u001b[2J")).not.toContain("evil");
  });
});

describe("setProblems", () => {
  it.each([
    [["a", "a"], "a", "twice"],
    [["a/b", "A/B"], "A/B", "case"],
    [["a", "a/b"], "a/b", "file and a folder"],
    [["a/b/c", "A/b"], "a/b/c", "file and a folder"],
    [["Dir/x", "dir/y"], "dir/y", "folders differ"],
    [["x/Dir/1/x", "x/dir/1/y"], "x/dir/1/y", "folders differ"],
    [["a/b/c/d", "A"], "a/b/c/d", "file and a folder"],
  ])("finds the problem of %j", (paths, path, reason) => {
    expect(setProblems(paths)).toContainEqual({
      path,
      problem: expect.stringContaining("container.") as string,
      reason: expect.stringContaining(reason) as string,
    });
  });

  it("accepts names that stay apart", () => {
    expect(setProblems(["a", "ab", "a.b", "b/a", "b/b/a", "c/b/a"])).toEqual([]);
  });

  it("agrees with a quadratic reading of the rule", () => {
    const segment = fc.constantFrom("a", "A", "b", "c");
    const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(fc.array(path, { maxLength: 6 }), (paths) => {
        expect(setProblems(paths).length > 0).toBe(hasCollision(paths));
      }),
    );
  });
});

function hasCollision(paths: readonly string[]): boolean {
  const folders = paths.flatMap((path) =>
    path.split("/").flatMap((_, index, parts) => (index === 0 ? [] : [parts.slice(0, index).join("/")])),
  );
  return paths.some((path, index) => {
    const key = path.toLowerCase();
    return (
      paths.some((other, place) => place !== index && other.toLowerCase() === key) ||
      folders.some((folder) => folder.toLowerCase() === key) ||
      folders.some((a) => folders.some((b) => a !== b && a.toLowerCase() === b.toLowerCase()))
    );
  });
}

describe("comparePaths", () => {
  it("is the order of the bytes", () => {
    const path = fc.string({ unit: fc.constantFrom("a", "Z", "0", ".", "_", "+", "-", "/") });
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(comparePaths(a, b)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});

describe("escapedName", () => {
  it("prints nothing but visible ASCII, at a sane length", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 300 })), (name) => {
        expect(escapedName(name)).toMatch(/^[\x21-\x7e]{0,130}$/);
      }),
    );
  });

  it("keeps ordinary names and marks the others", () => {
    expect(escapedName("bin/a_b-c+1.0")).toBe("bin/a_b-c+1.0");
    expect(escapedName("a\u001b[2J\\")).toBe("a\\x1b[2J\\x5c");
  });
});
