import {
  isMeantAsPrivate,
  readForeignKey,
  type ForeignPrivateKey,
} from "../crypto/foreign-keys/foreign-key.ts";
import type { PublicKey } from "../crypto/keys.ts";
import { readInput } from "../io/files.ts";
import { readPassphrase } from "../io/passphrase.ts";
import { readSecret } from "../io/secret-file.ts";
import { Failure } from "../model/failure.ts";
import { MAX_KEY_BYTES, newPassphrase, writeKeyPair, writePublicKey } from "./keys.ts";

export interface ImportRequest {
  /** The key in the format of another tool. */
  readonly path: string;
  /** A private key goes here and its public half to `<out>.pub`; a public key goes here. */
  readonly out: string;
  /** Of the key as it is. */
  readonly passphraseFile: string | undefined;
  /** Of the key as it will be; the one that it had when not given. */
  readonly newPassphraseFile: string | undefined;
  /** Only with an explicit flag: a key at rest without a passphrase. */
  readonly withoutPassphrase: boolean;
}

export interface ImportedKey {
  readonly tool: string;
  readonly publicKey: PublicKey;
  /** null: there was only a public key. */
  readonly privatePath: string | null;
  readonly publicPath: string;
}

/**
 * Writes a key of another tool in the format that cavra keeps keys in; the original stays as it is. Replaces no file.
 * Throws Failure without any key material in it.
 */
export async function importKey(request: ImportRequest): Promise<ImportedKey> {
  const { path, out } = request;
  const found = readForeignKey(path, await keyText(path));
  if (!found.ok) throw unusable(path, found.reason);
  const { tool } = found.value;
  if (found.value.kind === "public") {
    await writePublicKey(out, found.value.publicKey);
    return { tool, publicKey: found.value.publicKey, privatePath: null, publicPath: out };
  }
  const publicKey = await importPrivate(request, found.value);
  return { tool, publicKey, privatePath: out, publicPath: `${out}.pub` };
}

async function importPrivate(request: ImportRequest, foreign: ForeignPrivateKey): Promise<PublicKey> {
  const { path, out, withoutPassphrase, newPassphraseFile } = request;
  const passphrase = foreign.isLocked ? await passphraseOf(request) : undefined;
  const key = foreign.open(passphrase);
  if (!key.ok) throw unusable(path, key.reason);
  return await writeKeyPair(out, key.value, async () => {
    if (withoutPassphrase) return undefined;
    const isKept = newPassphraseFile === undefined && passphrase !== undefined && passphrase !== "";
    return isKept ? passphrase : await newPassphrase(newPassphraseFile, "--new-passphrase-file");
  });
}

async function passphraseOf({ path, passphraseFile }: ImportRequest): Promise<string> {
  const passphrase = await readPassphrase(passphraseFile, `Passphrase for ${path}: `);
  if (passphrase !== undefined) return passphrase;
  const hint = "add --passphrase-file FILE";
  throw new Failure("input", `${path} is encrypted and no passphrase was given`, { at: path, hint });
}

async function keyText(path: string): Promise<string> {
  const text = Buffer.from(await readInput(path, MAX_KEY_BYTES)).toString("utf8");
  return isMeantAsPrivate(text) ? Buffer.from(await readSecret(path, MAX_KEY_BYTES)).toString("utf8") : text;
}

function unusable(path: string, reason: string): Failure {
  const hint = reason.startsWith("is locked with")
    ? "ssh-keygen -p -Z aes256-ctr -f COPY-OF-THE-KEY"
    : "cavra keys import --help";
  return new Failure("input", `${path} ${reason}`, { at: path, hint });
}
