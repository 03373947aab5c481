import "../support/sweeps/ed25519-by-node.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/formats/canonical-json.ts";
import { parseEnvelope, writeEnvelope } from "../../src/formats/dsse.ts";
import type { JsonValue } from "../../src/formats/json.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import { falseValues } from "../support/sweeps/false-values.ts";
import { judgeCase, sweepRelease, type SweepRelease } from "../support/sweeps/sweep-release.ts";
import { testEnvelope } from "../support/trust.ts";

const STATEMENT = "release.dsse.json";

let release: SweepRelease;
let payload: Uint8Array;
beforeAll(async () => {
  release = await sweepRelease();
  const envelope = parseEnvelope(STATEMENT, release.signatures.get(STATEMENT) ?? new Uint8Array());
  if (!envelope.ok) throw new Error(envelope.reason);
  payload = envelope.value.payload;
});

/** Verdict and findings when both holders signed this statement over the release as it is. */
async function judged(statement: Uint8Array): Promise<string> {
  const envelope = testEnvelope(statement, IN_TOTO_PAYLOAD_TYPE, ["release-ada", "release-bo"]);
  const signatures = new Map(release.signatures).set(STATEMENT, writeEnvelope(envelope));
  const { verdict, run } = await judgeCase(release, { signatures });
  return [verdict.word, ...new Set(run.findings.map(({ id }) => id))].join(" ");
}

describe("a release statement that both holders signed without looking", () => {
  it("passes with nothing in it changed", async () => {
    const statement = JSON.parse(Buffer.from(payload).toString()) as JsonValue;
    const outcomes: (readonly [string, string])[] = [];
    for (const { place, how, value } of falseValues(statement))
      outcomes.push([`${place} ${how}`, await judged(canonicalJson(value))]);
    expect(await judged(payload)).toBe("PASS");
    expect(outcomes.length).toBeGreaterThan(40);
    const unnoticed = outcomes.filter(([, outcome]) => !outcome.startsWith("FAIL "));
    // The root that a verifier has must be as new as the one that the signers saw (trust-spec, section 6).
    expect(unnoticed).toEqual([["predicate.rootVersion plus 1", "UNKNOWN release.root-behind"]]);
  });
});
