import { BitReader } from "./bit-reader.ts";
import {
  DISTANCES,
  END_OF_BLOCK,
  FIXED_DISTANCES,
  FIXED_LITERALS,
  LENGTH_ORDER,
  LENGTHS,
  MAX_DISTANCES,
  MAX_LITERALS,
} from "./deflate-symbols.ts";
import { HuffmanCode, MAX_CODE_BITS } from "./huffman-code.ts";

/**
 * What is wrong with a stream, by the finding that names it. zlib takes the first two kinds: Info-ZIP refuses a block
 * that can say how long a match is and not how far back; a reader that looks bits up with as many as its longest code
 * has, BusyBox among them, finds no more bits where a short code stands at the end.
 */
export type DeflateProblem =
  | "container.deflate-no-distances"
  | "container.deflate-short-end"
  | "container.deflate-damaged"
  | "container.deflate-unfinished"
  | "container.data-size";

export interface DeflateRefusal {
  readonly ok: false;
  readonly problem: DeflateProblem;
  /** From the first bit of the stream: where the bits that show it begin. */
  readonly bitOffset: number;
  readonly found: string;
}

export type DeflateReading =
  | {
      readonly ok: true;
      readonly sizeBytes: number;
      /** To the last byte of the final block. */
      readonly compressedSizeBytes: number;
    }
  | DeflateRefusal;

/** As DeflateReader, for one stream. */
export function readDeflate(pieces: Iterable<Uint8Array>, maxSizeBytes: number): DeflateReading {
  return new DeflateReader().read(pieces, maxSizeBytes);
}

/**
 * How many bits Info-ZIP's tables, which BusyBox and others took over, are indexed with at first: a shorter code is looked
 * up with so many, a longer one with up to as many as the longest has.
 */
const FIRST_LOOK_BITS = { literals: 9, distances: 6, codeLengths: 7 } as const;

/** Reads one stream after the other, with tables that are made once: for small files they cost more than reading. */
export class DeflateReader {
  #bits = new BitReader([]);
  readonly #lengthCode = new HuffmanCode();
  readonly #literals = new HuffmanCode();
  readonly #distances = new HuffmanCode();
  readonly #lengths = new Uint8Array(MAX_LITERALS + MAX_DISTANCES);
  #maxSizeBytes = 0;
  #sizeBytes = 0;
  /** Where a reader that looks ahead first finds too few bits, if it does. */
  #shortEnd: number | undefined;

  /**
   * Follows a raw deflate stream (RFC 1951) symbol by symbol to the end of its final block, counting what it yields and
   * keeping none of it. Refuses what zlib refuses, and what zlib takes and another tool does not. Stops as soon as the
   * stream yields more than `maxSizeBytes`.
   */
  read(pieces: Iterable<Uint8Array>, maxSizeBytes: number): DeflateReading {
    this.#bits = new BitReader(pieces);
    this.#maxSizeBytes = maxSizeBytes;
    this.#sizeBytes = 0;
    this.#shortEnd = undefined;
    for (let isLast = false; !isLast;) {
      const bitOffset = this.#bits.bitOffset;
      isLast = this.#bits.take(1) === 1;
      const defect = this.#readBlock(this.#bits.take(2), bitOffset);
      if (defect !== undefined) return defect;
    }
    if (this.#shortEnd !== undefined)
      return refusal(
        "container.deflate-short-end",
        this.#shortEnd,
        "a code that ends before a reader's look does",
      );
    const compressedSizeBytes = Math.ceil(this.#bits.bitOffset / 8);
    return { ok: true, sizeBytes: this.#sizeBytes, compressedSizeBytes };
  }

  #readBlock(type: number, bitOffset: number): DeflateRefusal | undefined {
    switch (type) {
      case 0:
        return this.#readStored();
      case 1:
        return this.#readSymbols(FIXED_LITERALS, FIXED_DISTANCES);
      case 2:
        return this.#readCodes(bitOffset) ?? this.#readSymbols(this.#literals, this.#distances);
      default:
        return this.#damaged(bitOffset, "a block of type 3");
    }
  }

  #readStored(): DeflateRefusal | undefined {
    this.#bits.skipToByte();
    const { bitOffset } = this.#bits;
    const sizeBytes = this.#bits.take(16);
    if ((this.#bits.take(16) ^ sizeBytes) !== 0xffff)
      return this.#damaged(bitOffset, "a stored block whose two lengths differ");
    this.#bits.skipBytes(sizeBytes);
    this.#sizeBytes += sizeBytes;
    return this.#unfinished() ?? this.#tooMuch(bitOffset);
  }

  /** The two codes of a dynamic block (RFC 1951, 3.2.7). */
  #readCodes(bitOffset: number): DeflateRefusal | undefined {
    const literalCount = 257 + this.#bits.take(5);
    const distanceCount = 1 + this.#bits.take(5);
    if (literalCount > MAX_LITERALS || distanceCount > MAX_DISTANCES)
      return this.#damaged(bitOffset, `${literalCount} literals and ${distanceCount} distances`);
    const lengths = this.#lengths.subarray(0, literalCount + distanceCount);
    const defect = this.#readLengthCode() ?? this.#readLengths(lengths);
    if (defect !== undefined) return defect;
    if (lengths[END_OF_BLOCK] === 0) return this.#damaged(bitOffset, "a block whose end has no code");
    this.#literals.set(lengths.subarray(0, literalCount));
    this.#distances.set(lengths.subarray(literalCount));
    if (!isUsable(this.#literals)) return this.#damaged(bitOffset, words("literals", this.#literals));
    const hasDistances = this.#distances.usedSymbols > 0;
    if (hasDistances && !isUsable(this.#distances))
      return this.#damaged(bitOffset, words("distances", this.#distances));
    // Info-ZIP goes by how many codes are announced, whether one of them is a length or not.
    if (!hasDistances && literalCount > END_OF_BLOCK + 1)
      return refusal(
        "container.deflate-no-distances",
        bitOffset,
        "a block with lengths and without distances",
      );
    return undefined;
  }

  #readLengthCode(): DeflateRefusal | undefined {
    const { bitOffset } = this.#bits;
    const sent = 4 + this.#bits.take(4);
    const lengths = this.#lengths.subarray(0, LENGTH_ORDER.length).fill(0);
    for (let place = 0; place < sent; place += 1) lengths[LENGTH_ORDER[place] ?? 0] = this.#bits.take(3);
    this.#lengthCode.set(lengths);
    if (this.#lengthCode.freeCodes === 0) return undefined;
    return this.#damaged(bitOffset, words("code lengths", this.#lengthCode));
  }

  #readLengths(lengths: Uint8Array): DeflateRefusal | undefined {
    for (let place = 0; place < lengths.length;) {
      const { bitOffset } = this.#bits;
      const entry = this.#lengthCode.entry(this.#bits.peek());
      this.#look(this.#lengthCode, entry, FIRST_LOOK_BITS.codeLengths);
      this.#bits.skip(entry & 15);
      const symbol = entry >> 4;
      if (symbol < 16) {
        lengths[place] = symbol;
        place += 1;
        continue;
      }
      if (symbol === 16 && place === 0) return this.#damaged(bitOffset, "a repeat with nothing before it");
      const length = symbol === 16 ? (lengths[place - 1] ?? 0) : 0;
      const end = place + this.#repeat(symbol);
      if (end > lengths.length) return this.#damaged(bitOffset, "more code lengths than announced");
      lengths.fill(length, place, end);
      place = end;
    }
    return this.#unfinished();
  }

  #repeat(symbol: number): number {
    if (symbol === 16) return 3 + this.#bits.take(2);
    return symbol === 17 ? 3 + this.#bits.take(3) : 11 + this.#bits.take(7);
  }

  #readSymbols(literals: HuffmanCode, distances: HuffmanCode): DeflateRefusal | undefined {
    const bits = this.#bits;
    // Those tables end where the code of the end of the block does, so that it is never looked past.
    const firstLookBits = Math.min(FIRST_LOOK_BITS.literals, literals.lengthOf(END_OF_BLOCK));
    for (;;) {
      const entry = literals.entry(bits.peek());
      if (entry === 0) return this.#damaged(bits.bitOffset, "bits that are no literal and no length");
      const symbol = entry >> 4;
      if (symbol !== END_OF_BLOCK) this.#look(literals, entry, firstLookBits);
      bits.skip(entry & 15);
      if (symbol < END_OF_BLOCK) this.#sizeBytes += 1;
      else if (symbol === END_OF_BLOCK) return this.#unfinished();
      else {
        const defect = this.#readMatch(symbol - END_OF_BLOCK - 1, distances);
        if (defect !== undefined) return defect;
      }
      if (bits.isPastEnd || this.#sizeBytes > this.#maxSizeBytes)
        return this.#unfinished() ?? this.#tooMuch(bits.bitOffset);
    }
  }

  #readMatch(length: number, distances: HuffmanCode): DeflateRefusal | undefined {
    const bits = this.#bits;
    const { bitOffset } = bits;
    const base = LENGTHS.bases[length];
    if (base === undefined) return this.#damaged(bitOffset, "a length code without a meaning");
    const matched = base + bits.take(LENGTHS.extraBits[length] ?? 0);
    const entry = distances.entry(bits.peek());
    if (entry === 0) return this.#damaged(bitOffset, "bits that are no distance");
    this.#look(distances, entry, FIRST_LOOK_BITS.distances);
    bits.skip(entry & 15);
    const distanceBase = DISTANCES.bases[entry >> 4];
    if (distanceBase === undefined) return this.#damaged(bitOffset, "a distance code without a meaning");
    const distance = distanceBase + bits.take(DISTANCES.extraBits[entry >> 4] ?? 0);
    if (distance > this.#sizeBytes) return this.#damaged(bitOffset, "a distance before the beginning");
    this.#sizeBytes += matched;
    return undefined;
  }

  /** Whether a reader that looks ahead finds enough bits for the code that it is about to read. */
  #look({ longestBits }: HuffmanCode, entry: number, firstBits: number): void {
    const bits = this.#bits;
    if (bits.leftBits >= MAX_CODE_BITS) return;
    const first = Math.min(firstBits, longestBits);
    const needed = (entry & 15) <= first ? first : longestBits;
    if (bits.leftBits < needed) this.#shortEnd ??= bits.bitOffset;
  }

  #unfinished(): DeflateRefusal | undefined {
    if (!this.#bits.isPastEnd) return undefined;
    return refusal("container.deflate-unfinished", this.#bits.bitOffset, "a stream that does not end");
  }

  #tooMuch(bitOffset: number): DeflateRefusal | undefined {
    if (this.#sizeBytes <= this.#maxSizeBytes) return undefined;
    return refusal("container.data-size", bitOffset, "more bytes than its header says");
  }

  /** Zeros behind the end are not what is wrong. */
  #damaged(bitOffset: number, found: string): DeflateRefusal {
    return this.#unfinished() ?? refusal("container.deflate-damaged", bitOffset, found);
  }
}

function refusal(problem: DeflateProblem, bitOffset: number, found: string): DeflateRefusal {
  return { ok: false, problem, bitOffset, found };
}

/** Complete, or a single code of one bit. */
function isUsable({ freeCodes, longestBits }: HuffmanCode): boolean {
  return freeCodes === 0 || (freeCodes > 0 && longestBits === 1);
}

function words(what: string, { freeCodes }: HuffmanCode): string {
  return freeCodes < 0 ? `more codes for ${what} than there are` : `an incomplete code for ${what}`;
}
