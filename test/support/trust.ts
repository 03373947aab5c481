import { readFileSync } from "node:fs";
import { readPrivateKey, type PrivateKey } from "../../src/crypto/keys.ts";
import { preAuthenticationEncoding } from "../../src/formats/dsse.ts";
import { writeEnvelope } from "../../src/formats/dsse.ts";
import { writeTrustRoot } from "../../src/formats/trust-root.ts";
import { signEd25519 } from "../../src/crypto/ed25519.ts";
import { addKey, draftTrustRoot } from "../../src/make/trust-draft.ts";
import type { Envelope } from "../../src/model/envelope.ts";
import { TRUST_ROOT_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import type { TrustedIdentity, TrustRoot } from "../../src/model/trust-root.ts";

/** 2026-11-20T00:00:00Z: the time at which tests judge. */
export const TEST_NOW = 1_795_132_800;
/** 2026-01-01T00:00:00Z. */
export const TEST_ISSUED = 1_767_225_600;

export type TestKeyName = "root" | "release-ada" | "release-bo" | "attacker";

export function testKey(name: TestKeyName): PrivateKey {
  const pem = readFileSync(new URL(`../../fixtures/keys/${name}.pem`, import.meta.url), "utf8");
  const key = readPrivateKey(pem, undefined);
  if ("reason" in key) throw new Error(`the test key ${name} ${key.reason}`);
  return key;
}

/** A test root: one root holder, Ada and Bo release; `change` may spoil it before it is signed. */
export function testTrustRoot(
  change: (root: TrustRoot) => TrustRoot = (root) => root,
  product = "cavra-runtime",
): TrustRoot {
  const draft = draftTrustRoot({
    product,
    purpose: "test",
    line: "main",
    channels: ["stable", "rc"],
    builderId: "https://cavra.dev/builders/local/v1",
    issued: TEST_ISSUED,
    validDays: 3650,
  });
  const withRoot = addKey(draft, testKey("root").publicKey, "Root Holder", "root", undefined);
  const withAda = addKey(withRoot, testKey("release-ada").publicKey, "Ada", "release", undefined);
  return change(addKey(withAda, testKey("release-bo").publicKey, "Bo", "release", 1));
}

/** An envelope over any payload, signed by the named test keys. */
export function testEnvelope(
  payload: Uint8Array,
  payloadType: string,
  signers: readonly TestKeyName[],
): Envelope {
  const message = preAuthenticationEncoding(payloadType, payload);
  const signatures = signers.map(testKey).map((key) => ({
    keyid: key.publicKey.keyId,
    sig: signEd25519(key.key, message),
  }));
  return { payload, payloadType, signatures: signatures.toSorted((a, b) => (a.keyid < b.keyid ? -1 : 1)) };
}

export function signedTestRoot(
  root: TrustRoot = testTrustRoot(),
  signers: readonly TestKeyName[] = ["root"],
): Uint8Array {
  return writeEnvelope(testEnvelope(writeTrustRoot(root), TRUST_ROOT_PAYLOAD_TYPE, signers));
}

/** A workflow that may sign without a key. */
export function testIdentity(): TrustedIdentity {
  return {
    id: "workflow",
    holder: "CI",
    issuer: "https://issuer.example",
    san: "https://example.com/workflow",
    sourceRepositoryId: "1",
    sigstoreRootSha256: "0".repeat(64),
    requireTlog: true,
    requireTimestamp: false,
  };
}
