import { timingSafeEqual, type KeyObject } from "node:crypto";
import { p256, p384 } from "@noble/curves/nist.js";
import type { SignedEntity } from "@sigstore/verify";
import type { SignedMessage } from "../model/sigstore.ts";

type SignatureContent = SignedEntity["signature"];

const CURVES = new Map([
  ["prime256v1", p256],
  ["secp384r1", p384],
]);

/** Whether `messageContent` can judge signatures of this key: ECDSA signs a digest, pure Ed25519 and RSA here do not. */
export function signsDigests(key: KeyObject): boolean {
  return key.asymmetricKeyType === "ec" && CURVES.has(key.asymmetricKeyDetails?.namedCurve ?? "");
}

/**
 * What a message signature signs, judged by the digest alone: the library wants the whole artifact in memory, because
 * node:crypto has no verification of a digest. The caller has compared the digest with the artifact's.
 */
export function messageContent({ digest, signature }: SignedMessage): SignatureContent {
  const hasDigest = (other: Uint8Array): boolean => isSame(other, digest);
  return {
    signature: Buffer.from(signature),
    compareSignature: (other) => isSame(other, signature),
    compareDigest: hasDigest,
    compareSignedDigest: hasDigest,
    verifySignature: (key) => verifyDigest(key, digest, signature),
  };
}

function verifyDigest(key: KeyObject, digest: Uint8Array, signature: Uint8Array): boolean {
  const curve = CURVES.get(key.asymmetricKeyDetails?.namedCurve ?? "");
  const { x = "", y = "" } = key.export({ format: "jwk" });
  if (curve === undefined) return false;
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  try {
    return curve.verify(Uint8Array.from(signature), Uint8Array.from(digest), Uint8Array.from(point), {
      prehash: false,
      lowS: false,
      format: "der",
    });
  } catch {
    return false;
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.byteLength === other.byteLength && timingSafeEqual(one, other);
}
