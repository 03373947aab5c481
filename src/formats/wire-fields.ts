const UINT32_BYTES = 4;

/**
 * The fields at the beginning of `bytes`, and what is behind them; undefined when they are cut short.
 * @param layout RFC 4251 section 5, a letter for each field: `s` a string (its content), `u` a uint32 (its four bytes).
 */
export function wireFields(
  bytes: Uint8Array,
  layout: string,
): { readonly fields: readonly Uint8Array[]; readonly rest: Uint8Array } | undefined {
  const fields: Uint8Array[] = [];
  let rest = bytes;
  for (const kind of layout) {
    const length = kind === "u" ? UINT32_BYTES : wireNumber(rest);
    const start = kind === "u" ? 0 : UINT32_BYTES;
    if (length === undefined || rest.byteLength < start + length) return undefined;
    fields.push(rest.subarray(start, start + length));
    rest = rest.subarray(start + length);
  }
  return { fields, rest };
}

/** The uint32 at the beginning of `bytes`; undefined when they are fewer than four. */
export function wireNumber(bytes: Uint8Array | undefined): number | undefined {
  if (bytes === undefined || bytes.byteLength < UINT32_BYTES) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset, UINT32_BYTES).readUInt32BE();
}
