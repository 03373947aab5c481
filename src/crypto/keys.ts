import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { sha256Hex } from "./digest.ts";
import { rawPublicKey } from "./ed25519.ts";

/** A public key as trust roots carry it. */
export interface PublicKey {
  readonly algorithm: "ed25519";
  readonly spki: Uint8Array;
  /** Lowercase hex SHA-256 of the SPKI DER. */
  readonly keyId: string;
}

export interface PrivateKey {
  readonly publicKey: PublicKey;
  readonly key: KeyObject;
}

export function keyIdOf(spki: Uint8Array): string {
  return sha256Hex(spki);
}

/** The first 16 hex of a key id: what file names in a signature set use. */
export function shortKeyId(keyId: string): string {
  return keyId.slice(0, 16);
}

/** A new key pair from the operating system's randomness; PKCS#8 and SPKI as PEM. */
export function generateKeyPair(): { readonly privatePem: string; readonly publicPem: string } {
  const pair = generateKeyPairSync("ed25519");
  return {
    privatePem: pair.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    publicPem: pair.publicKey.export({ format: "pem", type: "spki" }).toString(),
  };
}

/** Reads an Ed25519 private key (PKCS#8 PEM, optionally encrypted). The reason why not never contains key material. */
export function readPrivateKey(
  pem: string,
  passphrase: string | undefined,
): PrivateKey | { readonly reason: string } {
  if (isEncryptedPem(pem) && passphrase === undefined)
    return { reason: "is encrypted and no passphrase was given" };
  try {
    const key = createPrivateKey(passphrase === undefined ? { key: pem } : { key: pem, passphrase });
    if (key.asymmetricKeyType !== "ed25519") return { reason: "is not an Ed25519 key" };
    const spki = new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }));
    return { key, publicKey: { algorithm: "ed25519", spki, keyId: keyIdOf(spki) } };
  } catch {
    return {
      reason:
        passphrase === undefined
          ? "is not a PKCS#8 PEM private key"
          : "cannot be decrypted with this passphrase",
    };
  }
}

export function isEncryptedPem(pem: string): boolean {
  return pem.includes("BEGIN ENCRYPTED PRIVATE KEY");
}

/** Reads an Ed25519 public key (SPKI PEM); the reason when it is anything else. */
export function readPublicKey(pem: string): PublicKey | { readonly reason: string } {
  if (pem.includes("PRIVATE KEY")) return { reason: "is a private key; give the public one" };
  try {
    const spki = new Uint8Array(createPublicKey(pem).export({ format: "der", type: "spki" }));
    if (rawPublicKey(spki) === undefined) return { reason: "is not an Ed25519 key" };
    return { algorithm: "ed25519", spki, keyId: keyIdOf(spki) };
  } catch {
    return { reason: "is not an SPKI PEM public key" };
  }
}

export function publicKeyPem(spki: Uint8Array): string {
  return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" })
    .export({ format: "pem", type: "spki" })
    .toString();
}
