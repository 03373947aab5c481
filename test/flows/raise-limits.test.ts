import { describe, expect, it } from "vitest";
import { raisedLimits } from "../../src/flows/raise-limits.ts";
import { Failure } from "../../src/model/failure.ts";
import { DEFAULT_LIMITS, FIXED_LIMITS, RAISABLE_LIMITS } from "../../src/model/limits.ts";

function failureOf(...texts: readonly string[]): string {
  try {
    raisedLimits(texts);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    expect(error.code).toBe("usage");
    return `${error.message} ${error.details.expected ?? ""} ${error.details.hint ?? ""}`;
  }
  throw new Error(`${texts.join(" ")} was accepted`);
}

describe("--raise-limit", () => {
  it("raises what it names, in bytes or with a unit, and nothing else", () => {
    expect(raisedLimits([])).toEqual(DEFAULT_LIMITS);
    expect(raisedLimits(["entry-size=1536MiB", "expansion=1000"])).toEqual({
      ...DEFAULT_LIMITS,
      entryBytes: 1536 * 1024 * 1024,
      expansion: 1000,
    });
    expect(raisedLimits(["document-size=16777217"]).documentBytes).toBe(16_777_217);
  });

  it.each(RAISABLE_LIMITS)("keeps $name above its default and within what cavra can hold", (limit) => {
    const { name, member, most } = limit;
    const least = DEFAULT_LIMITS[member];
    expect(raisedLimits([`${name}=${most}`])[member]).toBe(most);
    for (const value of [least, least - 1, 1, most + 1]) {
      expect(failureOf(`${name}=${value}`)).toContain(`more than ${least} and at most ${most}`);
    }
  });

  it.each([..."x,-1,0,1.5,1e99,0x7fffffff, 2GiB,2GB,2gib,999999999999999GiB".split(","), ""])(
    "refuses the value %j",
    (value) => {
      expect(failureOf(`entry-size=${value}`)).toContain("is not a value above the default");
    },
  );

  it("takes no unit of size for a factor", () => {
    expect(failureOf("expansion=1KiB")).toContain("a whole number");
  });

  it.each([...FIXED_LIMITS])("says that %s is fixed at %i", (name, value) => {
    expect(failureOf(`${name}=${value + 1}`)).toContain(`${name} is ${value} in the format itself`);
  });

  it("refuses names that are unknown or given twice", () => {
    expect(failureOf("entrysize=2GiB")).toContain('did you mean "entry-size"?');
    expect(failureOf("__proto__=2GiB")).toContain("unknown limit");
    expect(failureOf("entry-size")).toContain("is not a value");
    expect(failureOf("entry-size=2000MiB", "entry-size=2001MiB")).toContain("twice");
  });
});
