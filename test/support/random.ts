import { createCipheriv } from "node:crypto";

/** Numbers and bytes that follow from a seed alone, so that a run can be repeated. Not for secrets. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 32 bits (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** From 0 to `limit` - 1. */
  below(limit: number): number {
    return this.next() % limit;
  }

  /** From `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  /** True once in `odds` times. */
  once(odds: number): boolean {
    return this.below(odds) === 0;
  }

  bytes(sizeBytes: number): Buffer {
    const key = Buffer.alloc(16);
    for (let offset = 0; offset < 16; offset += 4) key.writeUInt32LE(this.next(), offset);
    return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
  }

  /** `length` of the characters of `alphabet`. */
  text(alphabet: string, length: number): string {
    let text = "";
    while (text.length < length) text += alphabet.charAt(this.below(alphabet.length));
    return text;
  }
}
