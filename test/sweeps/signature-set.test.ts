import "../support/sweeps/ed25519-memory.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { parseEnvelope } from "../../src/formats/dsse.ts";
import type { Judgement } from "../../src/judge/judge-release.ts";
import { cuts, damaged, oneBit, type Damage } from "../support/sweeps/damage.ts";
import { notPass, runSweep, SLOWEST_CASE_MS, type SweepItem } from "../support/sweeps/run-sweep.ts";
import {
  judgeCase,
  sweepRelease,
  type SignatureFiles,
  type SweepRelease,
} from "../support/sweeps/sweep-release.ts";

let release: SweepRelease;
beforeAll(async () => {
  release = await sweepRelease("store");
});

describe.each(["release.dsse.json", /^checksums\..*\.sig$/])("the signature file %s", (pattern) => {
  it("never passes with a byte changed", async () => {
    const result = await runSweep(sets(pattern, (bytes) => damaged(bytes, oneBit)));
    expect(result.cases).toBeGreaterThan(100);
    expect(result.wrong).toEqual([]);
    expect(result.slowestMs).toBeLessThan(SLOWEST_CASE_MS);
  });

  it("never passes cut short at either end", async () => {
    const result = await runSweep(sets(pattern, cuts));
    expect(result.cases).toBeGreaterThan(100);
    expect(result.wrong).toEqual([]);
  });
});

describe("the signature file provenance.dsse.json", () => {
  it("passes with a byte changed only where one of its two signers becomes an unknown one", async () => {
    const keyIds = keyIdOffsets(PROVENANCE);
    const all = (bytes: Uint8Array): Iterable<Damage> =>
      damaged(bytes, (byte, at) => oneBit(byte, at).filter(() => !keyIds.has(at)));
    const result = await runSweep(sets(PROVENANCE, (bytes) => worthJudging(all(bytes))));
    expect(result.cases).toBeGreaterThan(1000);
    expect(result.wrong).toEqual([]);
    expect(result.slowestMs).toBeLessThan(SLOWEST_CASE_MS);
    expect(keyIds.size).toBe(2 * 64);
  });

  it("counts no signature whose key id was changed", async () => {
    const keyIds = keyIdOffsets(PROVENANCE);
    const changes = (bytes: Uint8Array): Iterable<Damage> =>
      damaged(bytes, (byte, at) => (keyIds.has(at) ? [byte ^ 1] : []));
    const result = await runSweep(sets(PROVENANCE, changes, signedByOneAtMost));
    expect(result.cases).toBe(keyIds.size);
    expect(result.wrong).toEqual([]);
  });

  it("is no envelope when it is cut short at either end", async () => {
    const bytes = release.signatures.get(PROVENANCE) ?? new Uint8Array();
    const read = [...cuts(bytes)].filter((cut) => parseEnvelope(PROVENANCE, cut.bytes).ok);
    expect(read).toEqual([]);
    const cut = new Map(release.signatures).set(PROVENANCE, bytes.subarray(1));
    expect((await judgeCase(release, { signatures: cut })).run.findings.map(({ id }) => id)).toEqual([
      "provenance.envelope-malformed",
    ]);
  });
});

const PROVENANCE = "provenance.dsse.json";

/** What is no envelope is none, whatever its bytes: of those, every 16th goes through the whole verification. */
function* worthJudging(damages: Iterable<Damage>): Iterable<Damage> {
  let malformed = 0;
  for (const damage of damages) {
    if (parseEnvelope(PROVENANCE, damage.bytes).ok || malformed++ % 16 === 0) yield damage;
  }
}

/** Where the two key ids of an envelope stand. */
function keyIdOffsets(name: string): ReadonlySet<number> {
  const text = Buffer.from(release.signatures.get(name) ?? []).toString("latin1");
  const starts = [...text.matchAll(/"keyid":"[0-9a-f]{64}"/g)].map(({ index }) => index + '"keyid":"'.length);
  return new Set(starts.flatMap((start) => Array.from({ length: 64 }, (_, place) => start + place)));
}

/** The other signer alone meets the threshold of a builder, which is 1 (trust-spec section 4): unknown key ids are not counted. */
function signedByOneAtMost({ verdict, provenance }: Judgement): string | undefined {
  const result = provenance?.builder?.result;
  if (verdict.word !== "PASS") return undefined;
  return result?.signers.length === 1 && result.unknown.length === 1 ? undefined : "two signers";
}

function namesLike(pattern: string | RegExp): readonly string[] {
  return [...release.signatures.keys()].filter((name) =>
    typeof pattern === "string" ? name === pattern : pattern.test(name),
  );
}

function* sets(
  pattern: string | RegExp,
  damages: (bytes: Uint8Array) => Iterable<Damage>,
  objection: SweepItem["objection"] = notPass,
): Iterable<SweepItem> {
  for (const name of namesLike(pattern)) {
    for (const { title, bytes } of damages(release.signatures.get(name) ?? new Uint8Array())) {
      const signatures = new Map(release.signatures).set(name, bytes);
      yield { title: `${name} ${title}`, judge: () => judgeCase(release, { signatures }), objection };
    }
  }
}

/** Every set that has lost a file, has one twice, or has two of them exchanged: the verdict, and what was found. */
const OTHER_KEY = "0123456789abcdef";

describe("a set with files dropped, doubled or exchanged", () => {
  it("passes only without a stock copy, or with one that names no key of the root", async () => {
    const passed: string[] = [];
    for (const [title, signatures] of shuffledSets()) {
      const { verdict } = await judgeCase(release, { signatures });
      if (verdict.word === "PASS") passed.push(title);
    }
    const copies = namesLike(/\.sig$/);
    expect(copies).toHaveLength(2);
    expect(passed.toSorted()).toEqual(
      [
        ...copies.map((name) => `drop ${name}`),
        // A second file of another name changes nothing: copies never count, and envelopes have fixed names.
        ...[...release.signatures.keys()].map((name) => `double ${name}`),
        // Two raw copies under each other's name would say that the wrong key signed.
      ].toSorted(),
    );
  });

  it("says of every other set what is wrong with it, without an exception", async () => {
    const wrong: string[] = [];
    for (const [title, signatures] of shuffledSets()) {
      const { verdict, run } = await judgeCase(release, { signatures });
      const isNamed = verdict.word === "PASS" || run.findings.some(({ severity }) => severity === "error");
      if (!isNamed) wrong.push(`${title}: ${verdict.word}`);
    }
    expect(wrong).toEqual([]);
  });
});

function shuffledSets(): readonly (readonly [string, SignatureFiles])[] {
  const all = [...release.signatures];
  const names = all.map(([name]) => name);
  return [
    ["drop all", new Map()],
    ...names.map((name) => [`drop ${name}`, new Map(all.filter(([other]) => other !== name))] as const),
    ...names.map((name) => [`keep only ${name}`, new Map(all.filter(([other]) => other === name))] as const),
    ...all.map(
      ([name, bytes]) =>
        [`double ${name}`, new Map([...all, [`checksums.${OTHER_KEY}.sig`, bytes] as const])] as const,
    ),
    ...all.flatMap(([name, bytes]) =>
      names
        .filter((other) => other !== name)
        .map((other) => [`${name} also as ${other}`, new Map(all).set(other, bytes)] as const),
    ),
  ];
}
