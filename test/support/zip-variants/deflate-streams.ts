import { BitWriter, type Code } from "./bit-writer.ts";

/** Deflate streams with the same bytes on every machine, which those of a compressor would not have. */

const END_OF_BLOCK = 256;

/** One block of literals in the fixed code (RFC 1951, 3.2.6). */
export function fixedDeflate(content: Uint8Array): Buffer {
  const out = new BitWriter();
  writeFixedBlock(out, content, true);
  return out.bytes();
}

export function writeFixedBlock(out: BitWriter, content: Uint8Array, isLast: boolean): void {
  out.bits(isLast ? 1 : 0, 1);
  out.bits(1, 2);
  for (const byte of content) out.code(fixedCode(byte));
  out.code(fixedCode(END_OF_BLOCK));
}

/** Of a literal, a length or the end of the block. */
export function fixedCode(symbol: number): Code {
  if (symbol < 144) return { bits: 0x30 + symbol, length: 8 };
  if (symbol < 256) return { bits: 0x190 + symbol - 144, length: 9 };
  return symbol < 280 ? { bits: symbol - 256, length: 7 } : { bits: 0xc0 + symbol - 280, length: 8 };
}

/** One stored block; up to 65,535 bytes. */
export function storedBlock(content: Uint8Array, isLast = true): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(isLast ? 1 : 0, 0);
  head.writeUInt16LE(content.byteLength, 1);
  head.writeUInt16LE(content.byteLength ^ 0xffff, 3);
  return Buffer.concat([head, content]);
}

/** Four copies of length 258 from distance 1 are one byte: two codes of one bit each. */
const ZEROS_PER_BYTE = 4 * 258;

/**
 * A stream of about `sizeBytes` / 1032 bytes that yields as many zeros, the most that deflate can do. A dynamic block
 * with one literal, the length 258, the end of the block, and one distance.
 */
export function deflatedZeros(sizeBytes: number): { readonly data: Buffer; readonly sizeBytes: number } {
  const runs = Math.floor((sizeBytes - 1) / ZEROS_PER_BYTE);
  const head = new BitWriter();
  writeZerosHeader(head);
  head.code({ bits: 0b10, length: 2 });
  // From here on the stream has to stand at a byte.
  let extra = 0;
  while (head.bitCount % 8 !== 0) {
    head.code({ bits: 0, length: 1 });
    head.code({ bits: 0, length: 1 });
    extra += 258;
  }
  const end = new BitWriter();
  end.code({ bits: 0b11, length: 2 });
  const data = Buffer.concat([head.bytes(), Buffer.alloc(runs), end.bytes()]);
  return { data, sizeBytes: 1 + extra + runs * ZEROS_PER_BYTE };
}

/** Codes: 258 bytes `0`, literal zero `10`, end of block `11`; the one distance `0`. */
function writeZerosHeader(out: BitWriter): void {
  out.bits(1, 1);
  out.bits(2, 2);
  out.bits(286 - 257, 5);
  out.bits(0, 5);
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  out.bits(order.length - 4, 4);
  // Of the code lengths only three are sent: 18 (a run of zeros) with one bit, 1 and 2 with two.
  const lengths: Readonly<Record<number, number>> = { 18: 1, 1: 2, 2: 2 };
  for (const symbol of order) out.bits(lengths[symbol] ?? 0, 3);
  const one: Code = { bits: 0b10, length: 2 };
  const two: Code = { bits: 0b11, length: 2 };
  const zeros = (count: number): void => {
    out.code({ bits: 0, length: 1 });
    out.bits(count - 11, 7);
  };
  out.code(two);
  zeros(138);
  zeros(117);
  out.code(two);
  zeros(28);
  out.code(one);
  out.code(one);
}
