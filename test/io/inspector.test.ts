import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fileDigests } from "../../src/crypto/digest.ts";
import { readZip } from "../../src/formats/zip-grammar.ts";
import { readEntry } from "../../src/formats/zip-entry-data.ts";
import { openByteSource, type OpenedFile } from "../../src/io/byte-source.ts";
import { walkTree } from "../../src/io/directory-tree.ts";
import type { FileInspection } from "../../src/io/inspect-file.ts";
import { Inspector } from "../../src/io/inspector.ts";
import { packZip } from "../../src/io/zip-archive.ts";
import type { ZipEntry } from "../../src/model/zip-entry.ts";
import { smallBinary } from "../support/small-release.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const folder = scratchFolder();

/** A program, and text that is larger than several pieces. */
const contents: Readonly<Record<string, Uint8Array>> = {
  "bin/tool": Buffer.concat([smallBinary("linux/amd64", "0.1.0"), Buffer.alloc(1_000_000, 7)]),
  "notes.txt": Buffer.from("release evidence ".repeat(100_000)),
};

const inThreads = new Inspector({ threads: 2, threadsFromBytes: 1 });
const here = new Inspector({ threads: 1 });
inThreads.prepare(2);
afterAll(async () => {
  await inThreads.close();
});

async function zipFile(name: string, method: "deflate" | "store" = "deflate"): Promise<string> {
  const path = join(folder, name);
  const entries = Object.entries(contents).map(([file, bytes]) => ({
    path: file,
    mode: 0o644 as const,
    read: () => bytes,
  }));
  await packZip(path, entries, { top: "tool-v1", method, sourceDateEpoch: 1_700_000_000 });
  return path;
}

function entriesOf(file: OpenedFile): readonly ZipEntry[] {
  const reading = readZip(file);
  if (!reading.ok) throw new Error("not a zip");
  return reading.entries;
}

async function bothWays(file: OpenedFile, entry: ZipEntry): Promise<FileInspection> {
  const answer = await here.inspectEntry(file, entry, "any");
  expect(await inThreads.inspectEntry(file, entry, "any")).toEqual(answer);
  return answer;
}

describe.each(["deflate", "store"] as const)("inspecting entries (%s)", (method) => {
  it("finds the same in threads as here, and what reading it whole finds", async () => {
    const file = openByteSource(await zipFile(`same-${method}.zip`, method));
    expect(inThreads.width).toBeGreaterThan(here.width);
    for (const entry of entriesOf(file)) {
      const answer = await bothWays(file, entry);
      const bytes = contents[entry.path] ?? new Uint8Array();
      expect(answer).toMatchObject({ ok: true, findings: { digests: fileDigests(bytes) } });
      expect(answer.ok && answer.findings.binary?.ok).toBe(entry.path === "bin/tool" ? true : undefined);
    }
    file.close();
  });

  it("has the words of a whole reading for every damage", async () => {
    const file = openByteSource(await zipFile(`damaged-${method}.zip`, method));
    for (const entry of entriesOf(file)) {
      const wrong: readonly ZipEntry[] = [
        { ...entry, crc32: entry.crc32 ^ 1 },
        // For stored data the grammar demands that both sizes are one.
        ...(method === "store" ? [] : [{ ...entry, sizeBytes: entry.sizeBytes - 1 }]),
        ...(method === "store" ? [] : [{ ...entry, sizeBytes: entry.sizeBytes + 1 }]),
        { ...entry, compressedSizeBytes: entry.compressedSizeBytes - 1 },
        { ...entry, compressedSizeBytes: entry.compressedSizeBytes + 1 },
        { ...entry, dataOffset: entry.dataOffset + 1 },
      ];
      for (const damaged of wrong) {
        const whole = readEntry(file, damaged);
        expect(whole.ok).toBe(false);
        expect(await bothWays(file, damaged)).toEqual(whole);
      }
    }
    file.close();
  });
});

describe("looking into executables", () => {
  it.each([
    ["any bytes", "any", true],
    ["the listed bytes", { sha256: fileDigests(contents["bin/tool"] ?? new Uint8Array()).sha256 }, true],
    ["other bytes", { sha256: "0".repeat(64) }, false],
    ["no bytes", "none", false],
  ] as const)("happens when %s may be", async (_, lookInto, expected) => {
    const file = openByteSource(await zipFile("look.zip"));
    const [entry] = entriesOf(file).filter(({ path }) => path === "bin/tool");
    if (entry === undefined) throw new Error("no tool");
    for (const inspector of [here, inThreads]) {
      const answer = await inspector.inspectEntry(file, entry, lookInto);
      expect(answer.ok && answer.findings.binary !== undefined).toBe(expected);
    }
    file.close();
  });
});

describe("the files of a folder", () => {
  it("are the same in threads as here, and must be those of the walk", async () => {
    const root = scratchFolder();
    writeFileSync(join(root, "notes.txt"), contents["notes.txt"] ?? "");
    const tree = walkTree(root);
    const [file] = tree.ok ? tree.files : [];
    if (file === undefined) throw new Error("no file");
    const answer = await here.inspectFile(tree.ok ? tree.root : "", file, "any");
    expect(answer).toMatchObject({ ok: true });
    expect(await inThreads.inspectFile(root, file, "any")).toEqual(answer);
    writeFileSync(join(root, "notes.txt"), "swapped");
    for (const inspector of [here, inThreads])
      await expect(inspector.inspectFile(root, file, "any")).rejects.toMatchObject({ code: "input" });
  });
});

describe("raw digests", () => {
  it("are those of the whole file, in threads and here", async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from("x"), Buffer.alloc(1_000_001, 1)]) {
      const path = join(folder, "raw");
      writeFileSync(path, bytes);
      const file = openByteSource(path);
      const expected = {
        sha256: createHash("sha256").update(bytes).digest("hex"),
        sha512: createHash("sha512").update(bytes).digest("hex"),
      };
      expect(await here.rawDigests(file)).toEqual(expected);
      expect(await inThreads.rawDigests(file)).toEqual(expected);
      file.close();
    }
  });
});

it("fails as one when a file gets shorter, whichever thread sees it first", async () => {
  const path = join(folder, "shorter");
  writeFileSync(path, Buffer.alloc(1_000_000));
  const file = openByteSource(path);
  writeFileSync(path, "");
  for (const inspector of [here, inThreads])
    await expect(inspector.rawDigests(file)).rejects.toMatchObject({ code: "input" });
  file.close();
});

describe("threads", () => {
  it("start only where they pay", async () => {
    const idle = new Inspector({ threads: 2, threadsFromBytes: 100 });
    const { width } = idle;
    idle.prepare(99);
    expect(idle.width).toBe(width);
    idle.prepare(100);
    expect(idle.width).toBeGreaterThan(width);
    const alone = new Inspector({ threads: 1, threadsFromBytes: 1 });
    alone.prepare(1000);
    expect(alone.width).toBe(width);
    await idle.close();
  });

  it("are no more when it is closed, and what waits for them fails", async () => {
    const file = openByteSource(await zipFile("closing.zip"));
    const closing = new Inspector({ threads: 2, threadsFromBytes: 1 });
    const [entry] = entriesOf(file);
    if (entry === undefined) throw new Error("no entry");
    closing.prepare(1);
    const waiting = Promise.allSettled(
      Array.from({ length: 8 }, async () => await closing.inspectEntry(file, entry, "any")),
    );
    await closing.close();
    expect((await waiting).at(-1)).toMatchObject({ status: "rejected" });
    file.close();
  });
});
