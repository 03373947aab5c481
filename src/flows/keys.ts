import { randomBytes } from "node:crypto";
import { encryptPrivateKey } from "../crypto/encrypted-key.ts";
import {
  generateKeyPair,
  isEncryptedPem,
  publicKeyPem,
  rawKeyOf,
  readPrivateKey,
  readPublicKey,
  type PrivateKey,
  type PublicKey,
} from "../crypto/keys.ts";
import { sha256Hex } from "../crypto/digest.ts";
import { minisignPublicKey } from "../formats/minisign.ts";
import { opensshKeyBlob, opensshPublicKey } from "../formats/openssh-key.ts";
import { encodePem } from "../formats/pem.ts";
import { environmentVariable } from "../io/environment.ts";
import { exists, permissionBits, readInput, writeFileAtomic } from "../io/files.ts";
import { choosePassphrase, readPassphrase } from "../io/passphrase.ts";
import { Failure } from "../model/failure.ts";
import type { KeyAlgorithm } from "../model/trust-root.ts";

const MAX_KEY_BYTES = 16 * 1024;
const OTHERS_MAY_READ = 0o077;

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

/** Reads a private key from a file, or from `env:NAME` in CI. Throws Failure "input" without any key material in it. */
export async function openPrivateKey(
  source: string,
  passphraseFile: string | undefined,
): Promise<PrivateKey> {
  const pem = source.startsWith("env:") ? environmentKey(source.slice(4)) : await keyFile(source);
  const passphrase = isEncryptedPem(pem)
    ? await readPassphrase(passphraseFile, `Passphrase for ${source}: `)
    : undefined;
  const key = readPrivateKey(pem, passphrase);
  if (!("reason" in key)) return key;
  throw new Failure("input", `${source} ${key.reason}`, {
    at: source,
    hint:
      passphrase === undefined && isEncryptedPem(pem)
        ? "add --passphrase-file FILE"
        : "cavra keys generate --help",
  });
}

function environmentKey(name: string): string {
  const value = environmentVariable(name);
  if (value === undefined)
    throw new Failure("input", `the environment variable ${name} is not set`, { at: `env:${name}` });
  // CI secret stores often keep a PEM on one line.
  return value.replaceAll("\\n", "\n");
}

async function keyFile(path: string): Promise<string> {
  const pem = Buffer.from(await readInput(path, MAX_KEY_BYTES)).toString("utf8");
  const mode = await permissionBits(path);
  if (process.platform !== "win32" && (mode & OTHERS_MAY_READ) !== 0) {
    throw new Failure("refused", `${path} may be read by others`, {
      at: path,
      expected: "mode 0600",
      found: `mode ${mode.toString(8).padStart(4, "0")}`,
      hint: "take it away from them with chmod 600, and think about who may have read it",
    });
  }
  return pem;
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

/** A public key as other tools write it. */
export interface PublicForms {
  readonly keyId: string;
  readonly algorithm: KeyAlgorithm;
  readonly pem: string;
  /** As in `id.pub`, without comment. */
  readonly openssh: string;
  /** null for P-256, which minisign does not know. */
  readonly minisign: string | null;
  /** As ssh-keygen shows it: `SHA256:` and unpadded base64. */
  readonly sshFingerprint: string;
}

/** The public half of a private key, or the public key in a file. */
export async function publicForms(source: string, passphraseFile: string | undefined): Promise<PublicForms> {
  const publicKey = await publicKeyIn(source, passphraseFile);
  const raw = rawKeyOf(publicKey);
  const digest = Buffer.from(sha256Hex(opensshKeyBlob(raw)), "hex").toString("base64");
  return {
    keyId: publicKey.keyId,
    algorithm: publicKey.algorithm,
    pem: publicKeyPem(publicKey.spki),
    openssh: opensshPublicKey(raw),
    minisign: raw.algorithm === "ed25519" ? minisignPublicKey(publicKey.keyId, raw.bytes) : null,
    sshFingerprint: `SHA256:${digest.replace(/=+$/, "")}`,
  };
}

async function publicKeyIn(source: string, passphraseFile: string | undefined): Promise<PublicKey> {
  if (!source.startsWith("env:")) {
    const text = Buffer.from(await readInput(source, MAX_KEY_BYTES)).toString("utf8");
    if (text.includes("-----BEGIN PUBLIC KEY-----")) return readPublic(text, source);
  }
  return (await openPrivateKey(source, passphraseFile)).publicKey;
}
