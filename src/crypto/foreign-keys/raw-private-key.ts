import { createPrivateKey, type KeyObject } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { broken, parsed, type Parsed } from "../../model/parsed.ts";
import type { KeyAlgorithm } from "../../model/trust-root.ts";
import { privateKeyOf, rawKeyOf, type PrivateKey } from "../keys.ts";

/** A private key as files of other tools hold it, beside the public half that lay with it. */
export interface RawPrivateKey {
  readonly algorithm: KeyAlgorithm;
  /** The seed of Ed25519, or the number of P-256 in big-endian order: 32 bytes. */
  readonly secret: Uint8Array;
  /** 32 bytes, or an uncompressed point. */
  readonly publicBytes: Uint8Array;
}

/** PKCS#8 (RFC 8410) of an Ed25519 key up to its seed. */
const ED25519_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * The key, once its public half is the one that belongs to it: whoever signs with the one and shows the other gives the
 * key away.
 */
export function privateKeyOfRaw(
  at: string,
  { algorithm, secret, publicBytes }: RawPrivateKey,
): Parsed<PrivateKey> {
  const object = algorithm === "ed25519" ? edwardsKey(secret) : curveKey(secret);
  const key = object === undefined ? undefined : privateKeyOf(object);
  if (key === undefined) return broken(at, "holds a number that is no key");
  if ("reason" in key) return broken(at, key.reason);
  return Buffer.compare(rawKeyOf(key.publicKey).bytes, publicBytes) === 0
    ? parsed(at, key)
    : broken(at, "has a public half that does not belong to it");
}

function edwardsKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, seed]), format: "der", type: "pkcs8" });
}

function curveKey(secret: Uint8Array): KeyObject | undefined {
  const number = Uint8Array.from(secret);
  if (!p256.utils.isValidSecretKey(number)) return undefined;
  const point = p256.getPublicKey(number, false);
  const [x, y, d] = [base64url(point.subarray(1, 33)), base64url(point.subarray(33)), base64url(number)];
  return createPrivateKey({ key: { kty: "EC", crv: "P-256", x, y, d }, format: "jwk" });
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
