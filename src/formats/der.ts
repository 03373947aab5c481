/** Where the content of one element of DER lies. */
export interface DerElement {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** One element of DER (X.690, 8.1) with a length of at most two bytes; undefined when it does not fit. */
export function derElement(der: Uint8Array, offset: number): DerElement | undefined {
  const [tag, first] = [der[offset], der[offset + 1]];
  if (tag === undefined || first === undefined) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  if (lengthBytes > 2) return undefined;
  const start = offset + 2 + lengthBytes;
  const length =
    lengthBytes === 0 ? first : der.subarray(offset + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  return start + length <= der.byteLength ? { tag, start, end: start + length } : undefined;
}
