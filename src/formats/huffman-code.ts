/** A code has at most 15 bits (RFC 1951, 3.2.7). */
export const MAX_CODE_BITS = 15;
/** Codes up to this length are found by one look into a table; longer ones are rare. */
const TABLE_BITS = 10;
const MAX_SYMBOLS = 288;

/** A canonical Huffman code (RFC 1951, 3.2.2), which can be set again and again without taking memory. */
export class HuffmanCode {
  readonly #table = new Uint16Array(1 << TABLE_BITS);
  /** How many codes have each length. */
  readonly #counts = new Uint16Array(MAX_CODE_BITS + 1);
  /** In the order of their codes. */
  readonly #symbols = new Uint16Array(MAX_SYMBOLS);
  /** Of each length: the next code that is given out, and the place of its symbol. */
  readonly #codes = new Uint16Array(MAX_CODE_BITS + 1);
  readonly #places = new Uint16Array(MAX_CODE_BITS + 1);
  #mask = 0;
  /** Of each symbol; as they were given. */
  #lengths: Uint8Array = new Uint8Array();

  /** The longest code has so many bits; 0 when there is none. */
  longestBits = 0;
  /** How many symbols have a code. */
  usedSymbols = 0;
  /** Of 32,768 codes of 15 bits how many are left over: 0 for a complete code, less for one that is oversubscribed. */
  freeCodes = 0;

  /** One length for each symbol, at most 288; 0 for a symbol without a code. */
  set(lengths: Uint8Array): void {
    this.#lengths = lengths;
    this.#count(lengths);
    if (this.freeCodes >= 0) this.#fill(lengths);
  }

  /** 0 for a symbol without a code. */
  lengthOf(symbol: number): number {
    return this.#lengths[symbol] ?? 0;
  }

  /** `symbol << 4 | length` of the code with which these bits begin, the first one lowest; 0 where none does. */
  entry(bits: number): number {
    const entry = this.#table[bits & this.#mask] ?? 0;
    return entry !== 0 || this.longestBits <= TABLE_BITS ? entry : this.#longEntry(bits);
  }

  #count(lengths: Uint8Array): void {
    this.#counts.fill(0);
    for (let symbol = 0; symbol < lengths.byteLength; symbol += 1) {
      const length = lengths[symbol] ?? 0;
      this.#counts[length] = (this.#counts[length] ?? 0) + 1;
    }
    this.#counts[0] = 0;
    let freeCodes = 1;
    let usedSymbols = 0;
    this.longestBits = 0;
    for (let length = 1; length <= MAX_CODE_BITS; length += 1) {
      const count = this.#counts[length] ?? 0;
      freeCodes = freeCodes * 2 - count;
      usedSymbols += count;
      if (count > 0) this.longestBits = length;
    }
    this.freeCodes = freeCodes;
    this.usedSymbols = usedSymbols;
  }

  #fill(lengths: Uint8Array): void {
    const tableBits = Math.min(TABLE_BITS, this.longestBits);
    this.#mask = (1 << tableBits) - 1;
    this.#table.fill(0, 0, this.#mask + 1);
    for (let length = 1, code = 0, place = 0; length <= this.longestBits; length += 1) {
      this.#codes[length] = code;
      this.#places[length] = place;
      const count = this.#counts[length] ?? 0;
      code = (code + count) << 1;
      place += count;
    }
    for (let symbol = 0; symbol < lengths.byteLength; symbol += 1) {
      const length = lengths[symbol] ?? 0;
      if (length > 0) this.#enter(symbol, length);
    }
  }

  /** Into the table at every place whose lowest bits are the next code of this length. */
  #enter(symbol: number, length: number): void {
    const code = this.#codes[length] ?? 0;
    const place = this.#places[length] ?? 0;
    this.#codes[length] = code + 1;
    this.#places[length] = place + 1;
    this.#symbols[place] = symbol;
    if (length > TABLE_BITS) return;
    const entry = (symbol << 4) | length;
    for (let index = reversed(code, length); index <= this.#mask; index += 1 << length)
      this.#table[index] = entry;
  }

  /** Length by length, as the codes were given out. */
  #longEntry(bits: number): number {
    let code = 0;
    let first = 0;
    let place = 0;
    for (let length = 1; length <= this.longestBits; length += 1) {
      code |= (bits >>> (length - 1)) & 1;
      const count = this.#counts[length] ?? 0;
      if (code - first < count) return ((this.#symbols[place + code - first] ?? 0) << 4) | length;
      place += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return 0;
  }
}

/** Codes stand in the stream with their highest bit first. */
function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit += 1) result |= ((code >>> bit) & 1) << (length - 1 - bit);
  return result;
}
