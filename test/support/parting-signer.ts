import { createHash } from "node:crypto";
import { Point } from "@noble/ed25519";
import { publicKeyOf, type PublicKey } from "../../src/crypto/keys.ts";

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const ORDER_EIGHT = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
const [SECRET, NONCE] = [1234567n, 7654321n];
const rawKey = Point.BASE.multiply(SECRET).toBytes();

/**
 * A holder of a sound Ed25519 key who signs so that verifiers part: R has a part of order 8, and the equation holds when
 * it is multiplied by the cofactor, and not without.
 */
export const partingSigner = { publicKey: soundKey(), sign: partingSignature };

function soundKey(): PublicKey {
  const key = publicKeyOf(Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), rawKey]));
  if ("reason" in key) throw new Error(key.reason);
  return key;
}

function partingSignature(message: Uint8Array): Uint8Array {
  const commitment = Point.BASE.multiply(NONCE).add(ORDER_EIGHT).toBytes();
  const hash = createHash("sha512").update(commitment).update(rawKey).update(message).digest();
  const scalar = (NONCE + littleEndian(hash) * SECRET) % ORDER;
  return Buffer.concat([commitment, Buffer.from(scalar.toString(16).padStart(64, "0"), "hex").toReversed()]);
}

function littleEndian(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes.toReversed()).toString("hex")}`);
}
