import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { judgeSigner } from "../../src/crypto/sigstore-guard.ts";
import { parseTrustedRoots } from "../../src/crypto/sigstore-root.ts";
import { parseSigstoreBundle } from "../../src/formats/sigstore-bundle.ts";
import { valueOf } from "../../src/model/parsed.ts";
import type { DemandedSigner } from "../../src/model/sigstore.ts";
import {
  IDENTITY,
  ISSUER,
  sigstoreWorld,
  type BundleParts,
  type SigstoreWorld,
} from "../support/sigstore-world.ts";

let world: SigstoreWorld;
let stranger: SigstoreWorld;
beforeAll(async () => {
  world = await sigstoreWorld();
  stranger = await sigstoreWorld();
});

async function judge(
  parts: Partial<BundleParts>,
  demand: DemandedSigner,
  trustedRoot?: object,
): Promise<string> {
  const bundle = valueOf(
    parseSigstoreBundle("b", Buffer.from(JSON.stringify(await world.makeBundle(parts)))),
  );
  const roots = trustedRoot && valueOf(parseTrustedRoots("r", Buffer.from(JSON.stringify(trustedRoot))));
  if (bundle === undefined) throw new Error("no bundle");
  const judgement = judgeSigner("b", bundle, demand, roots?.[0], world.now);
  return judgement.ok ? "verified" : judgement.sighting.problem;
}

function keys(type: "ed25519" | "ec" = "ec") {
  return type === "ec" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519");
}

function keyDemand(key: KeyObject): DemandedSigner {
  const algorithm = key.asymmetricKeyType === "ed25519" ? "ed25519" : "ecdsa-p256";
  return { kind: "key", algorithm, spki: key.export({ format: "der", type: "spki" }) };
}

it.each(["ed25519", "ec"] as const)("verifies a statement with exactly this key: %s", async (type) => {
  const { publicKey, privateKey } = keys(type);
  const parts = { key: privateKey, withLog: false };
  expect(await judge(parts, keyDemand(publicKey))).toBe("verified");
  expect(await judge(parts, keyDemand(keys(type).publicKey))).toBe("bundle.signature-invalid");
});

it("verifies log entries of a key where a root is given, demands one even, and leaves them unread without", async () => {
  const { publicKey, privateKey: key } = keys();
  const demand = keyDemand(publicKey);
  expect(await judge({ key }, demand, world.trustedRoot)).toBe("verified");
  expect(await judge({ key }, demand, stranger.trustedRoot)).toBe("bundle.log-unproven");
  expect(await judge({ key }, demand)).toBe("verified");
  expect(await judge({ key, withLog: false }, demand, world.trustedRoot)).toBe("bundle.log-unproven");
});

it.each([
  ["ec", "verified"],
  ["ed25519", "bundle.key-type"],
] as const)("judges signatures over artifacts by digest: %s is %s", async (type, expected) => {
  const { publicKey, privateKey: key } = keys(type);
  expect(await judge({ key, content: "message", withLog: false }, keyDemand(publicKey))).toBe(expected);
});

it("takes no certificate for a key, and no key for a certificate", async () => {
  const { publicKey, privateKey: key } = keys();
  const certificate: DemandedSigner = { kind: "certificate", identity: IDENTITY, issuer: ISSUER };
  expect(await judge({}, keyDemand(publicKey), world.trustedRoot)).toBe("bundle.wrong-signer-kind");
  expect(await judge({ key }, certificate, world.trustedRoot)).toBe("bundle.wrong-signer-kind");
});

it("verifies no certificate without a root", async () => {
  const certificate: DemandedSigner = { kind: "certificate", identity: IDENTITY, issuer: ISSUER };
  expect(await judge({ withTimestamp: true }, certificate)).toBe("bundle.time-unproven");
});
