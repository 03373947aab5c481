import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { startDeflatePool, type Deflated, type DeflatePool } from "../../src/io/deflate.ts";
import { packZip } from "../../src/io/zip-archive.ts";
import { forgeZip } from "../support/hostile-zip.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { smallBinary } from "../support/small-release.ts";
import { deflatedZeros } from "../support/zip-variants/deflate-streams.ts";

const MIB = 1024 * 1024;
const EXECUTABLE_MIB = 10;
/** Both hold more than two threads may hold at a time. */
const FEW = 14;
const MANY = 34;
/** The 200 MiB more that the larger package holds must not show; the garbage collector takes its time. */
const SLACK_MIB = 96;

const folder = scratchFolder();
const script = fileURLToPath(new URL("../support/verify-memory.ts", import.meta.url));
const pool = startDeflatePool(1);
afterAll(async () => {
  await pool.close();
});

/** Bytes that deflate halves, in no pattern that would make it faster. */
function noise(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0, state = 1; at < sizeBytes; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 28;
  }
  return bytes;
}

const executable = Buffer.concat([smallBinary("linux/amd64", "0.1.0"), noise(EXECUTABLE_MIB * MIB)]);
let deflated: Promise<Deflated> | undefined;
/** The same file again and again: compressing it is not what is looked at. */
const once: DeflatePool = {
  size: 1,
  deflate: async (bytes) => await (deflated ??= pool.deflate(bytes)),
  close: async () => await Promise.resolve(),
};

async function zipOf(count: number): Promise<string> {
  const path = join(folder, `${count}.zip`);
  const entries = Array.from({ length: count }, (_, index) => ({
    path: `bin/tool-${index}`,
    mode: 0o755 as const,
    read: () => executable,
  }));
  await packZip(path, entries, {
    top: "tools-v1",
    method: "deflate",
    sourceDateEpoch: 1_700_000_000,
    pool: once,
  });
  return path;
}

const zips = { few: await zipOf(FEW), many: await zipOf(MANY) };

function peakOf(zip: string, threads: number): { readonly executables: number; readonly peakMiB: number } {
  const told = execFileSync(process.execPath, [script, zip, String(threads)], { encoding: "utf8" });
  return JSON.parse(told) as ReturnType<typeof peakOf>;
}

describe("the memory of a verification", () => {
  it.each([1, 2])("does not follow the size of the package (%i threads)", (threads) => {
    const [few, many] = [peakOf(zips.few, threads), peakOf(zips.many, threads)];
    expect([few.executables, many.executables]).toEqual([FEW, MANY]);
    expect(many.peakMiB).toBeLessThan(few.peakMiB + SLACK_MIB);
  });
});

/** In pieces: a child is taken to have used what this process had when it was started. */
function crcOfZeros(sizeBytes: number): number {
  const piece = new Uint8Array(MIB);
  let sum = 0;
  for (let left = sizeBytes; left > 0; left -= MIB) sum = crc32(piece.subarray(0, left), sum);
  return sum;
}

describe("the memory of zip check", () => {
  const checker = fileURLToPath(new URL("../support/zip-check-memory.ts", import.meta.url));

  /** Of one file that holds nothing but zeros. */
  function check(contentMiB: number): { readonly found: readonly string[]; readonly peakMiB: number } {
    const { data, sizeBytes } = deflatedZeros(contentMiB * MIB);
    const path = join(folder, `zeros-${contentMiB}.zip`);
    const both = { size: sizeBytes, crc32: crcOfZeros(sizeBytes) };
    writeFileSync(path, forgeZip([{ name: "t/zeros", content: "0", data, method: 8, both }]));
    const told = execFileSync(process.execPath, [checker, path], { encoding: "utf8" });
    return JSON.parse(told) as ReturnType<typeof check>;
  }

  it("does not follow the size of a file", () => {
    const [small, large] = [check(10), check(410)];
    expect([small.found, large.found]).toEqual([[], []]);
    // Two readers leave pieces behind for the collector.
    expect(large.peakMiB).toBeLessThan(small.peakMiB + 2 * SLACK_MIB);
  });
});
