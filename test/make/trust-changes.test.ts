import { describe, expect, it } from "vitest";
import { setMinimum, type Minimum } from "../../src/make/trust-changes.ts";
import type { ReleaseRole, TrustRoot } from "../../src/model/trust-root.ts";
import { rootChanges } from "../../src/report/root-changes.ts";
import { testTrustRoot } from "../support/trust.ts";

const EVERY = { line: undefined, channel: undefined };
const NOTHING: Minimum = { version: undefined, counter: undefined, newEpoch: false };

function floors(root: TrustRoot): readonly Partial<ReleaseRole>[] {
  return root.roles.release.map(({ channel, minimumVersion, minimumCounter, counterEpoch }) => {
    return { channel, minimumVersion, minimumCounter, counterEpoch };
  });
}

describe("setMinimum", () => {
  const root = testTrustRoot();
  const stable = { line: "main", channel: "stable" };
  const raised = setMinimum(root, { version: "1.4.0", counter: 9, newEpoch: false }, stable);

  it("raises the floors of the streams that are meant", () => {
    expect(floors(raised)).toEqual([
      { channel: "stable", minimumVersion: "1.4.0", minimumCounter: 9, counterEpoch: 0 },
      { channel: "rc", minimumVersion: "0.0.0-0", minimumCounter: 1, counterEpoch: 0 },
    ]);
    const both = setMinimum(root, { ...NOTHING, counter: 3 }, EVERY);
    expect(floors(both).map(({ minimumCounter }) => minimumCounter)).toEqual([3, 3]);
  });

  it("lowers none, by version or by counter", () => {
    for (const lower of [
      { ...NOTHING, version: "1.4.0-rc.1" },
      { ...NOTHING, counter: 8 },
    ])
      expect(() => setMinimum(raised, lower, stable)).toThrow("the floor of main/stable only rises");
    expect(() => setMinimum(raised, { ...NOTHING, version: "v1.5" }, stable)).toThrow("no strict SemVer");
    expect(() =>
      setMinimum(raised, { ...NOTHING, counter: 10 }, { line: "lts", channel: undefined }),
    ).toThrow("no release stream");
  });

  it("begins an epoch above the floor, and says so to whoever signs", () => {
    const epoch = setMinimum(raised, { ...NOTHING, counter: 10, newEpoch: true }, stable);
    expect(floors(epoch)[0]).toMatchObject({ minimumCounter: 10, counterEpoch: 1 });
    expect(() => setMinimum(raised, { ...NOTHING, counter: 9, newEpoch: true }, stable)).toThrow(
      "only rises",
    );
    expect(rootChanges(root, { ...epoch, version: 2 })).toEqual([
      "release main/stable: oldest version: 0.0.0-0 becomes 1.4.0",
      "release main/stable: lowest counter: 1 becomes 10",
      "release main/stable: counter epoch: 0 becomes 1",
    ]);
  });
});
