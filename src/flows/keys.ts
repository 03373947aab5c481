import { randomBytes } from "node:crypto";
import { encryptPrivateKey } from "../crypto/encrypted-key.ts";
import {
  generateKeyPair,
  publicKeyPem,
  readPublicKey,
  type PrivateKey,
  type PublicKey,
} from "../crypto/keys.ts";
import { encodePem } from "../formats/pem.ts";
import { exists, readInput } from "../io/files.ts";
import { writeNewFile } from "../io/new-file.ts";
import { choosePassphrase } from "../io/passphrase.ts";
import { publishTogether, type Finish } from "../io/publish.ts";
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
  return await writeKeyPair(request.path, generateKeyPair(request.algorithm), async () =>
    request.withoutPassphrase ? undefined : await newPassphrase(request.passphraseFile, "--passphrase-file"),
  );
}

/**
 * Writes a private key for its owner only, and the public one beside it as `<path>.pub`: both or neither; replaces no
 * file.
 * @param choose Asked when both can be written; undefined: the key is kept without a passphrase.
 */
export async function writeKeyPair(
  path: string,
  { key, publicKey }: PrivateKey,
  choose: () => Promise<string | undefined>,
): Promise<PublicKey> {
  const publicPath = `${path}.pub`;
  for (const taken of [path, publicPath])
    if (await exists(taken)) throw new Failure("output", `${taken} exists already`, { at: taken });
  const pkcs8 = key.export({ format: "der", type: "pkcs8" });
  const passphrase = await choose();
  const pem =
    passphrase === undefined
      ? encodePem("PRIVATE KEY", pkcs8)
      : encryptPrivateKey(pkcs8, passphrase, { salt: randomBytes(16), iv: randomBytes(16) });
  await publishTogether([
    async (finish) => writeNewFile(path, Buffer.from(pem), { mode: 0o600, finish }),
    async (finish) => writePublicKey(publicPath, publicKey, finish),
  ]);
  return publicKey;
}

/** Writes SPKI PEM; replaces no file. */
export async function writePublicKey(path: string, { spki }: PublicKey, finish?: Finish): Promise<void> {
  const pem = Buffer.from(publicKeyPem(spki));
  await writeNewFile(path, pem, finish === undefined ? {} : { finish });
}

/** The passphrase of a key that is about to be written. Throws Failure "usage" when nobody gives one. */
export async function newPassphrase(file: string | undefined, flag: string): Promise<string> {
  const passphrase = await choosePassphrase(file);
  if (passphrase !== undefined && passphrase !== "") return passphrase;
  throw new Failure("usage", "a new key needs a passphrase", {
    hint: `give one with ${flag} FILE, or keep the key unprotected with --no-passphrase`,
  });
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
