import "../support/sweeps/ed25519-memory.ts";
import { inspect } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { loadTrustRoot } from "../../src/crypto/trust-root.ts";
import { trustProblems } from "../../src/judge/checks/trust-problems.ts";
import type { Judgement } from "../../src/judge/judge-release.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { DEFAULT_REQUIRED, type Policy } from "../../src/model/policy.ts";
import { testPolicy } from "../support/policy.ts";
import { TEST_DATABASE } from "../support/vulnerabilities.ts";
import { SMALL_TRUST_ROOT, smallTrustRoot } from "../support/small-release.ts";
import { cuts, damaged, oneBit, type Damage } from "../support/sweeps/damage.ts";
import { runSweep, SLOWEST_CASE_MS, type SweepItem } from "../support/sweeps/run-sweep.ts";
import { judgeCase, sweepRelease, type SweepRelease } from "../support/sweeps/sweep-release.ts";
import { TEST_NOW } from "../support/trust.ts";

let release: SweepRelease;
beforeAll(async () => {
  release = await sweepRelease();
});

describe("a trust root that is not as it was signed", () => {
  it("is UNKNOWN with any byte changed, and the release is not opened", async () => {
    const result = await runSweep(roots(damaged(smallTrustRoot(), oneBit)));
    expect(result.cases).toBeGreaterThan(2 * smallTrustRoot().byteLength);
    expect(result.wrong).toEqual([]);
    expect(result.slowestMs).toBeLessThan(SLOWEST_CASE_MS);
  });

  it("is UNKNOWN cut short at either end", async () => {
    const result = await runSweep(roots(cuts(smallTrustRoot())));
    expect(result.cases).toBe(2 * smallTrustRoot().byteLength - 1);
    expect(result.wrong).toEqual([]);
  });
});

function* roots(damages: Iterable<Damage>): Iterable<SweepItem> {
  for (const { title, bytes } of damages) {
    const judge = async (): Promise<Judgement> =>
      await judgeCase(release, { trust: loadTrustRoot(SMALL_TRUST_ROOT, bytes, TEST_NOW) });
    yield { title, judge, objection: decidedNothing };
  }
}

/** A signed root that is damaged can also be badly signed, and one that makes no sense says in what. */
const UNUSABLE: ReadonlySet<string> = new Set(
  trustProblems.flatMap(({ id, severity }) => (severity === "unknown" ? [id] : [])),
);

function decidedNothing({ verdict, container, run }: Judgement): string | undefined {
  const isRefused = run.findings.every(({ id }) => UNUSABLE.has(id)) && run.findings.length > 0;
  return verdict.word === "UNKNOWN" && isRefused && container === undefined ? undefined : verdict.word;
}

const OTHER_VALUES: { readonly [F in keyof Required<Policy>]: readonly unknown[] } = {
  now: [undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1, 4e9, null, "now"],
  timeSource: ["clock"],
  line: ["", "other", null],
  channel: ["", "rc", "dev", null],
  expectStream: [false],
  allowTestTrust: [false],
  allowUnsigned: [true],
  allowMissingProvenance: [true],
  allowMissingBootstrap: [true],
  diagnose: [true],
  mayHaveExpired: [true],
  limits: [
    null,
    {},
    { ...DEFAULT_LIMITS, entryBytes: DEFAULT_LIMITS.entryBytes - 1 },
    { ...DEFAULT_LIMITS, documentBytes: Number.NaN },
    { ...DEFAULT_LIMITS, expansion: Number.POSITIVE_INFINITY },
    { ...DEFAULT_LIMITS, unheardOf: 1 },
  ],
  minimumVersion: ["0.2.0", "", "not a version", null],
  previous: [
    { version: "0.2.0", releaseCounter: 1, manifestSha256: "0".repeat(64) },
    { version: "0.0.1", releaseCounter: 0, manifestSha256: "0".repeat(64) },
    { version: "0.0.1", releaseCounter: 9, manifestSha256: "0".repeat(64) },
    { version: "0.0.1", releaseCounter: Number.NaN, manifestSha256: "0".repeat(64) },
    null,
  ],
  vulnerabilities: [
    null,
    {},
    { database: null, maxAgeDays: 30 },
    { database: TEST_DATABASE, maxAgeDays: Number.NaN },
    { database: TEST_DATABASE, maxAgeDays: -1 },
    { database: { ...TEST_DATABASE, updatedEpochSeconds: null }, maxAgeDays: 30 },
    { database: { ...TEST_DATABASE, vulnerabilities: [] }, maxAgeDays: 30 },
  ],
  require: [[], null, "files.digests", [...DEFAULT_REQUIRED, "no.such-check"]],
};

/** Changes of a policy that ask no more and no less of this release, which nothing speaks against. */
const HARMLESS: ReadonlySet<string> = new Set([
  "timeSource = clock",
  "expectStream = false",
  "mayHaveExpired = true",
  "minimumVersion removed",
  "previous removed",
  "vulnerabilities removed",
]);

describe("a policy with a field removed or changed", () => {
  it("passes only what nothing speaks against", async () => {
    const result = await runSweep(
      policies().map(([title, policy]) => ({
        title,
        judge: () => judgeCase(release, { policy }),
        objection: ({ verdict }) =>
          (verdict.word === "PASS") === HARMLESS.has(title) ? undefined : verdict.word,
      })),
    );
    expect(result.wrong).toEqual([]);
    expect(result.cases).toBeGreaterThan(HARMLESS.size);
  });

  it.each(DEFAULT_REQUIRED)("is UNKNOWN when %s is not required any more", async (id) => {
    const require = DEFAULT_REQUIRED.filter((other) => other !== id);
    const { verdict } = await judgeCase(release, { policy: testPolicy({ require }) });
    expect(verdict).toMatchObject({ word: "UNKNOWN", reason: `the requirement ${id} was removed` });
  });

  it.each(DEFAULT_REQUIRED)("is UNKNOWN when %s is misspelt", async (id) => {
    const require = DEFAULT_REQUIRED.map((other) => (other === id ? `${id}x` : other));
    expect((await judgeCase(release, { policy: testPolicy({ require }) })).verdict.word).toBe("UNKNOWN");
  });
});

it("is UNKNOWN with a field that no policy has", async () => {
  const policy = { ...testPolicy(), allowEverything: true };
  expect((await judgeCase(release, { policy })).verdict).toMatchObject({
    word: "UNKNOWN",
    reason: "the policy of this verification is malformed: allowEverything",
  });
});

function policies(): readonly (readonly [string, Policy])[] {
  const policy = testPolicy();
  return (Object.keys(OTHER_VALUES) as (keyof Policy)[]).flatMap((field) => {
    const { [field]: _removed, ...rest } = policy;
    return [
      [`${field} removed`, rest as Policy] as const,
      ...OTHER_VALUES[field].map(
        (value) =>
          [
            `${field} = ${inspect(value, { compact: true, breakLength: Infinity }).replaceAll("'", "")}`,
            { ...policy, [field]: value },
          ] as const,
      ),
    ];
  });
}
