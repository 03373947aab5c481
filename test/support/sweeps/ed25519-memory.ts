import { createHash, createPublicKey, verify } from "node:crypto";
import { vi } from "vitest";
import type { SignatureVerdict } from "../../../src/crypto/signature-verdict.ts";

type Ed25519 = typeof import("../../../src/crypto/ed25519.ts");

/**
 * The two Ed25519 questions are pure and dear, and a sweep asks them of the same bytes ten thousand times: each answer of
 * the real implementation is kept, and it is asked only what node:crypto, which must agree, does not deny. Import this before anything that judges.
 */
vi.mock(import("../../../src/crypto/ed25519.ts"), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, ...remembering(original) };
});

function remembering({ verifyEd25519, isPrimeOrderKey }: Ed25519): Partial<Ed25519> {
  const verified = new Map<string, SignatureVerdict>();
  const strong = new Map<string, boolean>();
  return {
    verifyEd25519: (spki, message, signature) =>
      answer(verified, [spki, message, signature], () =>
        isNotDenied(spki, message, signature) ? verifyEd25519(spki, message, signature) : "invalid",
      ),
    isPrimeOrderKey: (rawKey) => answer(strong, [rawKey], () => isPrimeOrderKey(rawKey)),
  };
}

function isNotDenied(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  return verify(null, message, key, signature);
}

function answer<Answer>(
  known: Map<string, Answer>,
  question: readonly Uint8Array[],
  ask: () => Answer,
): Answer {
  const hash = createHash("sha256");
  for (const part of question) hash.update(`${part.byteLength} `).update(part);
  const key = hash.digest("base64");
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = ask();
  known.set(key, found);
  return found;
}
