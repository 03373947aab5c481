import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffVulnerabilities } from "../../src/compare/vulnerabilities-diff.ts";
import { testMatch } from "../support/vulnerabilities.ts";

const match = fc
  .record({
    id: fc.constantFrom("GO-1", "GO-2", "GO-3"),
    binary: fc.constantFrom("bin/a", "bin/b"),
    reach: fc.constantFrom("symbol", "package", "absent", "unknown"),
    isVersionKnown: fc.boolean(),
  })
  .map((change) => testMatch(change));
const matches = fc.array(match, { maxLength: 6 });

describe("the vulnerabilities of two releases", () => {
  it("are no difference between a release and itself", () => {
    fc.assert(
      fc.property(matches, (same) => {
        expect(diffVulnerabilities(same, same)).toEqual({ introduced: [], fixed: [] });
      }),
    );
  });

  it("name each record once, as introduced or fixed and never as both", () => {
    fc.assert(
      fc.property(matches, matches, (was, now) => {
        const diff = diffVulnerabilities(was, now);
        const ids = [...diff.introduced.map((change) => change.now.id), ...diff.fixed.map(({ id }) => id)];
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it("never blame a release for having fewer of them", () => {
    fc.assert(
      fc.property(matches, matches, (kept, gone) => {
        expect(diffVulnerabilities([...kept, ...gone], kept).introduced).toEqual([]);
        expect(diffVulnerabilities(kept, [...kept, ...gone]).fixed).toEqual([]);
      }),
    );
  });

  it("name the program that comes closest, and what was known before", () => {
    const [near, close] = [testMatch({ reach: "package", binary: "bin/a" }), testMatch({ binary: "bin/b" })];
    expect(diffVulnerabilities([near], [near, close]).introduced).toEqual([{ was: near, now: close }]);
    expect(diffVulnerabilities([], [near, close]).introduced).toEqual([{ was: undefined, now: close }]);
    expect(diffVulnerabilities([near, close], []).fixed).toEqual([close]);
  });
});
