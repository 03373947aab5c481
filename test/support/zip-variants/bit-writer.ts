/** A Huffman code: its bits, and how many there are. */
export interface Code {
  readonly bits: number;
  readonly length: number;
}

/** Writes the bits of a deflate stream (RFC 1951, 3.1.1). */
export class BitWriter {
  readonly #bytes: number[] = [];
  #used = 8;

  /** Lowest bit first. */
  bits(value: number, count: number): void {
    for (let place = 0; place < count; place += 1) this.#bit((value >> place) & 1);
  }

  /** Huffman codes stand highest bit first. */
  code({ bits, length }: Code): void {
    for (let place = length - 1; place >= 0; place -= 1) this.#bit((bits >> place) & 1);
  }

  get bitCount(): number {
    return (this.#bytes.length - 1) * 8 + this.#used;
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }

  #bit(bit: number): void {
    if (this.#used === 8) {
      this.#bytes.push(0);
      this.#used = 0;
    }
    const last = this.#bytes.length - 1;
    this.#bytes[last] = (this.#bytes[last] ?? 0) | (bit << this.#used);
    this.#used += 1;
  }
}
