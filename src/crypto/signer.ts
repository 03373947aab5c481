import { Failure } from "../model/failure.ts";
import type { PrivateKey, PublicKey } from "./keys.ts";
import { signMessage, verifySignature } from "./signature.ts";
import type { SignedBytes } from "./signed-bytes.ts";

/** Whoever holds a private key: this process, or a program in front of a token or a key service. */
export interface Signer {
  readonly publicKey: PublicKey;
  /** Ed25519: 64 bytes. ECDSA P-256 with SHA-256: DER. */
  sign(message: SignedBytes): Promise<Uint8Array>;
}

export function keySigner(key: PrivateKey): Signer {
  return { publicKey: key.publicKey, sign: async (message) => Promise.resolve(signMessage(key, message)) };
}

/**
 * A signature that was verified before anybody sees it: a token may hold another key than was thought, and a faulty
 * computation can give the key away. Throws Failure "refused".
 */
export async function signVerified(signer: Signer, message: SignedBytes): Promise<Uint8Array> {
  const signature = await signer.sign(message);
  if (verifySignature(signer.publicKey, message, signature) === "valid") return signature;
  throw new Failure("refused", "the signature that was made does not verify under the public key", {
    at: `key ${signer.publicKey.keyId}`,
    hint: "compare the key id with: cavra keys public KEY --format id",
  });
}
