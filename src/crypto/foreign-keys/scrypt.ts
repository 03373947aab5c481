import { scryptSync } from "node:crypto";

export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** minisign takes 1 GiB by itself, cosign 64 MiB: nobody who made a key asked for more. */
const MAX_MEMORY_BYTES = 1024 * 1024 * 1024;
const MAX_PARALLEL = 16;
/** For what scrypt takes beside its table. */
const SPARE_BYTES = 64 * 1024 * 1024;

/** scrypt (RFC 7914) within limits of memory and time; undefined when a file asks for more, or for what scrypt is not. */
export function scryptKey(
  passphrase: string,
  salt: Uint8Array,
  keyBytes: number,
  { N, r, p }: ScryptCost,
): Uint8Array | undefined {
  const isPower = Number.isSafeInteger(N) && N > 1 && Number.isInteger(Math.log2(N));
  if (!isPower || r < 1 || p < 1 || p > MAX_PARALLEL || 128 * N * r > MAX_MEMORY_BYTES) return undefined;
  return scryptSync(passphrase, salt, keyBytes, { N, r, p, maxmem: MAX_MEMORY_BYTES + SPARE_BYTES });
}
