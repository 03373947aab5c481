import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { decodeBase64 } from "./base64.ts";

/** A minisign secret key (minisign(1), "Secret key format"), still locked. */
export interface MinisignSecretKey {
  /** libsodium's limits for scrypt; undefined: the key is kept without passphrase. */
  readonly kdf:
    | { readonly salt: Uint8Array; readonly opsLimit: bigint; readonly memLimitBytes: bigint }
    | undefined;
  /** 104 bytes: {@link splitMinisignSecret} reads them once the key stream is taken off. */
  readonly locked: Uint8Array;
}

/** 8 bytes of number, 64 of seed and public key, 32 of check sum. */
export interface MinisignSecret {
  readonly keyNumber: Uint8Array;
  readonly pair: Uint8Array;
  readonly checkSum: Uint8Array;
}

const ALGORITHM = "Ed";
const SECRET_FILE_BYTES = 158;
const PUBLIC_FILE_BYTES = 42;
/** Where the fields of a secret key begin. */
const [KDF, CHECK_SUM, SALT, OPS, MEM, LOCKED] = [2, 4, 6, 38, 46, 54] as const;
const [NUMBER_BYTES, PAIR_BYTES] = [8, 64] as const;

export function isMinisignFile(text: string): boolean {
  return text.startsWith("untrusted comment:");
}

export function parseMinisignSecretKey(at: string, text: string): Parsed<MinisignSecretKey> {
  const bytes = secondLine(text);
  if (bytes?.byteLength !== SECRET_FILE_BYTES || latin1(bytes, 0) !== ALGORITHM)
    return broken(at, "is not a minisign secret key");
  if (latin1(bytes, CHECK_SUM) !== "B2") return broken(at, "has a check sum of an unknown kind");
  const locked = bytes.subarray(LOCKED);
  const kdf = latin1(bytes, KDF);
  if (kdf === "\0\0") return parsed(at, { kdf: undefined, locked });
  if (kdf !== "Sc") return broken(at, "is locked in a way that is not known");
  const numbers = Buffer.from(bytes);
  const [opsLimit, memLimitBytes] = [numbers.readBigUInt64LE(OPS), numbers.readBigUInt64LE(MEM)];
  return parsed(at, { kdf: { salt: bytes.subarray(SALT, OPS), opsLimit, memLimitBytes }, locked });
}

export function splitMinisignSecret(unlocked: Uint8Array): MinisignSecret {
  const pairEnd = NUMBER_BYTES + PAIR_BYTES;
  return {
    keyNumber: unlocked.subarray(0, NUMBER_BYTES),
    pair: unlocked.subarray(NUMBER_BYTES, pairEnd),
    checkSum: unlocked.subarray(pairEnd),
  };
}

/** The Ed25519 key in a public key file of minisign or signify; undefined when it is none. */
export function readMinisignPublicKey(text: string): Uint8Array | undefined {
  const bytes = secondLine(text);
  return bytes?.byteLength === PUBLIC_FILE_BYTES && latin1(bytes, 0) === ALGORITHM
    ? bytes.subarray(ALGORITHM.length + NUMBER_BYTES)
    : undefined;
}

function secondLine(text: string): Uint8Array | undefined {
  const [, line = "", ...rest] = text.split("\n");
  return rest.join("") === "" ? decodeBase64(line) : undefined;
}

function latin1(bytes: Uint8Array, start: number): string {
  return Buffer.from(bytes.subarray(start, start + 2)).toString("latin1");
}
