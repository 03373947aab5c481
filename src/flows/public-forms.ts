import { sha256Hex } from "../crypto/digest.ts";
import { publicKeyPem, rawKeyOf, type PublicKey } from "../crypto/keys.ts";
import { minisignPublicKey } from "../formats/minisign.ts";
import { opensshKeyBlob, opensshPublicKey } from "../formats/openssh-key.ts";
import { readInput } from "../io/files.ts";
import type { KeyAlgorithm } from "../model/trust-root.ts";
import { MAX_KEY_BYTES, openPublicKey } from "./keys.ts";
import { openSigner } from "./signers.ts";

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
  if (!/^(?:env|signer):/.test(source)) {
    const text = Buffer.from(await readInput(source, MAX_KEY_BYTES)).toString("utf8");
    if (text.includes("-----BEGIN PUBLIC KEY-----")) return openPublicKey(source);
  }
  return (await openSigner(source, passphraseFile)).publicKey;
}
