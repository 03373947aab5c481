import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadTrustRoot } from "../../src/crypto/trust-root.ts";
import { canonicalJson } from "../../src/formats/canonical-json.ts";
import { writeEnvelope } from "../../src/formats/dsse.ts";
import type { JsonObject } from "../../src/formats/json.ts";
import { writeTrustRoot } from "../../src/formats/trust-root.ts";
import type { Envelope } from "../../src/model/envelope.ts";
import { IN_TOTO_PAYLOAD_TYPE, TRUST_ROOT_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import type { TrustedKey, TrustRoot } from "../../src/model/trust-root.ts";
import { sampleOf } from "../../scripts/tampered/samples.ts";
import { envelopeAt, judgeUnder, putSignature, RELEASE_ENVELOPE } from "../support/signed-subject.ts";
import { smallTrustRoot } from "../support/small-release.ts";
import { outcomeOf } from "../support/tampered.ts";
import { tamperingBench } from "../support/tampering-bench.ts";
import { signedTestRoot, TEST_NOW, testEnvelope, testKey, testTrustRoot } from "../support/trust.ts";

// Mistakes of other verifiers, signatures and trust: the like of each, played on cavra. Sizes, archives and documents stand in
// known-vulnerabilities-sizes.test.ts and known-vulnerabilities-documents.test.ts.
const bench = tamperingBench();
const RELEASE = RELEASE_ENVELOPE;
const PROVENANCE = "provenance.dsse.json";
const ADA = testKey("release-ada").publicKey.keyId;
const BO = testKey("release-bo").publicKey.keyId;

/** A fresh copy of v0.1.0 as it was signed. */
async function genuine(): Promise<string> {
  return bench.attack({ signedBy: "none" });
}

async function findings(subject: string): Promise<readonly string[]> {
  return outcomeOf(await bench.judge(subject)).findings;
}

/** Genuine but for its release envelope. */
async function withEnvelope(change: (envelope: Envelope) => Uint8Array): Promise<readonly string[]> {
  const subject = await genuine();
  putSignature(subject, RELEASE, change(envelopeAt(subject, RELEASE)));
  return findings(subject);
}

/** What a verification of the genuine release says under another root. */
async function foundUnder(change: (root: TrustRoot) => TrustRoot): Promise<readonly string[]> {
  return outcomeOf(await judgeUnder(await genuine(), signedTestRoot(testTrustRoot(change)))).findings;
}

function withKey(root: TrustRoot, keyId: string, change: Partial<TrustedKey>): TrustRoot {
  return { ...root, keys: root.keys.map((key) => (key.keyId === keyId ? { ...key, ...change } : key)) };
}

function withThreshold(root: TrustRoot, threshold: number): TrustRoot {
  const release = root.roles.release.map((role) => ({ ...role, threshold }));
  return { ...root, roles: { ...root.roles, release } };
}

describe("CVE-2022-23649, CVE-2026-22703 (cosign): valid evidence of something else counts", () => {
  it("evidence-swap: each file of a set is bound to these bytes, whatever its signature is worth elsewhere", async () => {
    await bench.demand("signatures-of-another-release");
    await bench.demand("provenance-signature-of-another-release");
    await bench.demand("signature-copy-relabelled");
  });

  it("evidence-swap: a bundle of nobody whom the root lists never counts, and replaces no envelope", async () => {
    const subject = await genuine();
    cpSync(
      join(`${subject}.sigs`, RELEASE),
      join(`${subject}.sigs`, `release.${ADA.slice(0, 16)}.sigstore.json`),
    );
    putSignature(subject, RELEASE, writeEnvelope({ ...envelopeAt(subject, RELEASE), signatures: [] }));
    expect(await findings(subject)).toEqual(["release.envelope-malformed"]);
    rmSync(join(`${subject}.sigs`, RELEASE));
    expect(await findings(subject)).toEqual(["release.signature-missing"]);
  });
});

describe("CVE-2022-36056 (cosign verify-blob): invalid evidence passes without a flag that asks for it", () => {
  it("flag-removal: an invalid signature fails where the others would suffice, and no flag is needed or helps", async () => {
    const subject = await bench.attack({
      signedBy: "none",
      signatures: [{ "flip-signature": { name: RELEASE, signer: "release-bo" } }],
    });
    const one = smallTrustRoot({ threshold: 1 });
    expect(outcomeOf(await judgeUnder(subject, one)).findings).toEqual(["release.signature-invalid"]);
    for (const flag of ["allowMissingProvenance", "allowMissingBootstrap", "allowUnsigned", "diagnose"]) {
      const { verdict } = await judgeUnder(subject, one, { [flag]: true });
      expect(verdict.exitCode, flag).not.toBe(0);
    }
  });
});

describe("CVE-2022-35929 (cosign): a required kind of evidence is met by another kind", () => {
  it("missing-required-kind: a release without signed provenance fails, whatever else is signed", async () => {
    await bench.demand("provenance-signature-missing");
  });

  it("missing-required-kind: the release envelope does not stand in for the one of the provenance", async () => {
    const subject = await genuine();
    putSignature(subject, PROVENANCE, writeEnvelope(envelopeAt(subject, RELEASE)));
    expect(await findings(subject)).toEqual(["provenance.other-release"]);
  });
});

describe("CVE-2026-39395 (cosign): a malformed payload or another predicate type is verified OK", () => {
  it.each([
    ["another predicate type", { predicateType: "https://spdx.dev/Document" }],
    ["another statement type", { _type: "https://in-toto.io/Statement/v0.1" }],
    ["no predicate", { predicate: null }],
    ["a member that nobody knows", { "predicate.more": true }],
  ])("predicate-mismatch: %s, signed by every holder", async (_, set) => {
    expect(await bench.found({ statement: { set } })).toEqual(["release.statement-malformed"]);
  });

  it("predicate-mismatch: a payload that is no JSON, signed by every holder", async () => {
    const signed = testEnvelope(Buffer.from("\u0000{"), IN_TOTO_PAYLOAD_TYPE, ["release-ada", "release-bo"]);
    expect(await withEnvelope(() => writeEnvelope(signed))).toEqual(["release.statement-malformed"]);
  });
});

describe("CVE-2026-24122 (cosign): expired links of a chain are accepted", () => {
  it("every element is held against the one time of the verdict: root, key, release", async () => {
    const end = "2026-11-19T23:59:59Z";
    expect(await foundUnder((root) => ({ ...root, expires: end }))).toEqual(["trust.expired"]);
    const found = await foundUnder((root) => withThreshold(withKey(root, BO, { notAfter: end }), 2));
    expect(found).toEqual(["release.signature-not-counted"]);
    await bench.demand("expired");
  });

  it("the time is the one that is given: a second before the end everything holds", async () => {
    const root = testTrustRoot((root_) => withKey(root_, BO, { notAfter: "2026-11-20T00:00:00Z" }));
    const { verdict } = await judgeUnder(await genuine(), signedTestRoot(withThreshold(root, 2)), {
      now: TEST_NOW,
    });
    expect(verdict.exitCode).toBe(0);
  });
});

describe("CVE-2026-39984 (timestamp-authority): one element is verified and another one judged", () => {
  it("a key is looked up by its id, and its id is that of its bytes: no other key can stand behind it", async () => {
    const attacker = testKey("attacker").publicKey;
    const publicKey = Buffer.from(attacker.spki).toString("base64");
    expect(await foundUnder((root) => withKey(root, ADA, { publicKey }))).toEqual(["trust.invalid"]);
    await bench.demand("attacker-signature-under-trusted-key-id");
  });

  it("signatures that changed places are of nobody", async () => {
    const found = await withEnvelope((envelope) => {
      const [first, second] = envelope.signatures;
      if (first === undefined || second === undefined) throw new Error("two signed");
      const signatures = [
        { keyid: first.keyid, sig: second.sig },
        { keyid: second.keyid, sig: first.sig },
      ];
      return writeEnvelope({ ...envelope, signatures });
    });
    expect(found).toEqual(["release.signature-invalid"]);
  });
});

describe("CVE-2023-47122 (gitsign): the key comes from the server that is verified", () => {
  it("trust never from the artifact: a root beside the package, or inside of it, changes nothing", async () => {
    await bench.demand("attacker-brings-a-trust-root");
    const own = signedTestRoot(testTrustRoot());
    const found = await bench.found({
      signedBy: "attacker",
      package: [{ "add-file": { path: "trust-root.json", text: Buffer.from(own).toString() } }],
      rebuild: "all-layers",
    });
    expect(found).toEqual(["release.signer-not-trusted"]);
  });
});

describe("CVE-2026-48815 (sigstore-js): an option of the policy is silently dropped", () => {
  it.each([
    ["of the root", (root: JsonObject): JsonObject => ({ ...root, requireTlog: true })],
    [
      "of its roles",
      (root: JsonObject): JsonObject => ({ ...root, roles: { ...(root["roles"] as JsonObject), audit: [] } }),
    ],
  ])("an unknown member %s makes the root unusable", async (_, change) => {
    const root = JSON.parse(Buffer.from(writeTrustRoot(testTrustRoot())).toString()) as JsonObject;
    const bytes = writeEnvelope(testEnvelope(canonicalJson(change(root)), TRUST_ROOT_PAYLOAD_TYPE, ["root"]));
    expect(outcomeOf(await judgeUnder(await genuine(), bytes))).toMatchObject({
      exitCode: 4,
      findings: ["trust.invalid"],
    });
  });

  it("no member of the root can be left out", async () => {
    const root = JSON.parse(Buffer.from(writeTrustRoot(testTrustRoot())).toString()) as JsonObject;
    for (const name of Object.keys(root)) {
      const { [name]: _, ...rest } = root;
      const bytes = writeEnvelope(testEnvelope(canonicalJson(rest), TRUST_ROOT_PAYLOAD_TYPE, ["root"]));
      expect(loadTrustRoot("root", bytes, TEST_NOW).ok, name).toBe(false);
    }
  });
});

describe("CVE-2025-25204 (gh attestation): nothing was there to verify, and that passed", () => {
  it("an empty set fails: no file, no signature, no artifact", async () => {
    const subject = await genuine();
    rmSync(`${subject}.sigs`, { recursive: true });
    expect(await findings(subject)).toEqual(["release.signature-missing"]);
    await bench.demand("artifact-list-empty");
  });

  it("a verdict without any passed check is not PASS", async () => {
    const { verdict } = await judgeUnder(await genuine(), smallTrustRoot(), { require: [] });
    expect(verdict.exitCode).not.toBe(0);
  });
});

describe("GHSA-72c7-4g63-hpw5 (go-witness): a missing or empty signature is fine", () => {
  it("zero signatures, and signatures of no bytes, are a failure", async () => {
    const none = await withEnvelope((envelope) => writeEnvelope({ ...envelope, signatures: [] }));
    expect(none).toEqual(["release.envelope-malformed"]);
    const empty = await withEnvelope((envelope) =>
      writeEnvelope({
        ...envelope,
        signatures: envelope.signatures.map(({ keyid }) => ({ keyid, sig: new Uint8Array() })),
      }),
    );
    expect(empty).toEqual(["release.signature-invalid"]);
  });
});

describe("CVE-2020-6174, CVE-2020-15093, GHSA-3633-5h82-39pq (TUF clients): one key counts twice", () => {
  it("dup-sig: the same signature twice is a malformed envelope", async () => {
    const subject = await genuine();
    const { payload, payloadType, signatures } = envelopeAt(subject, RELEASE);
    const ada = signatures.filter(({ keyid }) => keyid === ADA);
    putSignature(subject, RELEASE, writeEnvelope({ payload, payloadType, signatures: [...ada, ...ada] }));
    expect(await findings(subject)).toEqual(["release.signature-repeated"]);
  });

  it("dup-keyid: one key under two ids makes the root unusable", async () => {
    const twice = await foundUnder((root) => ({ ...root, keys: root.keys.flatMap((key) => [key, key]) }));
    expect(twice).toEqual(["trust.key-repeated"]);
    const keyId = "0".repeat(64);
    const renamed = await foundUnder((root) => ({
      ...root,
      keys: root.keys.flatMap((key) => (key.keyId === ADA ? [key, { ...key, keyId }] : [key])),
    }));
    expect(renamed).toEqual(["trust.key-repeated"]);
  });

  it("alias-key: the id of a key in another spelling is no key", async () => {
    const found = await withEnvelope((envelope) => {
      const ada = envelope.signatures.find(({ keyid }) => keyid === ADA);
      if (ada === undefined) throw new Error("Ada signed");
      const signatures = [ada, { keyid: ADA.toUpperCase(), sig: ada.sig }];
      return writeEnvelope({ ...envelope, signatures });
    });
    expect(found).toEqual(["release.threshold-not-met"]);
  });
});

describe("GHSA-fphv-w9fq-2525 (go-tuf): a threshold of zero", () => {
  it("is no threshold, and neither is one that nobody can meet", async () => {
    expect(await foundUnder((root) => withThreshold(root, 0))).toEqual(["trust.threshold-zero"]);
    expect(await foundUnder((root) => withThreshold(root, 3))).toEqual(["trust.threshold-above-holders"]);
    expect(await foundUnder((root) => withThreshold(root, 2))).toEqual([]);
  });
});

describe("CVE-2022-29173 (go-tuf): rollback is judged against nothing", () => {
  it("what is known is read first: an older release fails against a minimum and against a previous one", async () => {
    // The record beside a pin, and that it is written last: test/flows/verify-recorded.test.ts.
    await bench.demand("older-than-minimum");
    await bench.demand("older-version-replayed");
  });
});

describe("CVE-2018-0501 (apt): one source inherits the verdict of another", () => {
  it("a verdict is of exact bytes: the next one, under the same name, is judged anew", async () => {
    const subject = await genuine();
    const good = await bench.judge(subject);
    expect(good.verdict.exitCode).toBe(0);
    const { zip } = sampleOf(bench.samples(), "v0.2.0-rc.1");
    writeFileSync(subject, zip);
    const next = await bench.judge(subject);
    expect(outcomeOf(next).findings).toEqual(["release.subject-differs"]);
    expect(next.subject.sha256).not.toBe(good.subject.sha256);
  });
});
