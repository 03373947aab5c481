import { inflateRawSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { Judgement } from "../../src/judge/judge-release.ts";
import { readEntry } from "../../src/formats/zip-entry-data.ts";
import { readZip } from "../../src/formats/zip-grammar.ts";
import type { ZipEntry } from "../../src/model/zip-entry.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { testPolicy } from "../support/policy.ts";
import { cuts, damaged, everyBit, oneBit, type Damage } from "../support/sweeps/damage.ts";
import { runSweep, SLOWEST_CASE_MS, type SweepItem } from "../support/sweeps/run-sweep.ts";
import {
  judgeCase,
  negativeFindings,
  sweepRelease,
  type SweepRelease,
} from "../support/sweeps/sweep-release.ts";

/** A match (RFC 1951, 3.2.5) may point to the wrong one of two equal texts. With documents this small there are hardly any. */
const MAX_EQUAL_COPIES = 64;
const policy = testPolicy({ allowUnsigned: true });

let release: SweepRelease;
let entries: readonly ZipEntry[];
beforeAll(async () => {
  release = await sweepRelease();
  const reading = readZip(bufferSource(release.zip));
  if (!reading.ok) throw new Error("the release is not a zip");
  entries = reading.entries;
});

describe("an unsigned zip with any byte changed", () => {
  it("has nothing against the release as it was made", async () => {
    const judgement = await judgeCase(release, { policy });
    expect(negativeFindings(judgement)).toEqual([]);
    expect(judgement.verdict.word).toBe("UNKNOWN");
  });

  it("names every damaged header byte: any bit flipped, erased both ways", async () => {
    const result = await runSweep(
      zips(damaged(release.zip, (byte, at) => (isData(at) ? [] : everyBit(byte)))),
    );
    expect(result.cases).toBeGreaterThan(8 * 2000);
    expect(result.wrong).toEqual([]);
    expect(result.slowestMs).toBeLessThan(SLOWEST_CASE_MS);
  });

  it("names every damaged data byte: one bit flipped", async () => {
    const result = await runSweep(
      zips(damaged(release.zip, (byte, at) => (isData(at) ? oneBit(byte, at).slice(0, 1) : []))),
    );
    expect(result.cases).toBe(dataBytes());
    expect(result.wrong).toEqual([]);
    expect(result.slowestMs).toBeLessThan(SLOWEST_CASE_MS);
  });

  it("names every cut at either end", async () => {
    const result = await runSweep(zips(cuts(release.zip)));
    expect(result.cases).toBe(2 * release.zip.byteLength - 1);
    expect(result.wrong).toEqual([]);
    expect(result.slowestMs).toBeLessThan(SLOWEST_CASE_MS);
  });
});

/** Every bit of the data, against the one step of a verification that reads it. */
describe("bits of compressed data that say nothing", () => {
  const accepted: Flip[] = [];

  it("are accepted only where zlib unpacks the same content", () => {
    const flips = flipsOfData();
    expect(flips).toHaveLength(8 * dataBytes());
    accepted.push(
      ...flips.filter(({ entry, data }) => readEntry(bufferSource(data()), { ...entry, dataOffset: 0 }).ok),
    );
    const contents = new Map(entries.map((entry) => [entry, inflateRawSync(dataOf(release.zip, entry))]));
    const others = accepted.filter(({ entry, data }) => !unpacksTo(contents.get(entry), data()));
    expect(others.map(titleOf)).toEqual([]);
  });

  it("are the padding of each last byte, and the few bits that copy the same text from another place", () => {
    const padding = accepted.filter(isLastByte);
    expect(padding.map(titleOf)).toEqual(flipsOfData().filter(isPaddingOf(padding)).map(titleOf));
    const copies = accepted.filter((flip) => !isLastByte(flip));
    expect(copies.length).toBeLessThan(MAX_EQUAL_COPIES);
    expect(accepted).toHaveLength(padding.length + copies.length);
  });

  it("change no finding", async () => {
    const judged: Judgement[] = [];
    for (const { zip } of accepted) judged.push(await judgeCase(release, { policy, zip: zip() }));
    expect(judged.flatMap(negativeFindings)).toEqual([]);
    expect(judged.map(({ verdict }) => verdict.word)).toEqual(accepted.map(() => "UNKNOWN"));
  });
});

interface Flip {
  readonly entry: ZipEntry;
  readonly at: number;
  readonly bit: number;
  /** The compressed data of the entry with this one bit turned. */
  readonly data: () => Uint8Array;
  readonly zip: () => Uint8Array;
}

function titleOf({ entry, at, bit }: Flip): string {
  return `${entry.path} byte ${at - entry.dataOffset} of ${entry.compressedSizeBytes}, bit ${bit}`;
}

/** Every bit of the data of every entry. */
function flipsOfData(): readonly Flip[] {
  return entries.flatMap((entry) =>
    Array.from({ length: entry.compressedSizeBytes * 8 }, (_, index): Flip => {
      const at = entry.dataOffset + (index >> 3);
      const bit = index & 7;
      const data = (): Uint8Array => flipped(dataOf(release.zip, entry), at - entry.dataOffset, bit);
      return { entry, at, bit, data, zip: () => flipped(release.zip, at, bit) };
    }),
  );
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

function dataOf(zip: Uint8Array, { dataOffset, compressedSizeBytes }: ZipEntry): Uint8Array {
  return zip.subarray(dataOffset, dataOffset + compressedSizeBytes);
}

function unpacksTo(content: Uint8Array | undefined, data: Uint8Array): boolean {
  try {
    return content !== undefined && Buffer.compare(inflateRawSync(data), content) === 0;
  } catch {
    return false;
  }
}

function unpacksAlike(zip: Uint8Array, entry: ZipEntry): boolean {
  return unpacksTo(inflateRawSync(dataOf(release.zip, entry)), dataOf(zip, entry));
}

function isLastByte({ entry, at }: Flip): boolean {
  return at === entry.dataOffset + entry.compressedSizeBytes - 1;
}

/** RFC 1951, 3.1.1: a byte fills from its lowest bit, so padding is everything above some bit of the last byte. */
function isPaddingOf(padding: readonly Flip[]): (flip: Flip) => boolean {
  return (flip) => {
    const own = padding.filter(({ entry }) => entry === flip.entry).map(({ bit }) => bit);
    return isLastByte(flip) && flip.bit >= Math.min(...own);
  };
}

function isData(offset: number): boolean {
  return entries.some(
    ({ dataOffset, compressedSizeBytes }) =>
      offset >= dataOffset && offset < dataOffset + compressedSizeBytes,
  );
}

function dataBytes(): number {
  return entries.reduce((sum, { compressedSizeBytes }) => sum + compressedSizeBytes, 0);
}

function* zips(damages: Iterable<Damage>): Iterable<SweepItem> {
  for (const { title, bytes } of damages) {
    yield { title, judge: () => judgeCase(release, { policy, zip: bytes }), objection: unnoticed(bytes) };
  }
}

/** Unnoticed is only what changes no content. */
function unnoticed(zip: Uint8Array): (judgement: Judgement) => string | undefined {
  return (judgement) => {
    if (negativeFindings(judgement).length > 0) return undefined;
    return zip.byteLength === release.zip.byteLength && entries.every((entry) => unpacksAlike(zip, entry))
      ? undefined
      : "nothing found";
  };
}
