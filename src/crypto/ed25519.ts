import {
  createHash,
  createPublicKey,
  sign as nodeSign,
  verify as nodeVerify,
  type KeyObject,
} from "node:crypto";
import { hashes, Point, verify as nobleVerify } from "@noble/ed25519";
import { agreedVerdict, type SignatureVerdict } from "./signature-verdict.ts";

// noble verifies synchronously only once it is given a SHA-512.
hashes.sha512 = (message) => Uint8Array.from(createHash("sha512").update(message).digest());

/** DER of SubjectPublicKeyInfo for Ed25519 (RFC 8410): this prefix, then the 32 bytes of the key. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** The 32 raw bytes inside an Ed25519 SPKI; undefined when the DER is anything else. */
export function rawPublicKey(spki: Uint8Array): Uint8Array | undefined {
  const prefix = spki.subarray(0, SPKI_PREFIX.byteLength);
  if (spki.byteLength !== SPKI_PREFIX.byteLength + PUBLIC_KEY_BYTES) return undefined;
  return Buffer.compare(prefix, SPKI_PREFIX) === 0 ? spki.subarray(SPKI_PREFIX.byteLength) : undefined;
}

/** @param rawKey 32 bytes. */
export function ed25519Spki(rawKey: Uint8Array): Uint8Array {
  return Buffer.concat([SPKI_PREFIX, rawKey]);
}

/**
 * Whether a key is a point of the prime-order subgroup, canonically encoded. With a small-order key one signature
 * "verifies" every message, and OpenSSL accepts it (trust-spec section 4).
 */
export function isPrimeOrderKey(rawKey: Uint8Array): boolean {
  const name = Buffer.from(rawKey).toString("latin1");
  const known = answers.get(name) ?? computeIsPrimeOrderKey(rawKey);
  if (answers.size < MAX_ANSWERS) answers.set(name, known);
  return known;
}

/** A package asks about each of its few keys many times over, and each answer takes milliseconds. */
const answers = new Map<string, boolean>();
const MAX_ANSWERS = 1000;

function computeIsPrimeOrderKey(rawKey: Uint8Array): boolean {
  try {
    const point = Point.fromBytes(rawKey, false);
    return !point.isSmallOrder() && point.isTorsionFree();
  } catch {
    return false;
  }
}

/**
 * Ed25519 (RFC 8032) by two implementations. They agree on every signature that an honest signer makes; node:crypto
 * checks the equation without the cofactor and noble with it, so a signature that was built to part verifiers is disputed.
 * @param spki A key that {@link isPrimeOrderKey} accepts; for any other every signature is invalid.
 */
export function verifyEd25519(
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): SignatureVerdict {
  const rawKey = rawPublicKey(spki);
  if (rawKey === undefined || signature.byteLength !== SIGNATURE_BYTES || !isPrimeOrderKey(rawKey))
    return "invalid";
  return agreedVerdict(
    () => nodeVerify(null, message, derPublicKey(spki), signature),
    () =>
      // noble takes plain Uint8Arrays only.
      nobleVerify(Uint8Array.from(signature), Uint8Array.from(message), Uint8Array.from(rawKey), {
        zip215: false,
      }),
  );
}

function derPublicKey(spki: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
}

/** Deterministic 64-byte signature (RFC 8032 section 5.1.6). */
export function signEd25519(privateKey: KeyObject, message: Uint8Array): Uint8Array {
  return new Uint8Array(nodeSign(null, message, privateKey));
}
