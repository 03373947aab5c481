import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesSource, occurrences, partOf, readUpTo, wholeOf } from "../../src/formats/byte-search.ts";

const WINDOW_BYTES = 1024 * 1024;
const NEEDLE = Buffer.from("needle");

describe("occurrences", () => {
  it.each([
    0,
    WINDOW_BYTES - 7,
    WINDOW_BYTES - 6,
    WINDOW_BYTES - 3,
    WINDOW_BYTES - 1,
    WINDOW_BYTES,
    2 * WINDOW_BYTES - 1,
  ])("finds what stands at %i, once, whatever window it is in", (at) => {
    const bytes = Buffer.alloc(2 * WINDOW_BYTES + 16);
    NEEDLE.copy(bytes, at);
    const source = bytesSource(bytes);
    expect([...occurrences(source, NEEDLE, wholeOf(source))]).toEqual([at]);
    expect([...occurrences(source, NEEDLE, { offset: at, sizeBytes: NEEDLE.length })]).toEqual([at]);
    expect([...occurrences(source, NEEDLE, { offset: at, sizeBytes: NEEDLE.length - 1 })]).toEqual([]);
  });

  it("finds what a plain search finds", () => {
    const few = fc.array(fc.constantFrom(1, 2), { maxLength: 64 });
    fc.assert(
      fc.property(few, fc.array(fc.constantFrom(1, 2), { minLength: 1, maxLength: 3 }), (hay, needle) => {
        const text = hay.join("");
        const expected = hay.flatMap((_, at) => (text.startsWith(needle.join(""), at) ? [at] : []));
        const source = bytesSource(Uint8Array.from(hay));
        expect([...occurrences(source, Uint8Array.from(needle), wholeOf(source))]).toEqual(expected);
      }),
    );
  });
});

describe("sources", () => {
  it("refuse reads outside of them, and a part reads nothing of the rest", () => {
    const source = bytesSource(Uint8Array.from([1, 2, 3, 4]));
    const part = partOf(source, { offset: 1, sizeBytes: 2 });
    expect([...part.read(0, 2)]).toEqual([2, 3]);
    for (const [offset, length] of [
      [-1, 1],
      [0, 3],
      [2, 1],
      [0, -1],
    ] as const) {
      expect(() => part.read(offset, length)).toThrow(RangeError);
    }
    expect(() => source.read(4, 1)).toThrow(RangeError);
    expect([readUpTo(part, 1, 9).length, readUpTo(part, 9, 9).length]).toEqual([1, 0]);
  });
});
