import { expect, it } from "vitest";
import { timeOfTstInfo } from "../../src/formats/time-stamp.ts";

/** version, policy, imprint and serial number, as short as they can be. */
const BEFORE = "0201010600300002 0101".replace(" ", "");

function tstInfo(time: string, tag = "18"): Buffer {
  const value = Buffer.from(time).toString("hex");
  const field = `${tag}${(value.length / 2).toString(16).padStart(2, "0")}${value}`;
  const fields = `${BEFORE}${field}`;
  return Buffer.from(`30${(fields.length / 2).toString(16).padStart(2, "0")}${fields}`, "hex");
}

it.each([
  ["20260102030405Z", "2026-01-02T03:04:05.000Z"],
  ["20260102030405.5Z", "2026-01-02T03:04:05.500Z"],
  ["20260102030405.05Z", "2026-01-02T03:04:05.050Z"],
  ["20260102030405.123Z", "2026-01-02T03:04:05.123Z"],
  ["20260102030405.123456Z", "2026-01-02T03:04:05.123Z"],
])("reads %s", (text, expected) => {
  expect(new Date(timeOfTstInfo(tstInfo(text)) ?? Number.NaN).toISOString()).toBe(expected);
});

it.each([
  "20260102030405.Z",
  "20260102030405.50Z",
  "20260102030405",
  "202601020304Z",
  "20261302030405Z",
  "x",
  "",
])("refuses %s", (text) => {
  expect(timeOfTstInfo(tstInfo(text))).toBeUndefined();
});

it("refuses other fields and cut bytes", () => {
  const whole = tstInfo("20260102030405Z");
  expect(timeOfTstInfo(tstInfo("260102030405Z", "17"))).toBeUndefined();
  for (let length = 0; length < whole.length; length += 1)
    expect(timeOfTstInfo(whole.subarray(0, length)), `${length} bytes`).toBeUndefined();
});
