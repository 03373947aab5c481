import { constants, deflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { deflateSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { agreesWithZlib } from "../../scripts/fuzz/oracles.ts";
import { handmadeDeflate } from "../../scripts/interop/handmade-deflate.ts";
import { DeflateReader, readDeflate } from "../../src/formats/deflate-stream.ts";
import { startDeflatePool } from "../../src/io/deflate.ts";
import { piecesOf } from "../support/pieces.ts";
import { Random } from "../support/random.ts";
import { BitWriter } from "../support/zip-variants/bit-writer.ts";
import { fixedDeflate, storedBlock, writeFixedBlock } from "../support/zip-variants/deflate-streams.ts";
import {
  alignedDynamic,
  writeDynamicBlock,
  type DynamicBlock,
} from "../support/zip-variants/dynamic-block.ts";

const MANY = 1_000_000;
const [A, B] = [97, 98];
const text = Buffer.from("abcabcabd abcabcabd");

function dynamic(block: DynamicBlock): Buffer {
  const out = new BitWriter();
  writeDynamicBlock(out, block, true);
  return out.bytes();
}

/** `data` when it is accepted, else what is found. */
function verdict(data: Uint8Array, maxSizeBytes = MANY): string {
  const reading = readDeflate([data], maxSizeBytes);
  return reading.ok ? "accepted" : reading.problem.replace("container.", "");
}

describe("readDeflate", () => {
  it("finds the sizes of what zlib wrote, whatever its settings and the pieces are", () => {
    const strategies = [constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED, constants.Z_HUFFMAN_ONLY];
    const settings = fc.record({
      level: fc.nat(9),
      memLevel: fc.integer({ min: 1, max: 9 }),
      windowBits: fc.integer({ min: 9, max: 15 }),
      strategy: fc.constantFrom(...strategies, constants.Z_RLE, constants.Z_FIXED),
    });
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc
        .string({ unit: fc.constantFrom("a", "b", " ", "\n"), maxLength: 5000 })
        .map((chars) => Buffer.from(chars)),
    );
    fc.assert(
      fc.property(content, settings, fc.integer({ min: 1, max: 300 }), (bytes, options, pieceBytes) => {
        const data = deflateRawSync(bytes, options);
        expect(readDeflate(piecesOf(data, pieceBytes), bytes.byteLength)).toEqual({
          ok: true,
          sizeBytes: bytes.byteLength,
          compressedSizeBytes: data.byteLength,
        });
      }),
    );
  });

  it("agrees with zlib on streams that were changed or made by hand, but for what it names", () => {
    const random = new Random(7);
    let accepted = 0;
    for (let count = 0; count < 3000; count += 1) {
      const data = random.once(2) ? handmadeDeflate(random) : deflateRawSync(random.text("ab c", 300));
      if (random.once(2)) {
        const bit = random.below(data.byteLength * 8);
        data.writeUInt8(data.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      }
      if (agreesWithZlib(data)) accepted += 1;
    }
    expect(accepted).toBeGreaterThan(500);
    expect(accepted).toBeLessThan(2900);
  });

  it.each([
    ["one stored block", storedBlock(text)],
    [
      "an empty block before and behind",
      Buffer.concat([storedBlock(Buffer.alloc(0), false), fixedDeflate(text)]),
    ],
    ["no distances and no lengths", dynamic({ literals: { 97: 1, 256: 1 }, distances: {}, symbols: [A] })],
    [
      "a single distance",
      dynamic({ literals: { 97: 1, 256: 2, 257: 2 }, distances: { 0: 1 }, symbols: [A, [257, 0]] }),
    ],
    [
      "a single literal",
      Buffer.concat([
        storedBlock(text, false),
        dynamic({ literals: { 256: 1 }, distances: {}, symbols: [] }),
      ]),
    ],
  ])("accepts %s, as every tool does", (_, data) => {
    expect(verdict(data)).toBe("accepted");
  });
});

describe("a stream that only some tools read", () => {
  const literals = { 97: 2, 98: 3, 99: 4, 256: 1, 257: 4 };
  const symbols = [A, B, A];
  const distances = { 0: 1, 1: 1 };

  it("has lengths and no distances, whether they are used or only announced", () => {
    const only = { literals: { 97: 1, 256: 1 }, symbols: [A] };
    expect(verdict(dynamic({ literals, distances: {}, symbols }))).toBe("deflate-no-distances");
    expect(verdict(dynamic({ ...only, distances: {}, literalCount: 258 }))).toBe("deflate-no-distances");
    expect(verdict(dynamic({ ...only, distances: {}, literalCount: 257, distanceCount: 30 }))).toBe(
      "accepted",
    );
    expect(verdict(dynamic({ ...only, distances: { 0: 1 }, literalCount: 258 }))).toBe("accepted");
  });

  it("ends before what a table looks at, by one bit", () => {
    const short = { literals, distances, symbols };
    const data = alignedDynamic(short);
    expect(verdict(data)).toBe("deflate-short-end");
    // Last come A with two bits and the end with one; four are looked at, so that one more bit is enough.
    for (const sentLengths of [18, 19]) {
      for (const before of [0, 1, 2, 3]) {
        const aligned = new BitWriter();
        for (let empty = 0; empty < before; empty += 1) writeFixedBlock(aligned, Buffer.alloc(0), false);
        writeDynamicBlock(aligned, { ...short, sentLengths }, true);
        const spare = aligned.bytes().byteLength * 8 - aligned.bitCount;
        expect(verdict(aligned.bytes()), `${spare} spare bits`).toBe(
          spare > 0 ? "accepted" : "deflate-short-end",
        );
      }
    }
  });

  it("says at which bit", () => {
    const front = storedBlock(text, false);
    const data = Buffer.concat([front, dynamic({ literals, distances: {}, symbols })]);
    expect(readDeflate([data], MANY)).toMatchObject({ ok: false, bitOffset: front.byteLength * 8 });
  });
});

it("a reader remembers nothing of the stream before", () => {
  const reader = new DeflateReader();
  const short = alignedDynamic({
    literals: { 97: 2, 98: 3, 99: 4, 256: 1, 257: 4 },
    distances: { 0: 1, 1: 1 },
    symbols: [A, B, A],
  });
  const sound = deflateRawSync(text);
  for (const data of [sound, short, sound.subarray(0, -2), sound, storedBlock(text), sound])
    expect(reader.read([data], MANY)).toEqual(readDeflate([data], MANY));
});

describe("a stream that nobody reads", () => {
  it.each([
    ["cut", fixedDeflate(text).subarray(0, -1), "deflate-unfinished"],
    ["nothing", Buffer.alloc(0), "deflate-unfinished"],
    ["a stored block that is cut", storedBlock(text).subarray(0, -1), "deflate-unfinished"],
    ["no final block", storedBlock(text, false), "deflate-unfinished"],
    ["a reserved block type", Buffer.from([0x07, 0x00]), "deflate-damaged"],
    ["stored lengths that differ", Buffer.from([0x01, 0x01, 0x00, 0x00, 0x00, 0x41]), "deflate-damaged"],
    [
      "too many codes for literals",
      dynamic({ literals: { 97: 1, 98: 1, 256: 1 }, distances: {}, symbols: [] }),
      "deflate-damaged",
    ],
    [
      "too few codes for literals",
      dynamic({ literals: { 97: 2, 256: 1 }, distances: {}, symbols: [A] }),
      "deflate-damaged",
    ],
    [
      "too few codes for distances",
      dynamic({ literals: { 97: 1, 256: 1 }, distances: { 0: 2 }, symbols: [A] }),
      "deflate-damaged",
    ],
    [
      "a distance before the beginning",
      dynamic({ literals: { 97: 1, 256: 2, 257: 2 }, distances: { 0: 1, 1: 1 }, symbols: [A, [257, 1]] }),
      "deflate-damaged",
    ],
  ])("%s", (_, data, problem) => {
    expect(verdict(data)).toBe(problem);
  });

  it("yields more than it may, by one byte", () => {
    for (const data of [fixedDeflate(text), storedBlock(text), deflateRawSync(text)]) {
      expect(verdict(data, text.byteLength)).toBe("accepted");
      expect(verdict(data, text.byteLength - 1)).toBe("data-size");
    }
  });
});

describe("compressors", () => {
  const pool = startDeflatePool(1);
  afterAll(async () => {
    await pool.close();
  });

  it("of ours and of fflate write what every tool reads", async () => {
    const random = new Random(11);
    for (let count = 0; count < 60; count += 1) {
      const bytes = Buffer.from(
        random.text(random.pick(["ab", "abcdefgh \n", "0123456789"]), random.below(3000)),
      );
      const ours = await pool.deflate(bytes);
      expect(verdict(ours.data)).toBe("accepted");
      expect(verdict(deflateSync(bytes, { level: random.pick([1, 6, 9]) }))).toBe("accepted");
    }
  });
});
