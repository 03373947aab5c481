import { createPublicKey, verify } from "node:crypto";
import { vi } from "vitest";

/**
 * Sweeps in which every case has new signatures ask one implementation of Ed25519 instead of two: the second one costs
 * more than all the rest of a verification. That both must agree is for test/crypto and for the sweep of signature sets.
 * Import this before anything that judges.
 */
vi.mock(import("../../../src/crypto/ed25519.ts"), async (importOriginal) => ({
  ...(await importOriginal()),
  verifyEd25519: (spki, message, signature) => {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    return verify(null, message, key, signature) ? "valid" : "invalid";
  },
}));
