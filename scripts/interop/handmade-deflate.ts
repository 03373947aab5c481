import { BitWriter, type Code } from "../../test/support/zip-variants/bit-writer.ts";
import { canonicalCodes, LENGTH_ORDER } from "../../test/support/zip-variants/dynamic-block.ts";
import type { Random } from "../../test/support/random.ts";

/**
 * Deflate streams that RFC 1951 allows, or nearly, and that no common compressor writes: where its text is silent,
 * decoders were written with different ideas. Most are dynamic blocks with code lengths of our choice.
 */
export function handmadeDeflate(random: Random): Buffer {
  const out = new BitWriter();
  for (let blocks = random.below(3); blocks > 0; blocks -= 1) writeBlock(out, random, false);
  writeBlock(out, random, true);
  return out.bytes();
}

const END_OF_BLOCK = 256;
function writeBlock(out: BitWriter, random: Random, isLast: boolean): void {
  out.bits(isLast ? 1 : 0, 1);
  out.bits(2, 2);
  const literals = literalLengths(random);
  const distances = distanceLengths(random);
  const extraDistances = random.once(6) ? random.below(3) : 0;
  const lengths = [...literals, ...distances, ...Array.from({ length: extraDistances }, () => 0)];
  writeLengths(out, random, lengths, literals.length, distances.length + extraDistances);
  const codes = canonicalCodes(literals);
  const distanceCodes = canonicalCodes(distances);
  const literalSymbols = symbolsOf(literals).filter((symbol) => symbol < END_OF_BLOCK);
  const matchSymbols = symbolsOf(literals).filter((symbol) => symbol > END_OF_BLOCK);
  const distanceSymbols = symbolsOf(distances);
  for (let count = literalSymbols.length === 0 ? 0 : random.between(4, 60); count > 0; count -= 1) {
    out.code(chosen(codes, literalSymbols, random));
    if (matchSymbols.length === 0 || distanceSymbols.length === 0 || !random.once(4)) continue;
    const match = matchSymbols[random.below(matchSymbols.length)] ?? 257;
    out.code(codes.get(match) ?? noCode);
    out.bits(random.below(32), lengthExtraBits(match));
    const distance = distanceSymbols[random.below(distanceSymbols.length)] ?? 0;
    out.code(distanceCodes.get(distance) ?? noCode);
    out.bits(0, Math.max(0, (distance >> 1) - 1));
  }
  out.code(codes.get(END_OF_BLOCK) ?? noCode);
}

const noCode: Code = { bits: 0, length: 0 };

function chosen(codes: ReadonlyMap<number, Code>, symbols: readonly number[], random: Random): Code {
  return codes.get(symbols[random.below(symbols.length)] ?? END_OF_BLOCK) ?? noCode;
}

function symbolsOf(lengths: readonly number[]): readonly number[] {
  return lengths.flatMap((length, symbol) => (length === 0 ? [] : [symbol]));
}

function lengthExtraBits(symbol: number): number {
  return symbol < 265 || symbol >= 285 ? 0 : (symbol - 261) >> 2;
}

function literalLengths(random: Random): readonly number[] {
  const lengths = Array.from({ length: random.pick([257, 258, 270, 285, 286, 287, 288]) }, () => 0);
  const shape = random.below(6);
  // Only the end of the block: a code of one symbol, so an incomplete one.
  const symbols = shape === 0 ? [] : [97, 98, 99];
  const matches = lengths.length > 257 ? [257 + random.below(lengths.length - 257)] : [];
  return withKraft(lengths, [END_OF_BLOCK, ...symbols, ...(shape === 0 ? [] : matches)], random);
}

function distanceLengths(random: Random): readonly number[] {
  const lengths = Array.from({ length: random.pick([1, 2, 4, 8, 29, 30, 31, 32]) }, () => 0);
  const symbols = lengths.map((_, symbol) => symbol);
  switch (random.below(5)) {
    case 0:
      return lengths;
    case 1:
      return withKraft(lengths, [random.below(lengths.length)], random);
    case 2:
      return withKraft(lengths, symbols.slice(0, 2), random);
    default:
      return withKraft(lengths, symbols, random);
  }
}

/** Lengths 1, 2, 3, .., n, n: complete; now and then one is changed so that the code is incomplete or too full. */
function withKraft(lengths: number[], symbols: readonly number[], random: Random): readonly number[] {
  const used = symbols.slice(0, 15);
  for (const [place, symbol] of used.entries()) {
    lengths[symbol] = place === used.length - 1 && place > 0 ? place : place + 1;
  }
  const last = used.at(-1);
  if (last !== undefined && random.once(10))
    lengths[last] = Math.min(15, (lengths[last] ?? 1) + random.pick([1, 14]));
  return lengths;
}

/** All code lengths with a code of 16 equal lengths of 4 bits; zeros in runs or one by one, over the border or not. */
function writeLengths(
  out: BitWriter,
  random: Random,
  lengths: readonly number[],
  literalCount: number,
  distanceCount: number,
): void {
  out.bits(literalCount - 257, 5);
  out.bits(distanceCount - 1, 5);
  out.bits(LENGTH_ORDER.length - 4, 4);
  // 13 codes of 4 bits and 6 of 5 bits: complete.
  const meta = Array.from({ length: 19 }, (_, symbol) => (symbol < 13 ? 4 : 5));
  for (const symbol of LENGTH_ORDER) out.bits(meta[symbol] ?? 0, 3);
  const codes = canonicalCodes(meta);
  const runs = random.once(2);
  for (let place = 0; place < lengths.length;) {
    const run = runs ? zeroRun(lengths, place) : 0;
    if (run >= 11) {
      out.code(codes.get(18) ?? noCode);
      out.bits(run - 11, 7);
      place += run;
    } else {
      out.code(codes.get(lengths[place] ?? 0) ?? noCode);
      place += 1;
    }
  }
}

function zeroRun(lengths: readonly number[], place: number): number {
  let end = place;
  while (end < lengths.length && end - place < 138 && lengths[end] === 0) end += 1;
  return end - place;
}
