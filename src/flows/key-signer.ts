import { isEncryptedPem, readPrivateKey, type PrivateKey } from "../crypto/keys.ts";
import { keySigner, type Signer } from "../crypto/signer.ts";
import { environmentVariable } from "../io/environment.ts";
import { readPassphrase } from "../io/passphrase.ts";
import { readSecret } from "../io/secret-file.ts";
import { Failure } from "../model/failure.ts";
import { MAX_KEY_BYTES } from "./keys.ts";

/** Before the file that describes a program that signs. */
export const SIGNER_PREFIX = "signer:";
const ENVIRONMENT_PREFIX = "env:";

/**
 * A private key in a file or in `env:NAME`; no program, so that those who judge can sign and still start none. Throws
 * Failure without any key material in it.
 */
export async function openKeySigner(source: string, passphraseFile: string | undefined): Promise<Signer> {
  if (!source.startsWith(SIGNER_PREFIX)) return keySigner(await openPrivateKey(source, passphraseFile));
  throw new Failure("usage", "a verification starts no program, also not one that signs", {
    at: source,
    expected: "a key in a file, or env:NAME",
  });
}

/** A private key in a file or in `env:NAME`. Throws Failure without any key material in it. */
export async function openPrivateKey(
  source: string,
  passphraseFile: string | undefined,
): Promise<PrivateKey> {
  const pem = source.startsWith(ENVIRONMENT_PREFIX)
    ? environmentKey(source.slice(ENVIRONMENT_PREFIX.length))
    : Buffer.from(await readSecret(source, MAX_KEY_BYTES)).toString("utf8");
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
        : "keys of ssh-keygen, minisign and cosign: cavra keys import --help",
  });
}

function environmentKey(name: string): string {
  const value = environmentVariable(name);
  if (value === undefined)
    throw new Failure("input", `the environment variable ${name} is not set`, { at: `env:${name}` });
  // CI secret stores often keep a PEM on one line.
  return value.replaceAll("\\n", "\n");
}
