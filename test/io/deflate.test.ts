import { createHash, randomBytes } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { crc32, inflateRawSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { DEFLATE_CODEC, pinnedWasm, startDeflatePool } from "../../src/io/deflate.ts";
import { DeflateCodec } from "../../src/io/deflate-codec.ts";
import { hasProgram, pythonDeflate } from "../support/python-zip.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const folder = scratchFolder();
const pool = startDeflatePool(2);
afterAll(async () => {
  await pool.close();
});

/** Bytes that look like code and text: neither constant nor random. */
function mixedBytes(sizeBytes: number, seed: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  let state = seed;
  for (let index = 0; index < sizeBytes; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state % 7 === 0 ? state >>> 24 : (bytes[index - (1 + (state % 300))] ?? 65) ^ (index & 1);
  }
  return bytes;
}

const samples: readonly (readonly [string, Uint8Array])[] = [
  ["one byte", Buffer.from("x")],
  ["text", Buffer.from("release evidence ".repeat(50))],
  ["a chunk of the codec, exactly", mixedBytes(256 * 1024, 1)],
  ["a chunk and one byte", mixedBytes(256 * 1024 + 1, 2)],
  ["several chunks", mixedBytes(1_500_000, 3)],
  ["zeros", Buffer.alloc(3_000_000)],
  ["random bytes", randomBytes(700_000)],
];

describe("the canonical deflate", () => {
  it.each(samples)("gives the bytes of Python's zlib for %s", async (_, bytes) => {
    const { data, crc32: sum } = await pool.deflate(bytes);
    expect(Buffer.compare(inflateRawSync(data), bytes)).toBe(0);
    expect(sum).toBe(crc32(bytes));
    if (hasProgram("python3")) expect(Buffer.compare(data, pythonDeflate(bytes))).toBe(0);
  });

  it("keeps golden streams", async () => {
    const { data } = await pool.deflate(Buffer.from("abcabcabcabcabcabc abcabc"));
    expect(Buffer.from(data).toString("hex")).toBe("4b4c4a4e44450a100a00");
    const large = (await pool.deflate(mixedBytes(1_500_000, 3))).data;
    expect([large.byteLength, createHash("sha256").update(large).digest("hex")]).toEqual([
      1_400_030,
      "91623d54cc5a8134ced555b5624270ded134f031a039cdd60386e41977af196b",
    ]);
  });

  it("gives the same bytes from every worker and codec, however often it was used", async () => {
    const bytes = mixedBytes(400_000, 4);
    const alone = new DeflateCodec(new WebAssembly.Module(pinnedWasm())).deflate(bytes);
    const all = await Promise.all(Array.from({ length: 8 }, async () => (await pool.deflate(bytes)).data));
    expect(all.every((data) => Buffer.compare(data, alone) === 0)).toBe(true);
  });

  it("leaves the bytes with the caller, also when they are a piece of a larger buffer", async () => {
    const piece = mixedBytes(10_000, 5).subarray(100, 900);
    const before = Buffer.from(piece);
    const { data } = await pool.deflate(piece);
    expect(Buffer.compare(piece, before)).toBe(0);
    expect(Buffer.compare(inflateRawSync(data), before)).toBe(0);
  });

  it("ends what is waiting when it is closed", async () => {
    const closing = startDeflatePool(1);
    const waiting = Promise.allSettled(samples.map(async ([, bytes]) => await closing.deflate(bytes)));
    await closing.close();
    expect((await waiting).at(-1)).toMatchObject({ status: "rejected" });
    await expect(closing.deflate(Buffer.from("x"))).rejects.toThrow("closed");
  });
});

describe("the pinned module", () => {
  it("is the one that is recorded, and imports nothing", () => {
    expect(DEFLATE_CODEC).toEqual({
      codec: "zlib-canonical",
      level: 6,
      wasmSha256: "1ebaf6e62f247a005189493097f460bc9050f248755c55ecba34fd54257a6bb2",
    });
    expect(WebAssembly.Module.imports(new WebAssembly.Module(pinnedWasm()))).toEqual([]);
  });

  it("is refused when one byte of it differs, or it is missing", () => {
    const copy = join(folder, "codec.wasm");
    copyFileSync(fileURLToPath(import.meta.resolve("@zip.js/zip.js/dist/zip-module.wasm")), copy);
    expect(pinnedWasm(pathToFileURL(copy).href).byteLength).toBe(55_126);
    const bytes = readFileSync(copy);
    bytes[40_000] = (bytes[40_000] ?? 0) ^ 1;
    writeFileSync(copy, bytes);
    expect(() => pinnedWasm(pathToFileURL(copy).href)).toThrow("not the pinned one");
    expect(() => pinnedWasm(pathToFileURL(`${copy}.none`).href)).toThrow("cannot be read");
  });
});

describe("released bytes", () => {
  it("never come from node:zlib: the product takes only inflate and CRC-32 from it", () => {
    const root = fileURLToPath(new URL("../../src", import.meta.url));
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const used = files.flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return [...text.matchAll(/import ([^;]*?) from "(?:node:)?zlib"/g)].map((match) => match[1] ?? "");
    });
    expect(used.length).toBeGreaterThan(1);
    const names = new Set(used.flatMap((clause) => clause.match(/\w+/g) ?? ["*"]));
    expect(
      [...names].filter((name) => !["crc32", "createInflateRaw", "inflateRawSync"].includes(name)),
    ).toEqual([]);
  });
});
