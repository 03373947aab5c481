import { generateKeyPairSync } from "node:crypto";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseEnvelope, writeEnvelope } from "../../src/formats/dsse.ts";
import { verifyRelease } from "../../src/flows/verify-release.ts";
import type { TrustSource } from "../../src/flows/trust-source.ts";
import { loadTrustRoot } from "../../src/crypto/trust-root.ts";
import type { Envelope } from "../../src/model/envelope.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import type { Report } from "../../src/model/report.ts";
import { fileOf, sampleOf } from "../../scripts/tampered/samples.ts";
import { testPolicy } from "../support/policy.ts";
import { SMALL_TOOL, smallTrust } from "../support/small-release.ts";
import { outcomeOf } from "../support/tampered.ts";
import { tamperingBench } from "../support/tampering-bench.ts";
import { signedTestRoot, TEST_NOW, testKey, testTrustRoot } from "../support/trust.ts";

// Weaknesses of the system that cavra grows out of, signatures and trust: each attack must be found out.
const bench = tamperingBench();

function envelopeAt(subject: string, name: string): Envelope {
  const path = join(`${subject}.sigs`, name);
  const envelope = parseEnvelope(name, readFileSync(path));
  if (!envelope.ok) throw new Error(envelope.reason);
  return envelope.value;
}

function putEnvelope(subject: string, name: string, envelope: Envelope): void {
  writeFileSync(join(`${subject}.sigs`, name), writeEnvelope(envelope));
}

/** A fresh copy of v0.1.0 as it was signed. */
async function genuine(): Promise<string> {
  return bench.attack({ signedBy: "none" });
}

async function judgeUnder(path: string, trust: TrustSource | undefined): Promise<Report> {
  const { report } = await verifyRelease({
    tool: SMALL_TOOL,
    command: "release verify-go-package",
    path,
    signaturesFolder: undefined,
    policy: testPolicy(),
    trust,
  });
  return report;
}

describe("S1: a key that travels with the package is believed", () => {
  it("not by cavra: everything signed again with another key is signed by nobody", async () => {
    await bench.demand("attacker-re-signs-everything");
    await bench.demand("attacker-brings-a-trust-root");
    await bench.demand("attacker-signature-under-trusted-key-id");
  });

  it("not even when there is no trust at all: nothing is proven, and nothing of the package is quoted", async () => {
    const report = await judgeUnder(await genuine(), undefined);
    expect(outcomeOf(report)).toEqual({ verdict: "UNKNOWN", exitCode: 4, findings: ["trust.missing"] });
    expect(report.release).toBeNull();
  });
});

describe("S2: a signature can be relabelled, and replayed from another release", () => {
  it("relabelled, renamed and foreign signatures are found out", async () => {
    await bench.demand("signature-copy-relabelled");
    await bench.demand("signature-file-renamed");
    await bench.demand("signatures-of-another-release");
    await bench.demand("signed-version-edited");
  });

  it("a signature over a list of checksums does not count as one over a statement", async () => {
    const path = await genuine();
    const { keyId } = testKey("release-ada").publicKey;
    const sig = readFileSync(join(`${path}.sigs`, `checksums.${keyId.slice(0, 16)}.sig`));
    const payload = fileOf(sampleOf(bench.samples(), "v0.1.0").files, "checksums.txt").bytes;
    const payloadType = IN_TOTO_PAYLOAD_TYPE;
    putEnvelope(path, "release.dsse.json", { payloadType, payload, signatures: [{ keyid: keyId, sig }] });
    expect(outcomeOf(await bench.judge(path)).findings).toEqual(["release.signature-invalid"]);
  });

  it("the type of what was signed cannot be changed afterwards", async () => {
    const path = await genuine();
    const envelope = envelopeAt(path, "release.dsse.json");
    putEnvelope(path, "release.dsse.json", { ...envelope, payloadType: "text/plain" });
    expect(outcomeOf(await bench.judge(path)).findings).toEqual(["release.wrong-payload-type"]);
  });
});

describe("S3: the files of one release may be signed by different keys", () => {
  it("a provenance that only a stranger signed is found out beside a release of trusted holders", async () => {
    const [trusted, attacked] = [await genuine(), await bench.attack({ signedBy: "attacker" })];
    putEnvelope(trusted, "provenance.dsse.json", envelopeAt(attacked, "provenance.dsse.json"));
    expect(outcomeOf(await bench.judge(trusted)).findings).toEqual(["provenance.signer-not-trusted"]);
  });

  it("signatures of two holders over two statements are not added up", async () => {
    const [one, other] = [
      await genuine(),
      await bench.attack({ statement: { set: { "predicate.line": "lts" } } }),
    ];
    const mixed = envelopeAt(one, "release.dsse.json");
    const foreign = envelopeAt(other, "release.dsse.json");
    const bo = testKey("release-bo").publicKey.keyId;
    const signatures = mixed.signatures.map((own) =>
      own.keyid === bo ? (foreign.signatures.find(({ keyid }) => keyid === bo) ?? own) : own,
    );
    putEnvelope(one, "release.dsse.json", { ...mixed, signatures });
    expect(outcomeOf(await bench.judge(one)).findings).toEqual(["release.signature-invalid"]);
  });

  it("two keys of one holder are one holder", async () => {
    const bytes = signedTestRoot(
      testTrustRoot((root) => ({
        ...root,
        keys: root.keys.map((key) => (key.holder === "Bo" ? { ...key, holder: "Ada" } : key)),
        roles: { ...root.roles, release: root.roles.release.map((role) => ({ ...role, threshold: 2 })) },
      })),
    );
    const report = await judgeUnder(await genuine(), smallTrust(bytes));
    expect(outcomeOf(report)).toMatchObject({ exitCode: 4, findings: ["trust.holder-counts-once"] });
  });
});

describe("S4: malformed input ends in an exception", () => {
  it.each([
    ["a list", "[]"],
    ["a text", '"signatures"'],
    ["nested types", '{"payload":[],"payloadType":{},"signatures":"none"}\n'],
    ["bad UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ["nothing", ""],
  ])("%s in the place of an envelope is a finding", async (_, content) => {
    const path = await genuine();
    writeFileSync(join(`${path}.sigs`, "release.dsse.json"), content);
    expect(outcomeOf(await bench.judge(path)).findings).toEqual(["release.envelope-malformed"]);
  });

  it.each([["[]"], ['"manifest"'], ["{"], ["{}\n"], ["\u0000"]])(
    "%j in the place of the manifest is a finding",
    async (text) => {
      const path = "release-evidence.json";
      const found = await bench.found({
        package: [{ "replace-file": { path, text } }],
        rebuild: "checksums",
      });
      expect(found).toEqual(["manifest.unreadable"]);
    },
  );

  it("an RSA key in a trust root makes it unusable, and proves nothing", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const spki = publicKey.export({ type: "spki", format: "der" }).toString("base64");
    const bytes = signedTestRoot(
      testTrustRoot((root) => ({
        ...root,
        keys: root.keys.map((key, index) => (index === 0 ? { ...key, publicKey: spki } : key)),
      })),
    );
    const trust = { source: "--trust", pinned: false, trust: loadTrustRoot("root", bytes, TEST_NOW) };
    expect(outcomeOf(await judgeUnder(await genuine(), trust))).toEqual({
      verdict: "UNKNOWN",
      exitCode: 4,
      findings: ["trust.invalid"],
    });
  });
});

describe("S5: a dry run and an unsigned package pass", () => {
  it("a dry run fails, and --allow-unsigned proves nothing", async () => {
    await bench.demand("dry-run");
    await bench.demand("signature-set-missing");
    await bench.demand("signature-set-missing-allowed");
  });

  it("--allow-unsigned does not excuse any other fault", async () => {
    const found = await bench.found({
      package: [{ "edit-json": { path: "release-evidence.json", set: { dry_run: true } } }],
      rebuild: "all-layers",
      signatures: [{ "remove-set": {} }],
      verify: { "allow-unsigned": true },
    });
    expect(found).toEqual(["manifest.dry-run"]);
  });
});

describe("S6: what vouches for the build is not checked, and does not travel with the package", () => {
  it("the builder's signature travels in the signature set and is demanded", async () => {
    await bench.demand("provenance-signature-missing");
    await bench.demand("provenance-signature-of-another-release");
  });

  it("an attestation that is not judged never counts, and the report says so", async () => {
    const path = await genuine();
    rmSync(join(`${path}.sigs`, "provenance.dsse.json"));
    cpSync(join(`${path}.sigs`, "release.dsse.json"), join(`${path}.sigs`, "provenance.sigstore.json"));
    const report = await bench.judge(path);
    expect(outcomeOf(report).findings).toEqual(["provenance.unsigned"]);
    const unjudged = report.notChecked.filter(({ id }) => id === "signatures.other-file");
    expect(unjudged.map(({ reason }) => reason).join()).toContain("provenance.sigstore.json");
  });
});
