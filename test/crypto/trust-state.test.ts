import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTrustState, writeTrustState } from "../../src/crypto/trust-state.ts";
import { packagedJson } from "../../src/formats/canonical-json.ts";
import type { TrustState } from "../../src/model/trust-state.ts";
import { mutationsOf } from "../support/sweep.ts";
import { TEST_NOW } from "../support/trust.ts";

const STATE: TrustState = {
  product: "probe",
  rootVersion: 3,
  rootSha256: "a".repeat(64),
  latestTime: TEST_NOW,
  streams: new Map([
    [
      "probe/pkg/main/stable",
      { counterEpoch: 0, counter: 7, version: "1.2.3", manifestSha256: "b".repeat(64) },
    ],
  ]),
};
const bytes = writeTrustState(STATE);

function accepts(changed: Uint8Array): boolean {
  return parseTrustState("state", changed, "probe").ok;
}

describe("the record of releases", () => {
  it("is read as it was written, and only for its own product", () => {
    expect(parseTrustState("state", bytes, "probe")).toEqual({ ok: true, at: "state", value: STATE });
    expect(parseTrustState("state", bytes, "other")).toMatchObject({ ok: false });
  });

  it("shows every flipped bit, every cut and every mutation", () => {
    const flips = [...bytes.keys()].flatMap((at) => {
      const bits = [0, 1, 2, 3, 4, 5, 6, 7];
      return bits.filter((bit) => accepts(bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit)))).map(() => at);
    });
    expect(flips).toEqual([]);
    expect([...bytes.keys()].filter((length) => accepts(bytes.subarray(0, length)))).toEqual([]);
    const mutations = mutationsOf(bytes, { encode: packagedJson });
    expect(mutations.length).toBeGreaterThan(30);
    expect(mutations.filter((one) => accepts(one.bytes)).map(({ title }) => title)).toEqual([]);
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => !accepts(noise)));
  });
});
