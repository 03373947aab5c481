import { randomBytes } from "node:crypto";
import { encryptPrivateKey } from "../crypto/encrypted-key.ts";
import { generateKeyPair, publicKeyPem, readPublicKey, type PublicKey } from "../crypto/keys.ts";
import { encodePem } from "../formats/pem.ts";
import { exists, readInput, writeFileAtomic } from "../io/files.ts";
import { choosePassphrase } from "../io/passphrase.ts";
import { Failure } from "../model/failure.ts";
import type { KeyAlgorithm } from "../model/trust-root.ts";

export const MAX_KEY_BYTES = 16 * 1024;

export interface GenerateRequest {
  readonly algorithm: KeyAlgorithm;
  /** The private key; the public one is written beside it as `<path>.pub`. */
  readonly path: string;
  readonly passphraseFile: string | undefined;
  /** Only with an explicit flag: a key at rest without a passphrase. */
  readonly withoutPassphrase: boolean;
}

/** Makes a key pair, encrypted at rest, mode 0600; replaces no file. */
export async function generateKey(request: GenerateRequest): Promise<PublicKey> {
  const publicPath = `${request.path}.pub`;
  if (await exists(publicPath))
    throw new Failure("output", `${publicPath} exists already`, { at: publicPath });
  const { key, publicKey } = generateKeyPair(request.algorithm);
  const pkcs8 = key.export({ format: "der", type: "pkcs8" });
  const pem = request.withoutPassphrase
    ? encodePem("PRIVATE KEY", pkcs8)
    : await encrypted(pkcs8, request.passphraseFile);
  await writeFileAtomic(request.path, Buffer.from(pem), { mode: 0o600, exclusive: true });
  const publicPem = publicKeyPem(publicKey.spki);
  await writeFileAtomic(publicPath, Buffer.from(publicPem), { mode: 0o644, exclusive: true });
  return publicKey;
}

async function encrypted(pkcs8: Uint8Array, passphraseFile: string | undefined): Promise<string> {
  const passphrase = await choosePassphrase(passphraseFile);
  if (passphrase === undefined || passphrase === "") {
    throw new Failure("usage", "a new key needs a passphrase", {
      hint: "give one with --passphrase-file FILE, or keep the key unprotected with --no-passphrase",
    });
  }
  return encryptPrivateKey(pkcs8, passphrase, { salt: randomBytes(16), iv: randomBytes(16) });
}

/** Reads a public key in SPKI PEM. */
export async function openPublicKey(path: string): Promise<PublicKey> {
  return readPublic(Buffer.from(await readInput(path, MAX_KEY_BYTES)).toString("utf8"), path);
}

function readPublic(pem: string, at: string): PublicKey {
  const key = readPublicKey(pem);
  if ("reason" in key)
    throw new Failure("input", `${at} ${key.reason}`, { at, hint: "cavra keys public KEY" });
  return key;
}
