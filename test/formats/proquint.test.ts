import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { proquints } from "../../src/formats/proquint.ts";

describe("proquints", () => {
  it.each([
    // The examples of the proposal: addresses of four bytes.
    [[127, 0, 0, 1], "lusab babad"],
    [[63, 84, 220, 193], "gutih tugad"],
    [[63, 118, 7, 35], "gutuk bisog"],
    [[140, 98, 193, 141], "mudof sakat"],
    [[64, 255, 6, 200], "haguz biram"],
    [[0, 0, 255, 255], "babab zuzuz"],
  ])("%j reads %s", (bytes, words) => {
    expect(proquints(Uint8Array.from(bytes)).join(" ")).toBe(words);
  });

  it("are another word for each of all pairs of bytes", () => {
    const all = Uint8Array.from({ length: 2 * 65_536 }, (_, at) => (at % 2 === 0 ? at >> 9 : at >> 1) & 0xff);
    const words = proquints(all);
    expect(new Set(words).size).toBe(65_536);
    expect(words.every((word) => /^[b-z][aiou][b-z][aiou][b-z]$/.test(word))).toBe(true);
  });

  it("say a digest in full: sixteen words, and any other byte changes one of them", () => {
    const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(digest, fc.nat(31), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
        const other = bytes.with(at, (bytes[at] ?? 0) ^ change);
        const [words, others] = [proquints(bytes), proquints(other)];
        const differing = words.flatMap((word, index) => (word === others[index] ? [] : [index]));
        expect(words).toHaveLength(16);
        expect(differing).toEqual([at >> 1]);
      }),
    );
  });

  it("refuse half a word", () => {
    expect(() => proquints(new Uint8Array(3))).toThrow(RangeError);
  });
});
