import { createHash, createPublicKey, createSign, createVerify, type KeyObject } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { pieces, type SignedBytes } from "./signed-bytes.ts";
import { agreedVerdict, type SignatureVerdict } from "./signature-verdict.ts";

/**
 * DER of SubjectPublicKeyInfo for P-256 (RFC 5480) up to the point. Named curve and uncompressed point only: one key has
 * one encoding, and so one key id.
 */
const SPKI_PREFIX = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");
const POINT_BYTES = 65;
const UNCOMPRESSED = 0x04;
const SCALAR_BYTES = 32;

/** The uncompressed point inside a P-256 SPKI; undefined when the DER is anything else. */
export function p256Point(spki: Uint8Array): Uint8Array | undefined {
  if (spki.byteLength !== SPKI_PREFIX.byteLength + POINT_BYTES) return undefined;
  if (Buffer.compare(spki.subarray(0, SPKI_PREFIX.byteLength), SPKI_PREFIX) !== 0) return undefined;
  return spki[SPKI_PREFIX.byteLength] === UNCOMPRESSED ? spki.subarray(SPKI_PREFIX.byteLength) : undefined;
}

/** @param point Uncompressed, 65 bytes. */
export function p256Spki(point: Uint8Array): Uint8Array {
  return Buffer.concat([SPKI_PREFIX, point]);
}

/** Whether coordinates are below the field's prime and on the curve. Its order is prime, so nothing else can be weak. */
export function isOnP256(point: Uint8Array): boolean {
  try {
    p256.Point.fromBytes(Uint8Array.from(point)).assertValidity();
    return true;
  } catch {
    return false;
  }
}

/**
 * ECDSA P-256 with SHA-256 (FIPS 186-5) by two implementations. The signature is strict DER, the one encoding that is
 * read; both values of s are valid, since nothing here takes a signature's bytes for its identity.
 */
export function verifyP256(spki: Uint8Array, message: SignedBytes, signature: Uint8Array): SignatureVerdict {
  const point = p256Point(spki);
  if (point === undefined || !isOnP256(point)) return "invalid";
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  const hash = createHash("sha256");
  const verifier = createVerify("sha256");
  for (const piece of pieces(message)) {
    hash.update(piece);
    verifier.update(piece);
  }
  return agreedVerdict(
    () => verifier.verify({ key, dsaEncoding: "der" }, signature),
    () => verifyP256Digest(point, hash.digest(), signature),
  );
}

function verifyP256Digest(point: Uint8Array, sha256: Uint8Array, signature: Uint8Array): boolean {
  return p256.verify(Uint8Array.from(signature), Uint8Array.from(sha256), Uint8Array.from(point), {
    prehash: false,
    lowS: false,
    format: "der",
  });
}

/** DER; two signatures of one message differ, since the nonce is random. */
export function signP256(privateKey: KeyObject, message: SignedBytes): Uint8Array {
  const signer = createSign("sha256");
  for (const piece of pieces(message)) signer.update(piece);
  return new Uint8Array(signer.sign({ key: privateKey, dsaEncoding: "der" }));
}

/** The DER of a signature that a token wrote as r and s, 32 bytes each (IEEE P1363); undefined when it is none. */
export function derOfP1363(signature: Uint8Array): Uint8Array | undefined {
  if (signature.byteLength !== 2 * SCALAR_BYTES) return undefined;
  const [r, s] = [
    derInteger(signature.subarray(0, SCALAR_BYTES)),
    derInteger(signature.subarray(SCALAR_BYTES)),
  ];
  return Buffer.concat([Buffer.from([0x30, r.byteLength + s.byteLength]), r, s]);
}

function derInteger(unsigned: Uint8Array): Uint8Array {
  const first = unsigned.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? unsigned.subarray(-1) : unsigned.subarray(first);
  const padding = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.from([0x02, padding.length + digits.byteLength, ...padding, ...digits]);
}
