import "../support/sweeps/ed25519-memory.ts";
import { beforeAll, describe, expect, it } from "vitest";
import type { Judgement } from "../../src/judge/judge-release.ts";
import { cuts, damaged, oneBit, type Damage } from "../support/sweeps/damage.ts";
import { runSweep, SLOWEST_CASE_MS, type SweepItem } from "../support/sweeps/run-sweep.ts";
import { judgeCase, sweepRelease, type SweepRelease } from "../support/sweeps/sweep-release.ts";

/** Nine tenths of it are documents, and a third of those are digests, which no compressor makes smaller. */
const MAX_ZIP_BYTES = 16 * 1024;

let release: SweepRelease;
beforeAll(async () => {
  release = await sweepRelease();
});

/** The digests decide before a byte is unpacked: nothing else is said of the zip, whatever was damaged. */
function notTheSignedZip({ verdict, run, container }: Judgement): string | undefined {
  const others = run.findings.filter(({ id }) => id !== "release.subject-differs");
  const isRight = verdict.word === "FAIL" && others.length === 0 && container === undefined;
  return isRight ? undefined : `${verdict.word} ${others.map(({ id }) => id).join(", ")}`;
}

function* zips(damages: Iterable<Damage>): Iterable<SweepItem> {
  for (const { title, bytes } of damages) {
    yield { title, judge: () => judgeCase(release, { zip: bytes }), objection: notTheSignedZip };
  }
}

describe("a signed zip with any byte changed", () => {
  it("passes as it was made, and is small", async () => {
    expect((await judgeCase(release)).verdict.word).toBe("PASS");
    expect(release.zip.byteLength).toBeLessThan(MAX_ZIP_BYTES);
  });

  it("never passes with a byte changed", async () => {
    const result = await runSweep(zips(damaged(release.zip, oneBit)));
    expect(result.cases).toBeGreaterThan(2 * release.zip.byteLength);
    expect(result.wrong).toEqual([]);
    expect(result.slowestMs).toBeLessThan(SLOWEST_CASE_MS);
  });

  it("never passes cut short at either end", async () => {
    const result = await runSweep(zips(cuts(release.zip)));
    expect(result.cases).toBe(2 * release.zip.byteLength - 1);
    expect(result.wrong).toEqual([]);
    expect(result.slowestMs).toBeLessThan(SLOWEST_CASE_MS);
  });
});
