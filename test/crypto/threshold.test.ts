import { describe, expect, it } from "vitest";
import { generateKeyPair, type PublicKey } from "../../src/crypto/keys.ts";
import { signMessage } from "../../src/crypto/signature.ts";
import { judgeThreshold } from "../../src/crypto/threshold.ts";
import { trustRootProblems } from "../../src/crypto/root-problems.ts";
import { addSignature, preAuthenticationEncoding } from "../../src/formats/dsse.ts";
import { addKey } from "../../src/make/trust-draft.ts";
import type { Envelope, ThresholdResult } from "../../src/model/envelope.ts";
import type { KeyAlgorithm, TrustRoot } from "../../src/model/trust-root.ts";
import { partingSigner } from "../support/parting-signer.ts";
import { TEST_NOW, testEnvelope, testKey, testTrustRoot } from "../support/trust.ts";

const TYPE = "application/vnd.in-toto+json";
const payload = Buffer.from("{}");
const message = preAuthenticationEncoding(TYPE, payload);
const p256 = generateKeyPair("ecdsa-p256");
const byAda = testEnvelope(payload, TYPE, ["release-ada"]);

function withReleaseKey(key: PublicKey, holder: string, threshold = 1): TrustRoot {
  return addKey(testTrustRoot(), key, holder, "release", threshold);
}

function judged(root: TrustRoot, envelope: Envelope): ThresholdResult {
  const [role] = root.roles.release;
  if (role === undefined) throw new Error("the root has no stream");
  return judgeThreshold(root, role, envelope, TEST_NOW);
}

describe("a P-256 key", () => {
  const sig = signMessage(p256, message);
  const alone: Envelope = { payload, payloadType: TYPE, signatures: [{ keyid: p256.publicKey.keyId, sig }] };

  it("counts as its holder does", () => {
    const root = withReleaseKey(p256.publicKey, "Cy");
    expect(trustRootProblems(root)).toEqual([]);
    expect(judged(root, alone)).toMatchObject({ met: true, holders: ["Cy"] });
    const both = addSignature(byAda, { keyid: p256.publicKey.keyId, sig });
    expect(judged(withReleaseKey(p256.publicKey, "Cy", 2), both)).toMatchObject({ met: true });
  });

  it("makes no second person of somebody who has an Ed25519 key too", () => {
    const both = addSignature(byAda, { keyid: p256.publicKey.keyId, sig });
    const result = judged(withReleaseKey(p256.publicKey, "Ada", 2), both);
    expect(result).toMatchObject({ met: false, holders: ["Ada"] });
    expect(result.signers).toHaveLength(2);
  });

  it("does not verify when its signature is raw, of another payload, or of the other kind of key", () => {
    const root = withReleaseKey(p256.publicKey, "Cy");
    const others = [
      new Uint8Array(64).fill(1),
      signMessage(p256, Buffer.from("another")),
      signMessage(testKey("release-ada"), message),
    ];
    for (const other of others) {
      const envelope = { ...alone, signatures: [{ keyid: p256.publicKey.keyId, sig: other }] };
      expect(judged(root, envelope)).toMatchObject({ met: false, invalid: [p256.publicKey.keyId] });
    }
  });
});

it("meets no threshold with a disputed signature among good ones", () => {
  const { publicKey, sign } = partingSigner;
  const root = withReleaseKey(publicKey, "Mallory");
  const envelope = addSignature(byAda, { keyid: publicKey.keyId, sig: sign(message) });
  expect(judged(root, envelope)).toMatchObject({
    met: false,
    holders: ["Ada"],
    invalid: [],
    disputed: [publicKey.keyId],
  });
});

it.each<[KeyAlgorithm, PublicKey]>([
  ["ed25519", p256.publicKey],
  ["ecdsa-p256", testKey("release-ada").publicKey],
])("a root that calls another key %s makes no sense", (algorithm, key) => {
  const root = withReleaseKey(key, key === p256.publicKey ? "Cy" : "Ada");
  const renamed = root.keys.map((entry) => (entry.keyId === key.keyId ? { ...entry, algorithm } : entry));
  const reason = `key ${key.keyId} is called ${algorithm} and is ${key.algorithm}`;
  expect(trustRootProblems({ ...root, keys: renamed })).toEqual([{ defect: "invalid", reason }]);
});
