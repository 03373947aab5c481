import { expect, it } from "vitest";
import { formatUtcTime } from "../../src/formats/utc-time.ts";

it("writes times as UTC, and what no calendar holds as a number", () => {
  expect(formatUtcTime(0)).toBe("1970-01-01T00:00:00Z");
  expect(formatUtcTime(Number.MAX_SAFE_INTEGER)).toBe("9007199254740991 s");
  expect(formatUtcTime(Number.NaN)).toBe("NaN s");
});
