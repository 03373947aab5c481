import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { RawPublicKey } from "../formats/openssh-key.ts";
import { decodePem, encodePem } from "../formats/pem.ts";
import type { KeyAlgorithm } from "../model/trust-root.ts";
import { sha256Hex } from "./digest.ts";
import { ed25519Spki, isPrimeOrderKey, rawPublicKey } from "./ed25519.ts";
import { isOnP256, p256Point, p256Spki } from "./p256.ts";

/** A public key as trust roots carry it. */
export interface PublicKey {
  readonly algorithm: KeyAlgorithm;
  readonly spki: Uint8Array;
  /** Lowercase hex SHA-256 of the SPKI DER. */
  readonly keyId: string;
}

export interface PrivateKey {
  readonly publicKey: PublicKey;
  readonly key: KeyObject;
}

type OrReason<Key> = Key | { readonly reason: string };

export function keyIdOf(spki: Uint8Array): string {
  return sha256Hex(spki);
}

/** The first 16 hex of a key id: what file names in a signature set use. */
export function shortKeyId(keyId: string): string {
  return keyId.slice(0, 16);
}

/** A new key pair from the operating system's randomness. */
export function generateKeyPair(algorithm: KeyAlgorithm): PrivateKey {
  const { privateKey } =
    algorithm === "ed25519"
      ? generateKeyPairSync("ed25519")
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKeyOf(privateKey);
  if ("reason" in key) throw new Error(`a new key ${key.reason}`);
  return key;
}

/**
 * The key in an SPKI, or why it is none that cavra uses: Ed25519 in the prime-order subgroup or a point of P-256, each
 * in its one canonical encoding (trust-spec section 4).
 */
export function publicKeyOf(spki: Uint8Array): OrReason<PublicKey> {
  const [raw, point] = [rawPublicKey(spki), p256Point(spki)];
  const key = { spki: Uint8Array.from(spki), keyId: keyIdOf(spki) };
  if (raw !== undefined) {
    return isPrimeOrderKey(raw)
      ? { ...key, algorithm: "ed25519" }
      : { reason: "is a weak key (not in the prime-order subgroup)" };
  }
  if (point === undefined) return { reason: "is not an Ed25519 or P-256 key in its canonical encoding" };
  return isOnP256(point)
    ? { ...key, algorithm: "ecdsa-p256" }
    : { reason: "is not a key (its point is not on the curve)" };
}

/** The key that other tools write raw, or why it is none that cavra uses. */
export function publicKeyOfRaw({ algorithm, bytes }: RawPublicKey): OrReason<PublicKey> {
  return publicKeyOf(algorithm === "ed25519" ? ed25519Spki(bytes) : p256Spki(bytes));
}

/** Reads a private key (PKCS#8 PEM, optionally encrypted). The reason why not never contains key material. */
export function readPrivateKey(pem: string, passphrase: string | undefined): OrReason<PrivateKey> {
  if (isEncryptedPem(pem) && passphrase === undefined)
    return { reason: "is encrypted and no passphrase was given" };
  if (/BEGIN [A-Z0-9 ]*(?:EC|OPENSSH|RSA|SIGSTORE) PRIVATE KEY/.test(pem))
    return { reason: "is a private key in the format of another tool" };
  try {
    return privateKeyOf(createPrivateKey(passphrase === undefined ? { key: pem } : { key: pem, passphrase }));
  } catch {
    return {
      reason:
        passphrase === undefined
          ? "is not a PKCS#8 PEM private key"
          : "cannot be decrypted with this passphrase",
    };
  }
}

/** A private key whose public half is one that cavra uses. */
export function privateKeyOf(key: KeyObject): OrReason<PrivateKey> {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (
    asymmetricKeyType !== "ed25519" &&
    !(asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve === "prime256v1")
  )
    return { reason: "is not an Ed25519 or P-256 key" };
  const publicKey = publicKeyOf(createPublicKey(key).export({ format: "der", type: "spki" }));
  return "reason" in publicKey ? publicKey : { key, publicKey };
}

export function isEncryptedPem(pem: string): boolean {
  return pem.includes("BEGIN ENCRYPTED PRIVATE KEY");
}

/** Reads a public key (SPKI PEM); the reason when it is anything else, or in any other encoding. */
export function readPublicKey(pem: string): OrReason<PublicKey> {
  if (pem.includes("PRIVATE KEY")) return { reason: "is a private key; give the public one" };
  const spki = decodePem("PUBLIC KEY", pem);
  return spki === undefined ? { reason: "is not an SPKI PEM public key" } : publicKeyOf(spki);
}

/** The 32 bytes of an Ed25519 key, or the uncompressed point of a P-256 one. */
export function rawKeyOf({ algorithm, spki }: PublicKey): RawPublicKey {
  const bytes = algorithm === "ed25519" ? rawPublicKey(spki) : p256Point(spki);
  if (bytes === undefined) throw new Error("a public key was not read by publicKeyOf");
  return { algorithm, bytes };
}

export function publicKeyPem(spki: Uint8Array): string {
  return encodePem("PUBLIC KEY", spki);
}
