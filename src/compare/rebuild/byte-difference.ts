const CONTEXT_BYTES = 12;

/** Offset of the first byte that differs; the length of the shorter one when it begins the longer one. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.byteLength, b.byteLength);
  let offset = 0;
  while (offset < most && a[offset] === b[offset]) offset += 1;
  return offset;
}

/** A few bytes from before `offset` on, as text where they are printable. */
export function bytesAround(bytes: Uint8Array, offset: number): string {
  if (offset >= bytes.byteLength) return "end of file";
  const start = Math.max(0, offset - CONTEXT_BYTES / 2);
  const part = bytes.subarray(start, start + CONTEXT_BYTES * 2);
  const text = Array.from(part, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
  );
  return `"${text.join("")}"`;
}
