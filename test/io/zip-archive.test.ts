import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { nameProblem, setProblems } from "../../src/formats/entry-names.ts";
import { readEntry } from "../../src/formats/zip-entry-data.ts";
import { readZip } from "../../src/formats/zip-grammar.ts";
import { startDeflatePool } from "../../src/io/deflate.ts";
import { StrictZipArchive } from "../../src/io/strict-zip-archive.ts";
import { listWithYauzl } from "../../src/io/yauzl-listing.ts";
import { packZip, zipBytes, type PackEntry, type PackOptions } from "../../src/io/zip-archive.ts";
import type { EntryMode } from "../../src/model/container.ts";
import { bufferSource } from "../support/buffer-source.ts";
import { allPieces } from "../support/pieces.ts";
import { hasProgram, pythonDeflate, pythonListing } from "../support/python-zip.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const folder = scratchFolder();
const pool = startDeflatePool(2);
afterAll(async () => {
  await pool.close();
});

interface SampleFile {
  readonly path: string;
  readonly mode: EntryMode;
  readonly bytes: Uint8Array;
}

const EPOCH = Date.UTC(2024, 1, 29, 23, 59, 59) / 1000;
const options: PackOptions = { top: "pkg_v1.0.0", method: "deflate", sourceDateEpoch: EPOCH, pool };

const sample: readonly SampleFile[] = [
  { path: "z", mode: 0o644, bytes: Buffer.from("last ".repeat(100)) },
  { path: "bin/linux_amd64/tool", mode: 0o755, bytes: Buffer.alloc(300_000, "elf?") },
  { path: "empty", mode: 0o644, bytes: Buffer.alloc(0) },
  { path: "A", mode: 0o644, bytes: Buffer.from([0]) },
];

function packEntries(files: readonly SampleFile[]): readonly PackEntry[] {
  return files.map(({ path, mode, bytes }) => ({ path, mode, read: () => bytes }));
}

async function packed(files: readonly SampleFile[], change: Partial<PackOptions> = {}): Promise<Buffer> {
  return await allPieces(zipBytes(packEntries(files), { ...options, ...change }));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const path = fc
  .array(
    fc.string({ unit: fc.constantFrom("a", "B", "0", ".", "_", "+", "-"), minLength: 1, maxLength: 6 }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((segments) => segments.join("/"))
  .filter((text) => nameProblem(text) === undefined);

const file = fc.record({
  path,
  mode: fc.constantFrom<EntryMode>(0o644, 0o755),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ maxLength: 400 }).map((text) => Buffer.from(text.repeat(20))),
  ),
});

const tree = fc.array(file, { minLength: 1, maxLength: 12 }).map((files): readonly SampleFile[] => {
  const kept: SampleFile[] = [];
  for (const candidate of files) {
    if (setProblems([...kept, candidate].map((one) => one.path)).length === 0) kept.push(candidate);
  }
  return kept;
});

describe("a packed zip", () => {
  it("keeps the profile, and both readers give back names, modes and contents", async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom("deflate" as const, "store" as const), async (files, method) => {
        const source = bufferSource(await packed(files, { method }));
        const reading = readZip(source);
        if (!reading.ok) throw new Error(JSON.stringify(reading.sightings));
        const sorted = files.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
        const read = reading.entries.map((entry) => ({ entry, data: readEntry(source, entry) }));
        expect(
          read.map(({ entry, data }) => [entry.path, entry.mode, data.ok && sha256(data.bytes)]),
        ).toEqual(sorted.map((one) => [one.path, one.mode, sha256(one.bytes)]));
        const listing = listWithYauzl(source);
        expect(listing.ok && listing.entries.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual(
          sorted.map((one) => [`${options.top}/${one.path}`, one.bytes.byteLength]),
        );
      }),
      { numRuns: 60 },
    );
  });

  it.each(["deflate", "store"] as const)("is read alike by unzip and Python (%s)", async (method) => {
    const destination = join(folder, `${method}.zip`);
    await packZip(destination, packEntries(sample), { ...options, method });
    if (hasProgram("unzip")) {
      expect(execFileSync("unzip", ["-t", destination], { encoding: "utf8" })).toContain(
        "No errors detected",
      );
    }
    if (!hasProgram("python3")) return;
    const sorted = sample.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
    expect(pythonListing(destination)).toEqual(
      sorted.map((one) => [
        `${options.top}/${one.path}`,
        0o100000 | one.mode,
        method === "store" || one.bytes.byteLength === 0 ? 0 : 8,
        [2024, 2, 29, 23, 59, 58],
        sha256(one.bytes),
      ]),
    );
  });

  it("holds the deflate streams of Python's zlib", async ({ skip }) => {
    if (!hasProgram("python3")) skip("no python3");
    const bytes = await packed(sample);
    const reading = readZip(bufferSource(bytes));
    const entry = reading.ok ? reading.entries.find((one) => one.path === "bin/linux_amd64/tool") : undefined;
    if (entry === undefined) throw new Error("no such entry");
    const data = bytes.subarray(entry.dataOffset, entry.dataOffset + entry.compressedSizeBytes);
    expect(Buffer.compare(data, pythonDeflate(Buffer.alloc(300_000, "elf?")))).toBe(0);
  });

  it("is described by size and digests, with mode 0644 and nothing else left", async () => {
    const target = join(folder, "described");
    mkdirSync(target);
    const written = await packZip(join(target, "a.zip"), packEntries(sample), options);
    const bytes = readFileSync(join(target, "a.zip"));
    expect(written).toEqual({
      sizeBytes: bytes.byteLength,
      sha256: sha256(bytes),
      sha512: createHash("sha512").update(bytes).digest("hex"),
    });
    expect(readdirSync(target)).toEqual(["a.zip"]);
    expect(statSync(join(target, "a.zip")).mode & 0o777).toBe(0o644);
  });
});

describe("the same input", () => {
  it("gives the same bytes in any order, with any pool and window", async () => {
    const first = await packed(sample);
    const many = startDeflatePool(3);
    const others = [await packed(sample.toReversed()), await packed(sample, { pool: many })];
    await many.close();
    for (const other of others) expect(Buffer.compare(other, first)).toBe(0);
    expect(sha256(first)).toBe(sha256(await packed(sample, { sourceDateEpoch: EPOCH - 1 })));
    expect(sha256(first)).not.toBe(sha256(await packed(sample, { sourceDateEpoch: EPOCH - 2 })));
  });

  it("gives the same bytes under another time zone, locale, umask and working folder", () => {
    const script = join(folder, "pack.ts");
    const source = fileURLToPath(new URL("../../src/io/zip-archive.ts", import.meta.url));
    writeFileSync(
      script,
      `import { packZip } from ${JSON.stringify(source)};
       process.umask(Number(process.argv[2]));
       const read = (text: string) => ({ mode: 0o644 as const, read: () => Buffer.from(text.repeat(500)) });
       const entries = [{ path: "b/c", ...read("one ") }, { path: "a", ...read("two ") }];
       const options = { top: "t", method: "deflate" as const, sourceDateEpoch: 1_700_000_000 };
       console.log((await packZip(process.argv[3] ?? "", entries, options)).sha256);`,
    );
    const runs = [
      { TZ: "UTC", LC_ALL: "C", umask: 0o022, cwd: "/" },
      { TZ: "Asia/Tokyo", LC_ALL: "tr_TR.UTF-8", umask: 0o077, cwd: folder },
      { TZ: "America/St_Johns", LC_ALL: "de_DE.UTF-8", umask: 0, cwd: folder },
    ].map(({ TZ, LC_ALL, umask, cwd }, index) =>
      execFileSync(process.execPath, [script, String(umask), join(folder, `run-${index}.zip`)], {
        cwd,
        encoding: "utf8",
        env: { TZ, LC_ALL, SOURCE_DATE_EPOCH: "1" },
      }),
    );
    expect(runs[0]).toMatch(/^[0-9a-f]{64}\n$/);
    expect(new Set(runs).size).toBe(1);
  });
});

function fileNamed(name: string): SampleFile {
  return { path: name, mode: 0o644, bytes: Buffer.from("x") };
}

describe("packZip refuses", () => {
  it.each([
    ["no files", [], {}],
    ["a name with dots", [fileNamed("../x")], {}],
    ["a name that archiver would rewrite", [fileNamed("a\\b")], {}],
    ["a double slash", [fileNamed("a//b")], {}],
    ["a folder", [fileNamed("a/")], {}],
    ["a duplicate", [fileNamed("a"), fileNamed("a")], {}],
    ["case twins", [fileNamed("a"), fileNamed("A")], {}],
    ["a bad top folder", [fileNamed("a")], { top: "CON" }],
    ["a top folder with a slash that leads out", [fileNamed("a")], { top: ".." }],
    ["1979", [fileNamed("a")], { sourceDateEpoch: Date.UTC(1979, 11, 31) / 1000 }],
    ["2044", [fileNamed("a")], { sourceDateEpoch: Date.UTC(2044, 0, 1) / 1000 }],
    ["half seconds", [fileNamed("a")], { sourceDateEpoch: EPOCH + 0.5 }],
  ])("%s", async (_, files, change) => {
    await expect(packed(files, change)).rejects.toMatchObject({ name: "Failure", code: "config" });
  });

  it("65,535 files", async () => {
    const entries = Array.from({ length: 65_535 }, (_, index) => fileNamed(`f${index}`));
    await expect(packed(entries)).rejects.toMatchObject({ code: "config" });
  });

  it("to leave anything behind when a file cannot be read", async () => {
    const target = join(folder, "failing");
    mkdirSync(target);
    const failing: PackEntry = {
      path: "m",
      mode: 0o644,
      read: () => {
        throw new Error("the disk is gone");
      },
    };
    const entries = [...packEntries(sample), failing];
    await expect(packZip(join(target, "a.zip"), entries, options)).rejects.toThrow("the disk is gone");
    expect(readdirSync(target)).toEqual([]);
  });

  it("a destination that cannot be written", async () => {
    const target = join(folder, "a-file");
    writeFileSync(target, "x");
    await expect(packZip(join(target, "a.zip"), packEntries(sample), options)).rejects.toMatchObject({
      code: "output",
    });
    expect(readFileSync(target, "utf8")).toBe("x");
  });
});

describe("the strict archive", () => {
  it("turns a warning into a failure", async () => {
    const archive = new StrictZipArchive();
    const drained = allPieces(archive as AsyncIterable<Uint8Array>);
    archive.file(join(folder, "missing"), { name: "missing" });
    await expect(drained).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("refuses an entry whose name archiver changes, and one it was not given", async () => {
    for (const add of [
      async (archive: StrictZipArchive) => {
        const facts = {
          mode: 0o644,
          method: "store",
          crc32: 0,
          compressedSizeBytes: 0,
          sizeBytes: 0,
        } as const;
        await archive.add({ ...facts, name: "../x", data: Buffer.alloc(0) }, new Date());
      },
      async (archive: StrictZipArchive) => {
        archive.append("text", { name: "x" });
        await Promise.resolve();
      },
    ]) {
      const archive = new StrictZipArchive();
      const drained = allPieces(archive as AsyncIterable<Uint8Array>);
      const outcome = Promise.allSettled([drained, add(archive)]);
      expect((await outcome)[0]).toMatchObject({
        status: "rejected",
        reason: { message: "archiver changed an entry" },
      });
    }
  });
});

describe("memory", () => {
  it("is bounded: reading runs only a window ahead of writing", async () => {
    let [reads, readAtFirstPiece] = [0, 0];
    const entries = Array.from({ length: 60 }, (_, index): PackEntry => ({
      path: `f${String(index).padStart(2, "0")}`,
      mode: 0o644,
      read: () => {
        reads += 1;
        return Buffer.alloc(4 * 1024 * 1024);
      },
    }));
    for await (const piece of zipBytes(entries, { ...options, method: "store" })) {
      if (readAtFirstPiece === 0 && piece.byteLength > 0) readAtFirstPiece = reads;
    }
    expect(reads).toBe(60);
    expect(readAtFirstPiece).toBeLessThan(20);
  });
});
