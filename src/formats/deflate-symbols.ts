import { HuffmanCode } from "./huffman-code.ts";

/** What the symbols of a deflate stream stand for (RFC 1951, 3.2.5 and 3.2.6). */

export const END_OF_BLOCK = 256;
/** Literals, the end of the block, and lengths; two more have fixed codes and no meaning. */
export const MAX_LITERALS = 286;
export const MAX_DISTANCES = 30;

/** In which the lengths of the code length code are sent (RFC 1951, 3.2.7). */
export const LENGTH_ORDER: readonly number[] = [
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/** Of each symbol the least value that it stands for, and how many extra bits are added to that. */
export interface SymbolValues {
  readonly bases: Uint16Array;
  readonly extraBits: Uint8Array;
}

/** Of the symbols from 257 on. The last one is 258 alone, which the one before it could say too. */
export const LENGTHS: SymbolValues = symbolValues(
  3,
  Array.from({ length: 29 }, (_, symbol) => (symbol < 8 || symbol === 28 ? 0 : (symbol - 4) >> 2)),
  { 28: 258 },
);
export const DISTANCES: SymbolValues = symbolValues(
  1,
  Array.from({ length: MAX_DISTANCES }, (_, symbol) => (symbol < 4 ? 0 : (symbol - 2) >> 1)),
);

/** The codes of a fixed block. */
export const FIXED_LITERALS: HuffmanCode = huffmanCode(
  Uint8Array.from({ length: 288 }, (_, symbol) => {
    if (symbol < 144) return 8;
    if (symbol < 256) return 9;
    return symbol < 280 ? 7 : 8;
  }),
);
export const FIXED_DISTANCES: HuffmanCode = huffmanCode(new Uint8Array(32).fill(5));

function huffmanCode(lengths: Uint8Array): HuffmanCode {
  const code = new HuffmanCode();
  code.set(lengths);
  return code;
}

function symbolValues(
  first: number,
  extraBits: readonly number[],
  exceptions: Readonly<Record<number, number>> = {},
): SymbolValues {
  const bases = new Uint16Array(extraBits.length);
  let base = first;
  for (const [symbol, bits] of extraBits.entries()) {
    bases[symbol] = exceptions[symbol] ?? base;
    base += 1 << bits;
  }
  return { bases, extraBits: Uint8Array.from(extraBits) };
}
