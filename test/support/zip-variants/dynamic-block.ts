import { BitWriter, type Code } from "./bit-writer.ts";
import { writeFixedBlock } from "./deflate-streams.ts";

/** In which the lengths of the code length code are sent (RFC 1951, 3.2.7). */
export const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END_OF_BLOCK = 256;
const THREE_BITS: Readonly<Record<number, number>> = { 0: 3, 1: 3, 2: 3, 3: 3, 4: 3, 5: 3, 6: 3, 7: 3 };

/** RFC 1951, 3.2.2: one length for each symbol, 0 for none. */
export function canonicalCodes(lengths: readonly number[]): ReadonlyMap<number, Code> {
  const codes = new Map<number, Code>();
  let bits = 0;
  for (let length = 1; length <= 15; length += 1) {
    for (const [symbol, itsLength] of lengths.entries()) {
      if (itsLength !== length) continue;
      codes.set(symbol, { bits, length });
      bits += 1;
    }
    bits <<= 1;
  }
  return codes;
}

/** Bits that say a literal, or a match of the least length that its code has, from a distance of one to four. */
export type Symbols = readonly (number | readonly [length: number, distance: number])[];

export interface DynamicBlock {
  /** Code lengths from 0 to 7, by symbol; a hole stands for 0. */
  readonly literals: Readonly<Record<number, number>>;
  readonly distances: Readonly<Record<number, number>>;
  readonly symbols: Symbols;
  /** How many codes are announced; left out: up to the last one. */
  readonly literalCount?: number;
  readonly distanceCount?: number;
  /** The code length code; left out: three bits for each length from 0 to 7. */
  readonly lengthLengths?: Readonly<Record<number, number>>;
  /** How much of it is sent: 18 or 19. */
  readonly sentLengths?: number;
}

/** A block with codes of its own; the end of the block is added. */
export function writeDynamicBlock(out: BitWriter, block: DynamicBlock, isLast: boolean): void {
  const literals = listOf(block.literals, block.literalCount ?? 257);
  const distances = listOf(block.distances, block.distanceCount ?? 1);
  const { sentLengths = LENGTH_ORDER.length, lengthLengths = THREE_BITS } = block;
  out.bits(isLast ? 1 : 0, 1);
  out.bits(2, 2);
  out.bits(literals.length - 257, 5);
  out.bits(distances.length - 1, 5);
  out.bits(sentLengths - 4, 4);
  for (const symbol of LENGTH_ORDER.slice(0, sentLengths)) out.bits(lengthLengths[symbol] ?? 0, 3);
  const lengthCodes = canonicalCodes(listOf(lengthLengths, LENGTH_ORDER.length));
  for (const length of [...literals, ...distances]) out.code(codeOf(lengthCodes, length));
  const [literalCodes, distanceCodes] = [canonicalCodes(literals), canonicalCodes(distances)];
  for (const symbol of [...block.symbols, END_OF_BLOCK]) {
    if (typeof symbol === "number") {
      out.code(codeOf(literalCodes, symbol));
      continue;
    }
    out.code(codeOf(literalCodes, symbol[0]));
    out.code(codeOf(distanceCodes, symbol[1]));
  }
}

/** The stream of one such block that ends with the last bit of a byte. */
export function alignedDynamic(block: DynamicBlock, before: Uint8Array = new Uint8Array()): Buffer {
  for (const sentLengths of [18, 19]) {
    for (let empty = 0; empty < 4; empty += 1) {
      const out = new BitWriter();
      for (let count = 0; count < empty; count += 1) writeFixedBlock(out, new Uint8Array(), false);
      if (before.byteLength > 0) writeFixedBlock(out, before, false);
      writeDynamicBlock(out, { ...block, sentLengths }, true);
      if (out.bitCount % 8 === 0) return out.bytes();
    }
  }
  throw new Error("no such stream");
}

function listOf(lengths: Readonly<Record<number, number>>, least: number): readonly number[] {
  const count = Math.max(least, ...Object.keys(lengths).map((symbol) => Number(symbol) + 1));
  return Array.from({ length: count }, (_, symbol) => lengths[symbol] ?? 0);
}

function codeOf(codes: ReadonlyMap<number, Code>, symbol: number): Code {
  const code = codes.get(symbol);
  if (code === undefined) throw new Error(`no code for ${symbol}`);
  return code;
}
