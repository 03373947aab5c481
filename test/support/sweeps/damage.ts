/** One way of damaging one byte. */
export interface Damage {
  readonly title: string;
  readonly bytes: Uint8Array;
}

const BITS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** The bytes with one of them replaced. The buffer is the same each time: judge it before the next one is asked for. */
export function* damaged(
  bytes: Uint8Array,
  replacements: (byte: number, offset: number) => readonly number[],
): Iterable<Damage> {
  const copy = Buffer.from(bytes);
  for (const [offset, byte] of bytes.entries()) {
    for (const replacement of new Set(replacements(byte, offset))) {
      if (replacement === byte) continue;
      copy[offset] = replacement;
      yield { title: `byte ${offset} ${hexByte(byte)} -> ${hexByte(replacement)}`, bytes: copy };
    }
    copy[offset] = byte;
  }
}

/** Each of the eight bits flipped, and the byte erased both ways. */
export function everyBit(byte: number): readonly number[] {
  return [...BITS.map((bit) => byte ^ (1 << bit)), 0x00, 0xff];
}

/** One bit, another one at each offset, and the byte erased both ways. */
export function oneBit(byte: number, offset: number): readonly number[] {
  return [byte ^ (1 << (offset % 8)), 0x00, 0xff];
}

/** Every proper prefix, then every proper suffix. */
export function* cuts(bytes: Uint8Array): Iterable<Damage> {
  for (let length = 0; length < bytes.byteLength; length += 1) {
    yield { title: `first ${length} bytes`, bytes: bytes.subarray(0, length) };
  }
  for (let start = 1; start < bytes.byteLength; start += 1) {
    yield { title: `from byte ${start}`, bytes: bytes.subarray(start) };
  }
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
