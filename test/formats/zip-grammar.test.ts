import { describe, expect, it } from "vitest";
import { MAX_SIGHTINGS } from "../../src/formats/sighting-list.ts";
import { ZIP_LIMITS } from "../../src/formats/zip-end.ts";
import { readZip } from "../../src/formats/zip-grammar.ts";
import type { ZipProfile } from "../../src/model/zip-profile.ts";
import { centralHeader, endRecord, localHeader, type ZipRecord } from "../../src/formats/zip-records.ts";
import { bufferSource } from "../support/buffer-source.ts";
import {
  forgeZip,
  SHARED_FIELDS,
  type CentralField,
  type EndField,
  type LocalField,
} from "../support/hostile-zip.ts";
import { hostileZips } from "../support/hostile-zip-cases.ts";
import { a, b, e, plain } from "../support/hostile-zips/parts.ts";

function problemsOf(bytes: Uint8Array): readonly string[] {
  const reading = readZip(bufferSource(bytes));
  return reading.ok ? [] : reading.sightings.map(({ problem }) => problem.replace("container.", ""));
}

function zeros(mebibytes: number): Uint8Array {
  return forgeZip([{ name: "t/zeros", content: Buffer.alloc(mebibytes * 1024 * 1024) }]);
}

function uniqueProblemsOf(bytes: Uint8Array, profile: ZipProfile): readonly string[] {
  const reading = readZip(bufferSource(bytes), ZIP_LIMITS, profile);
  const problems = reading.ok ? [] : reading.sightings.map(({ problem }) => problem);
  return [...new Set(problems.map((problem) => problem.replace("container.", "")))].sort();
}

describe("readZip accepts", () => {
  it("what keeps the profile, and says what is there", () => {
    const reading = readZip(bufferSource(forgeZip(plain)));
    expect(reading).toMatchObject({
      ok: true,
      top: "t",
      method: "deflate",
      modifiedEpochSeconds: Date.UTC(2024, 0, 2, 3, 4, 6) / 1000,
      entries: [
        { path: "a", mode: 0o644, method: "deflate", sizeBytes: 14 },
        { path: "b", mode: 0o755, method: "deflate", sizeBytes: 2 },
        { path: "empty", mode: 0o644, method: "store", sizeBytes: 0 },
      ],
    });
  });

  it("a zip of stored files, and one of empty files", () => {
    const stored = readZip(bufferSource(forgeZip([{ ...a, method: 0 }, { ...b, method: 0 }, e])));
    expect(stored).toMatchObject({ ok: true, method: "store" });
    expect(readZip(bufferSource(forgeZip([e])))).toMatchObject({ ok: true, method: undefined });
  });

  it("a stored file whose content is a whole zip", () => {
    expect(problemsOf(forgeZip([{ name: "t/inner.zip", content: forgeZip(plain), method: 0 }]))).toEqual([]);
  });
});

describe("readZip refuses", () => {
  it.each(hostileZips)("$class: $how", ({ entries, zip, found, foundByStrict }) => {
    const bytes = forgeZip(entries, zip);
    expect(uniqueProblemsOf(bytes, "cavra-zip/1")).toEqual(found);
    expect(uniqueProblemsOf(bytes, "strict")).toEqual(foundByStrict);
  });

  it("with the offset of what is wrong, and the bytes there", () => {
    for (const { entries, zip } of hostileZips) {
      const bytes = forgeZip(entries, zip);
      const reading = readZip(bufferSource(bytes));
      if (reading.ok) throw new Error("accepted");
      for (const { at, offset, preview } of reading.sightings) {
        if (at === "all entries") continue;
        expect(offset, at).toBeGreaterThanOrEqual(0);
        if (preview !== undefined) expect(preview).toMatch(/^[\x21-\x7e]*$/);
      }
    }
  });

  it("what is no zip", () => {
    for (const bytes of ["", "x", "x".repeat(21), "x".repeat(22), "x".repeat(100_000)]) {
      expect(problemsOf(Buffer.from(bytes))).toEqual(["end-record"]);
    }
  });

  it("a second end signature inside the end record, which a search backwards would take", () => {
    const bytes = forgeZip(plain);
    bytes.writeUInt32LE(0x06054b50, bytes.byteLength - 6);
    expect(problemsOf(bytes)).toContain("second-end-record");
  });

  it("a tail that looks like a zip64 locator", () => {
    // The last name has 16 characters, so that the offset field stands where a locator would begin.
    const bytes = forgeZip([{ name: `t/${"n".repeat(14)}`, content: "x" }]);
    bytes.writeUInt32LE(0x07064b50, bytes.byteLength - 42);
    expect(problemsOf(bytes)).toEqual(["zip64", "missing-record"]);
  });

  it("more than the limits, before it reads on", () => {
    const bytes = forgeZip(plain);
    const limited = (limits: Partial<typeof ZIP_LIMITS>): unknown =>
      readZip(bufferSource(bytes), { ...ZIP_LIMITS, ...limits });
    const refusal = { ok: false, sightings: [{ problem: "container.limit" }] };
    expect(limited({ maxBundleBytes: bytes.byteLength - 1 })).toMatchObject(refusal);
    expect(limited({ maxEntryBytes: 13 })).toMatchObject(refusal);
    expect(limited({ maxTotalBytes: 15 })).toMatchObject(refusal);
    expect(limited({ maxEntries: 2 })).toMatchObject({
      ok: false,
      sightings: [{ problem: "container.limit" }],
    });
    expect(
      limited({ maxBundleBytes: bytes.byteLength, maxEntryBytes: 14, maxTotalBytes: 16, maxEntries: 3 }),
    ).toMatchObject({ ok: true });
  });

  it("what unpacks to more than any package does, unless a policy says so", () => {
    const bomb = zeros(65);
    const refused = readZip(bufferSource(bomb));
    expect(refused).toMatchObject({
      ok: false,
      sightings: [{ problem: "container.limit", at: "all entries" }],
    });
    expect(JSON.stringify(refused)).toMatch(/at most 256 times their \d+ compressed bytes.*68157440 bytes/);
    expect(readZip(bufferSource(bomb), { ...ZIP_LIMITS, maxExpansion: 1032 }).ok).toBe(true);
    expect(readZip(bufferSource(zeros(64))).ok).toBe(true);
  });

  it("with a bounded list and printable words", () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      ...a,
      name: `t/\x1b[3${index}m`,
      both: { flags: 1 },
    }));
    const reading = readZip(bufferSource(forgeZip(many)));
    if (reading.ok) throw new Error("accepted");
    expect(reading.sightings).toHaveLength(MAX_SIGHTINGS);
    for (const sighting of reading.sightings) expect(JSON.stringify(sighting)).toMatch(/^[\x20-\x7e]+$/);
  });

  it("with several problems at once", () => {
    expect(
      problemsOf(
        forgeZip([
          { ...b, both: { flags: 1 } },
          { ...a, central: { madeBy: 0 }, name: "s/.." },
        ]),
      ),
    ).toEqual(expect.arrayContaining(["encrypted", "made-by", "name-dot-segment", "order", "top"]));
  });
});

describe("each field of each record", () => {
  const local: readonly LocalField[] = ["signature", ...SHARED_FIELDS];
  const central: readonly CentralField[] = [
    ...local,
    "madeBy",
    "commentLength",
    "disk",
    "internal",
    "external",
    "offset",
  ];
  const end: readonly EndField[] = [
    "signature",
    "disk",
    "centralDisk",
    "countHere",
    "count",
    "centralSize",
    "centralOffset",
    "commentLength",
  ];

  it.each(local)("local %s", (field) => {
    expect(problemsOf(forgeZip([a, { ...b, local: { [field]: 0x0101 } }, e]))).not.toEqual([]);
  });

  it.each(central)("central %s", (field) => {
    expect(problemsOf(forgeZip([a, { ...b, central: { ...b.central, [field]: 0x0101 } }, e]))).not.toEqual(
      [],
    );
  });

  it.each([
    "signature",
    "need",
    "flags",
    "method",
    "time",
    "date",
    "compressedSize",
    "nameLength",
    "extraLength",
  ] as const)("%s in both headers", (field) => {
    expect(problemsOf(forgeZip([a, { ...b, both: { [field]: 0x0101 } }, e]))).not.toEqual([]);
  });

  it.each(end)("end %s", (field) => {
    expect(problemsOf(forgeZip(plain, { end: { [field]: 0x0101 } }))).not.toEqual([]);
  });

  it("both external attributes and both need versions are told apart", () => {
    expect(problemsOf(forgeZip([{ ...a, both: { need: 10 } }]))).toContain("version-needed");
    expect(problemsOf(forgeZip([{ ...a, method: 0, both: { need: 20 } }]))).toContain("version-needed");
    expect(problemsOf(forgeZip([{ ...a, central: { external: 0x81a40000 } }]))).toContain("attributes");
  });
});

/** As many empty files, by the writer of the product: forging them field by field would take longer than the test. */
function manyFiles(count: number): Uint8Array {
  const records = Array.from({ length: count }, (_, place): ZipRecord => ({
    name: `t/${String(place).padStart(5, "0")}`,
    mode: 0o644,
    method: "store",
    crc32: 0,
    compressedSizeBytes: 0,
    sizeBytes: 0,
    dosTime: 0x5822_1883,
  }));
  const locals = records.map(localHeader);
  const centrals = records.map((record, place) => centralHeader(record, place * 37));
  return Buffer.concat([...locals, ...centrals, endRecord(count & 0xffff, count * 53, count * 37)]);
}

/** Of this process: what else runs on the machine does not count. */
function processorSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1e6;
}

describe("a large directory", () => {
  const most = manyFiles(65_534);

  it.each(["cavra-zip/1", "strict"] as const)("of 65,534 files is read in linear time by %s", (profile) => {
    const eighth = manyFiles(8192);
    const read = (bytes: Uint8Array) => (): void => {
      expect(readZip(bufferSource(bytes), ZIP_LIMITS, profile).ok).toBe(true);
    };
    processorSeconds(read(eighth));
    const [few, many] = [processorSeconds(read(eighth)), processorSeconds(read(most))];
    // Eight times as many files; a quadratic reader would need 64 times as long.
    expect(many).toBeLessThan(Math.max(few, 0.05) * 24);
  });

  it("of 65,535 files is refused, and so is one whose count has run over", () => {
    expect(problemsOf(manyFiles(65_535))).toEqual(["zip64"]);
    expect(problemsOf(manyFiles(65_537))).toEqual(["directory-size"]);
  });
});
