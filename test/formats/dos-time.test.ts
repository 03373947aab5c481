import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dosTimeOf, epochOfDosTime } from "../../src/formats/dos-time.ts";

const FIRST = Date.UTC(1980, 0, 1) / 1000;
const LAST = Date.UTC(2044, 0, 1) / 1000 - 1;

describe("dosTimeOf", () => {
  it("packs date and time as MS-DOS does", () => {
    expect(dosTimeOf(FIRST)).toBe(0x0021_0000);
    expect(dosTimeOf(LAST)).toBe((((63 << 9) | (12 << 5) | 31) << 16) + ((23 << 11) | (59 << 5) | 29));
  });

  it.each([FIRST - 1, LAST + 1, 0, -1, 1.5, Number.NaN, Infinity, 2 ** 53, 2 ** 60])(
    "refuses %s",
    (seconds) => {
      expect(dosTimeOf(seconds)).toBeUndefined();
    },
  );

  it("comes back floored to two seconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: LAST }), (seconds) => {
        expect(epochOfDosTime(dosTimeOf(seconds) ?? -1)).toBe(seconds - (seconds % 2));
      }),
    );
  });
});

describe("epochOfDosTime", () => {
  it.each([
    ["no month", 0x0001_0000],
    ["month 13", ((13 << 5) | 1) * 0x1_0000],
    ["no day", (1 << 5) * 0x1_0000],
    ["February 30", ((2 << 5) | 30) * 0x1_0000],
    ["hour 24", 0x0021_0000 + (24 << 11)],
    ["minute 60", 0x0021_0000 + (60 << 5)],
    ["second 60", 0x0021_0000 + 30],
    ["year 2044", ((64 << 9) | (1 << 5) | 1) * 0x1_0000],
  ])("refuses %s", (_, dosTime) => {
    expect(epochOfDosTime(dosTime)).toBeUndefined();
  });
});
