import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inCandidate, judged, manifestOf, type Upgrade, upgradeFrom } from "../support/upgrade-pair.ts";
import { withManifest } from "../support/alter-release.ts";
import { LEGITIMATE_CHANGES } from "./cases/legitimate.ts";

/** Steps with the largest change that they may make. */
const STEPS = {
  patch: [
    ["1.2.3", "1.2.4"],
    ["0.4.1", "0.4.2"],
    ["1.2.9", "1.2.10"],
    ["1.2.3", "1.2.4-dev.20260101120000"],
    ["1.2.4-dev.1", "1.2.4"],
    ["1.2.3+a", "1.2.4+a"],
  ],
  minor: [
    ["1.2.3", "1.3.0"],
    ["1.9.0", "1.10.0-rc.1"],
    ["1.3.0-rc.9", "1.3.0-rc.10"],
    ["1.3.0-rc.2", "1.3.0"],
    ["1.3.0-dev.7", "1.3.0-rc.1"],
  ],
  major: [
    ["1.2.3", "2.0.0"],
    ["0.4.1", "0.5.0"],
    ["0.9.0", "1.0.0"],
    ["2.0.0-rc.1", "2.0.0-rc.2"],
    ["9.0.0", "10.0.0-rc.1"],
  ],
} as const;
const SIZES = ["patch", "minor", "major"] as const;

const alarms = (upgrade: Upgrade): readonly string[] =>
  judged(upgrade)
    .findings.filter(({ severity }) => severity !== "note")
    .map(({ id, at, expected, actual }) => `${id} at ${at}: ${expected ?? ""} -> ${actual ?? ""}`);

const allowedIn = (size: (typeof SIZES)[number]) =>
  LEGITIMATE_CHANGES.filter(({ needs }) => SIZES.indexOf(needs) <= SIZES.indexOf(size));

describe("no alarm over a sound upgrade", () => {
  describe.each(SIZES)("of size %s", (size) => {
    it.each(allowedIn(size))("$name", ({ apply }) => {
      for (const [from, to] of STEPS[size]) expect(alarms(apply(upgradeFrom(from, to)))).toEqual([]);
    });

    it("whatever is combined with it", () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...STEPS[size]),
          fc.subarray(allowedIn(size)),
          fc.integer({ min: 0, max: 100_000_000 }),
          ([from, to], changes, laterSeconds) => {
            const upgrade = inCandidate(upgradeFrom(from, to), (stage) =>
              withManifest(stage, { sourceDateEpoch: manifestOf(stage).sourceDateEpoch + laterSeconds }),
            );
            expect(alarms(changes.reduce((sum, { apply }) => apply(sum), upgrade))).toEqual([]);
          },
        ),
        { numRuns: 60, seed: 20_261_121 },
      );
    });
  });

  it("over a promotion of the same source", () => {
    for (const [from, to] of [
      ["1.3.0-rc.2", "1.3.0"],
      ["1.3.0-dev.4", "1.3.0-rc.1"],
    ] as const) {
      const upgrade = upgradeFrom(from, to);
      const { source, sourceDateEpoch } = manifestOf(upgrade.previous.stage);
      const promoted = inCandidate(upgrade, (stage) =>
        withManifest(stage, { source: { ...source, ref: `refs/tags/v${to}` }, sourceDateEpoch }),
      );
      expect(alarms(promoted)).toEqual([]);
    }
  });
});
