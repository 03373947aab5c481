import { expect, it } from "vitest";
import { count, formatBytes, formatGrowth } from "../../src/report/quantity.ts";

it.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [999_949, "999.9 kB"],
  [999_950, "1.0 MB"],
  [27_912_345, "27.9 MB"],
  [4_294_967_295, "4.3 GB"],
  [5e15, "5000.0 TB"],
])("%d bytes are %s", (size, text) => {
  expect(formatBytes(size)).toBe(text);
});

it.each([
  [1000, 1000, "same size"],
  [1000, 1019, "+1.9 %"],
  [1000, 600, "-40.0 %"],
  [2_000_000, 2_000_012, "+12 bytes"],
  [2_000_000, 1_999_999, "-1 byte"],
  [0, 5, "+5 bytes"],
  [5, 0, "-100.0 %"],
  [32, 9_000_000, "> +999 %"],
])("from %d to %d bytes is %s", (was, now, text) => {
  expect(formatGrowth(was, now)).toBe(text);
});

it("counts", () => {
  expect(count(0, "file")).toBe("0 files");
  expect(count(1, "entry", "entries")).toBe("1 entry");
  expect(count(2, "entry", "entries")).toBe("2 entries");
});
