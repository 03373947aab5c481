import { signEd25519, verifyEd25519 } from "./ed25519.ts";
import type { PrivateKey, PublicKey } from "./keys.ts";
import { signP256, verifyP256 } from "./p256.ts";
import { inMemory, type SignedBytes } from "./signed-bytes.ts";
import type { SignatureVerdict } from "./signature-verdict.ts";

/**
 * One signature over `message` by two implementations that must agree.
 * @param signature Ed25519: 64 bytes. ECDSA P-256 with SHA-256: strict DER.
 */
export function verifySignature(
  key: Pick<PublicKey, "algorithm" | "spki">,
  message: SignedBytes,
  signature: Uint8Array,
): SignatureVerdict {
  return key.algorithm === "ed25519"
    ? verifyEd25519(key.spki, inMemory(message), signature)
    : verifyP256(key.spki, message, signature);
}

/** Ed25519: 64 bytes, deterministic. ECDSA P-256 with SHA-256: DER. */
export function signMessage({ key, publicKey }: PrivateKey, message: SignedBytes): Uint8Array {
  return publicKey.algorithm === "ed25519" ? signEd25519(key, inMemory(message)) : signP256(key, message);
}
