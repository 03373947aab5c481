import "../support/sweeps/ed25519-memory.ts";
import { beforeAll, describe, expect, it } from "vitest";
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
  release = await sweepRelease();
});

const FILES = ["release.dsse.json", "provenance.dsse.json", /^checksums\..*\.sig$/] as const;

describe.each(FILES)("the signature file %s", (pattern) => {
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
    expect(result.slowestMs).toBeLessThan(SLOWEST_CASE_MS);
  });
});

function namesLike(pattern: string | RegExp): readonly string[] {
  return [...release.signatures.keys()].filter((name) =>
    typeof pattern === "string" ? name === pattern : pattern.test(name),
  );
}

function* sets(
  pattern: string | RegExp,
  damages: (bytes: Uint8Array) => Iterable<Damage>,
): Iterable<SweepItem> {
  for (const name of namesLike(pattern)) {
    for (const { title, bytes } of damages(release.signatures.get(name) ?? new Uint8Array())) {
      const signatures = new Map(release.signatures).set(name, bytes);
      yield {
        title: `${name} ${title}`,
        judge: () => judgeCase(release, { signatures }),
        objection: notPass,
      };
    }
  }
}

/** Every set that has lost a file, has one twice, or has two of them exchanged: the verdict, and what was found. */
const OTHER_KEY = "0123456789abcdef";

describe("a set with files dropped, doubled or exchanged", () => {
  it("passes only without a stock copy, or with one that names no key of the root", async () => {
    const passed = shuffledSets().flatMap(([title, signatures]) => {
      const { verdict } = judgeCase(release, { signatures });
      return verdict.word === "PASS" ? [title] : [];
    });
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

  it("says of every other set what is wrong with it, without an exception", () => {
    const wrong = shuffledSets().flatMap(([title, signatures]) => {
      const { verdict, run } = judgeCase(release, { signatures });
      const isNamed = verdict.word === "PASS" || run.findings.some(({ severity }) => severity === "error");
      return isNamed ? [] : [`${title}: ${verdict.word}`];
    });
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
