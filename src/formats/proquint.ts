const CONSONANTS = "bdfghjklmnprstvz";
const VOWELS = "aiou";

/**
 * Bytes as pronounceable words of five letters, two bytes each (D. S. Wilkerson, "A Proposal for Proquints", 2009).
 * @param bytes An even number of them.
 */
export function proquints(bytes: Uint8Array): readonly string[] {
  if (bytes.byteLength % 2 !== 0) throw new RangeError("a proquint takes two bytes");
  return Array.from({ length: bytes.byteLength / 2 }, (_, index) =>
    proquint(((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)),
  );
}

/** Four bits for each consonant, two for each vowel, highest first. */
function proquint(value: number): string {
  const consonant = (shift: number): string => CONSONANTS.charAt((value >> shift) & 0xf);
  const vowel = (shift: number): string => VOWELS.charAt((value >> shift) & 0x3);
  return consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0);
}
