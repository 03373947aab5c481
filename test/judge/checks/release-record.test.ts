import { expect, it } from "vitest";
import { writeReleaseStatement } from "../../../src/formats/release-statement.ts";
import { releaseChecks } from "../../../src/judge/checks/release.ts";
import { judgeSignatures } from "../../../src/judge/judge-signatures.ts";
import { problemsById } from "../../../src/judge/problems.ts";
import { runChecks } from "../../../src/judge/run-checks.ts";
import { parsed } from "../../../src/model/parsed.ts";
import { IN_TOTO_PAYLOAD_TYPE, type ReleasePredicate } from "../../../src/model/release-statement.ts";
import type { TrustRoot } from "../../../src/model/trust-root.ts";
import { streamName, type RecordedRelease, type RollbackRecord } from "../../../src/model/trust-state.ts";
import { testPolicy } from "../../support/policy.ts";
import { testStatement } from "../../support/statement.ts";
import { testEnvelope, testTrustRoot } from "../../support/trust.ts";

interface Case {
  readonly predicate?: Partial<ReleasePredicate>;
  readonly root?: (root: TrustRoot) => TrustRoot;
  readonly record: RollbackRecord;
}

/** Release 5 of a line, judged on a machine that remembers something. */
function judge({ predicate, root, record }: Case): readonly string[] {
  const payload = writeReleaseStatement(testStatement(predicate));
  const envelope = parsed("release.dsse.json", testEnvelope(payload, IN_TOTO_PAYLOAD_TYPE, ["release-ada"]));
  const subject = { kind: "directory", name: "go-runtime-v0.1.0", zip: null } as const;
  const stage = judgeSignatures(testPolicy(), testTrustRoot(root), subject, envelope, record);
  return runChecks(releaseChecks, stage, problemsById).findings.map(({ id }) => id);
}

const floor = (root: TrustRoot, change: object): TrustRoot => ({
  ...root,
  roles: { ...root.roles, release: root.roles.release.map((role) => ({ ...role, ...change })) },
});

/** A machine that accepted the release before the one of `judge({})`. */
function accepted(change: Partial<RecordedRelease> = {}, channel = "stable", line = "main"): RollbackRecord {
  const known = { counterEpoch: 0, counter: 4, version: "0.0.9", manifestSha256: "4".repeat(64), ...change };
  const product = "cavra-runtime";
  const streams = new Map([[streamName({ product, package: "go-runtime", line, channel }), known]]);
  const state = { product, rootVersion: 1, rootSha256: "0".repeat(64), latestTime: 0, streams };
  return { kind: "kept", at: "state", state };
}

it.each<[string, Case]>([
  ["release.older-than-recorded", { record: accepted({ counter: 6 }) }],
  ["release.older-than-recorded", { record: accepted({ version: "0.1.1" }) }],
  ["release.equivocation", { record: accepted({ counter: 5 }) }],
  ["release.equivocation", { record: accepted({ counter: 5 }, "rc") }],
  ["release.counter-jump", { predicate: { releaseCounter: 1005 }, record: accepted() }],
  ["release.lineage-broken", { record: accepted({ manifestSha256: "5".repeat(64) }) }],
  ["release.lineage-broken", { record: accepted({ manifestSha256: "5".repeat(64) }, "rc") }],
  [
    "release.counter-jump",
    {
      predicate: { releaseCounter: 1011 },
      root: (root) => floor(root, { counterEpoch: 1, minimumCounter: 10 }),
      record: accepted({ counter: 900_000 }),
    },
  ],
  [
    "release.below-minimum",
    {
      root: (root) => floor(root, { counterEpoch: 1, minimumCounter: 6 }),
      record: accepted({ counter: 900_000 }),
    },
  ],
])("%s is found, and nothing else", (id, given) => {
  expect(judge(given)).toEqual([id]);
});

it("passes after what was accepted before: the same again, the next one, the last step, a new epoch", () => {
  const cases: readonly Case[] = [
    { record: accepted() },
    { record: accepted({ counter: 5, manifestSha256: "3".repeat(64) }) },
    { record: accepted({ counter: 6, version: "9.9.9" }, "rc") },
    { record: accepted({ counter: 9 }, "stable", "other") },
    { predicate: { releaseCounter: 1004 }, record: accepted() },
    {
      predicate: { releaseCounter: 1010 },
      root: (root) => floor(root, { counterEpoch: 1, minimumCounter: 10 }),
      record: accepted({ counter: 900_000, version: "9.9.9" }),
    },
  ];
  for (const given of cases) expect(judge(given)).toEqual([]);
});
