const EMPTY = new Uint8Array();
/** More than any code or number of extra bits has (RFC 1951, 3.2.5 to 3.2.7). */
const MAX_TAKEN_BITS = 16;

/**
 * The bits of a deflate stream, lowest first (RFC 1951, 3.1.1), from pieces of any size. Behind the last byte there are
 * zeros without end: whoever takes bits asks `isPastEnd` before they believe them.
 */
export class BitReader {
  readonly #pieces: Iterator<Uint8Array>;
  #piece: Uint8Array = EMPTY;
  #place = 0;
  #piecesBytes = 0;
  #bits = 0;
  #count = 0;
  /** How many of the bits that were put in are not of the data. */
  #paddedBits = 0;

  constructor(pieces: Iterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.iterator]();
  }

  /** Of the first bit that was not taken yet. */
  get bitOffset(): number {
    return (this.#piecesBytes + this.#place) * 8 + this.#paddedBits - this.#count;
  }

  /** How many bits the data still has, as far as `peek` shows: exact below 16, and below 0 once more were taken. */
  get leftBits(): number {
    return this.#count - this.#paddedBits;
  }

  /** Whether bits were taken that the data does not have. */
  get isPastEnd(): boolean {
    return this.#count < this.#paddedBits;
  }

  /** At least 16 bits from here on, which stay there. */
  peek(): number {
    if (this.#count < MAX_TAKEN_BITS) this.#fill();
    return this.#bits;
  }

  /** What `peek` showed; at most 16 bits. */
  skip(count: number): void {
    this.#bits >>>= count;
    this.#count -= count;
  }

  /** A number of at most 16 bits. */
  take(count: number): number {
    const value = this.peek() & ((1 << count) - 1);
    this.skip(count);
    return value;
  }

  skipToByte(): void {
    this.skip(this.#count & 7);
  }

  /** From a byte boundary on. */
  skipBytes(sizeBytes: number): void {
    let left = sizeBytes;
    for (; left > 0 && this.#count > 0; left -= 1) this.skip(8);
    while (left > 0) {
      const step = Math.min(left, this.#piece.byteLength - this.#place);
      this.#place += step;
      left -= step;
      if (left === 0 || this.#nextPiece()) continue;
      // One bit too few is as good as many.
      this.#paddedBits += 8;
      return;
    }
  }

  #fill(): void {
    const piece = this.#piece;
    const place = this.#place;
    if (place + 2 <= piece.byteLength) {
      this.#bits |= ((piece[place] ?? 0) | ((piece[place + 1] ?? 0) << 8)) << this.#count;
      this.#place = place + 2;
      this.#count += 16;
      return;
    }
    while (this.#count < MAX_TAKEN_BITS) {
      this.#bits |= this.#nextByte() << this.#count;
      this.#count += 8;
    }
  }

  #nextByte(): number {
    while (this.#place === this.#piece.byteLength) {
      if (this.#nextPiece()) continue;
      this.#paddedBits += 8;
      return 0;
    }
    const byte = this.#piece[this.#place] ?? 0;
    this.#place += 1;
    return byte;
  }

  #nextPiece(): boolean {
    this.#piecesBytes += this.#place;
    this.#place = 0;
    const next = this.#pieces.next();
    this.#piece = next.done === true ? EMPTY : next.value;
    return next.done !== true;
  }
}
