import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GO_MODULE_VERSION, moduleSum, parseGoSum } from "../../src/formats/go-sum.ts";

const ONE = `h1:${"A".repeat(43)}=`;
const TWO = `h1:${"B".repeat(42)}A=`;

function read(text: string): ReturnType<typeof parseGoSum> {
  return parseGoSum("go.sum", Buffer.from(text));
}

describe("parseGoSum", () => {
  it("keeps module zips and go.mod files apart", () => {
    const sums = read(`example.com/a v1.2.3 ${ONE}\nexample.com/a v1.2.3/go.mod ${TWO}\n`);
    expect(sums).toEqual({
      ok: true,
      at: "go.sum",
      value: {
        modules: new Map([["example.com/a@v1.2.3", ONE]]),
        goModFiles: new Map([["example.com/a@v1.2.3", TWO]]),
      },
    });
    if (!sums.ok) return;
    expect(moduleSum(sums.value, "example.com/a", "v1.2.3")).toBe(ONE);
    expect(moduleSum(sums.value, "example.com/a", "v1.2.4")).toBeUndefined();
  });

  it("takes an empty file: a module without dependencies", () => {
    expect(read("")).toMatchObject({ ok: true });
  });

  it.each([
    ["v0.0.0-20230406110748-d93618cff8a2", true],
    ["v2.0.0+incompatible", true],
    ["v0.0.1-go1.21.0.linux-amd64", true],
    ["v1.2", false],
    ["v1.02.3", false],
    ["v1.2.3-01", false],
    ["v1.2.3+meta", false],
    ["1.2.3", false],
    ["(devel)", false],
  ])("knows whether %s is a canonical version: %s", (version, canonical) => {
    expect(GO_MODULE_VERSION.test(version)).toBe(canonical);
  });

  it.each([
    ["no line feed at the end", `example.com/a v1.2.3 ${ONE}`, "does not end with a line feed"],
    ["an empty line", "\n", "line 1 is not"],
    ["two blanks", `example.com/a  v1.2.3 ${ONE}\n`, "line 1 is not"],
    ["a fourth field", `example.com/a v1.2.3 ${ONE} x\n`, "line 1 is not"],
    ["CRLF", `example.com/a v1.2.3 ${ONE}\r\n`, "has no canonical h1 hash"],
    ["another hash", "example.com/a v1.2.3 h2:AAAA\n", "has no canonical h1 hash"],
    ["a version that is not canonical", `example.com/a v1.2 ${ONE}\n`, "has no canonical module version"],
    ["a path that climbs", `example.com/../a v1.2.3 ${ONE}\n`, "does not begin with a module path"],
    ["a path outside ASCII", `example.com/ä v1.2.3 ${ONE}\n`, "does not begin with a module path"],
    ["a line that is too long", `${"a".repeat(1025)}\n`, "longer than 1024"],
    ["the same line twice", `example.com/a v1.2.3 ${ONE}\n`.repeat(2), "line 2 repeats"],
    ["two hashes of one module", `a.b/c v1.2.3 ${ONE}\na.b/c v1.2.3 ${TWO}\n`, "line 2 repeats"],
  ])("refuses %s", (_, text, reason) => {
    const sums = read(text);
    expect(sums.ok ? "" : sums.reason).toContain(reason);
  });

  it("never throws", () => {
    const word = fc.constantFrom("example.com/a", " ", "v1.2.3", "/go.mod", ONE, "\n", "\r", ".");
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), (words) => {
        expect(typeof read(words.join("")).ok).toBe("boolean");
      }),
    );
  });
});
