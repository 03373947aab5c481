import { blake2b } from "@noble/hashes/blake2.js";
import { splitMinisignSecret, type MinisignSecretKey } from "../../formats/minisign-key.ts";
import { broken, parsed, type Parsed } from "../../model/parsed.ts";
import type { RawPrivateKey } from "./raw-private-key.ts";
import { scryptKey, type ScryptCost } from "./scrypt.ts";

const ALGORITHM = Buffer.from("Ed");
const CHECK_SUM_BYTES = 32;
const SEED_BYTES = 32;
const BLOCK_SIZE = 8;
const LEAST_OPS = 32_768;

/** Opens a key of minisign; undefined `passphrase`: it is kept without one. */
export function openMinisignKey(
  at: string,
  { kdf, locked }: MinisignSecretKey,
  passphrase: string | undefined,
): Parsed<RawPrivateKey> {
  const stream =
    kdf === undefined
      ? new Uint8Array(locked.byteLength)
      : scryptKey(passphrase ?? "", kdf.salt, locked.byteLength, scryptCost(kdf.opsLimit, kdf.memLimitBytes));
  if (stream === undefined) return broken(at, "asks for more memory or time than minisign takes");
  const { keyNumber, pair, checkSum } = splitMinisignSecret(
    locked.map((byte, index) => byte ^ (stream[index] ?? 0)),
  );
  const sum = blake2b(Buffer.concat([ALGORITHM, keyNumber, pair]), { dkLen: CHECK_SUM_BYTES });
  // `minisign -W` writes none. The public half in the pair is compared all the same.
  const isUnchecked = kdf === undefined && checkSum.every((byte) => byte === 0);
  if (!isUnchecked && Buffer.compare(sum, checkSum) !== 0)
    return broken(at, kdf === undefined ? "is damaged" : "cannot be decrypted with this passphrase");
  const [secret, publicBytes] = [pair.subarray(0, SEED_BYTES), pair.subarray(SEED_BYTES)];
  return parsed(at, { algorithm: "ed25519", secret, publicBytes });
}

/** How libsodium's `crypto_pwhash_scryptsalsa208sha256` turns its two limits into the cost of scrypt. */
function scryptCost(opsLimit: bigint, memLimitBytes: bigint): ScryptCost {
  const ops = Math.max(Number(opsLimit), LEAST_OPS);
  const memory = Number(memLimitBytes);
  const isShort = ops < memory / 32;
  const most = Math.floor(isShort ? ops / (BLOCK_SIZE * 4) : memory / (BLOCK_SIZE * 128));
  let exponent = 1;
  while (exponent < 63 && 2 ** exponent <= most / 2) exponent += 1;
  const N = 2 ** exponent;
  return { N, r: BLOCK_SIZE, p: isShort ? 1 : Math.floor(ops / 4 / N / BLOCK_SIZE) };
}
