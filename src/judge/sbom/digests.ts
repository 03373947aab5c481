/** Hex digits of a digest, by the name that SPDX 2.3 gives the algorithm. MD6 and BLAKE3 have no fixed length. */
const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ["ADLER32", 8],
  ["MD2", 32],
  ["MD4", 32],
  ["MD5", 32],
  ["SHA1", 40],
  ["SHA224", 56],
  ["SHA256", 64],
  ["SHA384", 96],
  ["SHA512", 128],
  ["SHA3-256", 64],
  ["SHA3-384", 96],
  ["SHA3-512", 128],
  ["BLAKE2B-256", 64],
  ["BLAKE2B-384", 96],
  ["BLAKE2B-512", 128],
]);

export type DigestFault = {
  readonly kind: "length" | "case";
  readonly expected: string;
  readonly actual: string;
};

/** What is wrong with a digest of an algorithm; undefined when nothing is. */
export function digestFault(algorithm: string, value: string): DigestFault | undefined {
  const digits = HEX_DIGITS.get(algorithm.toUpperCase());
  const isHex = /^[0-9a-fA-F]+$/.test(value);
  if (!isHex || (digits !== undefined && value.length !== digits)) {
    const actual = isHex ? `${value.length} digits` : "other characters";
    return { kind: "length", expected: `${digits ?? "some"} hex digits for ${algorithm}`, actual };
  }
  if (/[A-F]/.test(value)) return { kind: "case", expected: "lower case", actual: value.slice(0, 16) };
  return undefined;
}
