import { describe, expect, it } from "vitest";
import { judgeSignatures } from "../../../src/judge/judge-signatures.ts";
import { releaseProblems } from "../../../src/judge/checks/release-problems.ts";
import { releaseChecks } from "../../../src/judge/checks/release.ts";
import { trustProblems } from "../../../src/judge/checks/trust-problems.ts";
import { runChecks } from "../../../src/judge/run-checks.ts";
import type { OpenedSubject } from "../../../src/judge/stages.ts";
import { sha256Hex } from "../../../src/crypto/digest.ts";
import {
  addSignature,
  parseEnvelope,
  preAuthenticationEncoding,
  writeEnvelope,
} from "../../../src/formats/dsse.ts";
import { writeReleaseStatement } from "../../../src/formats/release-statement.ts";
import { addKey } from "../../../src/make/trust-draft.ts";
import type { Envelope } from "../../../src/model/envelope.ts";
import { broken, parsed } from "../../../src/model/parsed.ts";
import type { Policy } from "../../../src/model/policy.ts";
import { IN_TOTO_PAYLOAD_TYPE, type ReleasePredicate } from "../../../src/model/release-statement.ts";
import type { TrustRoot } from "../../../src/model/trust-root.ts";
import { partingSigner } from "../../support/parting-signer.ts";
import { testPolicy } from "../../support/policy.ts";
import { testStatement } from "../../support/statement.ts";
import {
  TEST_ISSUED,
  TEST_NOW,
  testEnvelope,
  testKey,
  testTrustRoot,
  type TestKeyName,
} from "../../support/trust.ts";

const problems = new Map([...releaseProblems, ...trustProblems].map((problem) => [problem.id, problem]));
const reached = new Set<string>();
const zip: OpenedSubject = {
  kind: "zip",
  name: "cavra-go-runtime-v0.1.0.zip",
  zip: { sizeBytes: 1000, sha256: "1".repeat(64), sha512: "1".repeat(128) },
};

interface Case {
  readonly predicate?: Partial<ReleasePredicate>;
  readonly signers?: readonly TestKeyName[];
  readonly policy?: Partial<Policy>;
  readonly root?: (root: TrustRoot) => TrustRoot;
  readonly subject?: OpenedSubject;
  readonly envelope?: (envelope: Envelope) => Envelope;
  readonly payload?: Uint8Array;
  readonly payloadType?: string;
}

function judge(given: Case): { readonly findings: readonly string[]; readonly skipped: readonly string[] } {
  const payload = given.payload ?? writeReleaseStatement(testStatement(given.predicate));
  const signed = testEnvelope(
    payload,
    given.payloadType ?? IN_TOTO_PAYLOAD_TYPE,
    given.signers ?? ["release-ada"],
  );
  const envelope = parsed("release.dsse.json", given.envelope?.(signed) ?? signed);
  const root = testTrustRoot(given.root);
  const policy = testPolicy(given.policy);
  const stage = judgeSignatures(policy, root, given.subject ?? zip, envelope);
  const { findings, results } = runChecks(releaseChecks, stage, problems);
  for (const { id } of findings) reached.add(id);
  return {
    findings: findings.map(({ id }) => id),
    skipped: results.flatMap(({ id, status }) => (status === "skip" ? [id] : [])),
  };
}

const threshold = (root: TrustRoot, needed: number): TrustRoot => ({
  ...root,
  roles: { ...root.roles, release: root.roles.release.map((role) => ({ ...role, threshold: needed })) },
});
const onlyRc = (root: TrustRoot): TrustRoot => ({
  ...root,
  roles: { ...root.roles, release: root.roles.release.filter(({ channel }) => channel === "rc") },
});
const floor = (root: TrustRoot, change: object): TrustRoot => ({
  ...root,
  roles: { ...root.roles, release: root.roles.release.map((role) => ({ ...role, ...change })) },
});
const holder = (root: TrustRoot, name: TestKeyName, person: string): TrustRoot => ({
  ...root,
  keys: root.keys.map((key) =>
    key.keyId === testKey(name).publicKey.keyId ? { ...key, holder: person } : key,
  ),
});
/** The root vouches for the statement of `judge({})`. */
const endorsing = (root: TrustRoot, version = "0.1.0"): TrustRoot => ({
  ...root,
  endorsed: [{ version, statementSha256: sha256Hex(writeReleaseStatement(testStatement())) }],
});
const withdrawn = (root: TrustRoot): TrustRoot => ({
  ...root,
  revoked: { members: [], manifests: ["3".repeat(64)] },
});
const previous = { version: "0.0.9", releaseCounter: 4, manifestSha256: "4".repeat(64) };

describe("a genuine release", () => {
  it("passes every release check", () => {
    expect(judge({})).toEqual({ findings: [], skipped: [] });
    expect(judge({ policy: { previous } })).toEqual({ findings: [], skipped: [] });
    expect(
      judge({ root: (root) => threshold(root, 2), signers: ["release-ada", "release-bo"] }).findings,
    ).toEqual([]);
  });

  it("passes beside a signature of an unknown key, which is not counted", () => {
    expect(judge({ signers: ["release-ada", "attacker"] })).toEqual({
      findings: ["release.signer-unknown"],
      skipped: [],
    });
    expect(
      judge({ root: (root) => threshold(root, 2), signers: ["release-ada", "attacker"] }).findings,
    ).toEqual(["release.threshold-not-met"]);
  });

  it("passes when the root holders endorse it, whoever signed and however late it is", () => {
    const expired = { expires: TEST_NOW - 1 };
    const statementSha256 = sha256Hex(writeReleaseStatement(testStatement(expired)));
    const root = (given: TrustRoot): TrustRoot => ({
      ...given,
      endorsed: [{ version: "0.1.0", statementSha256 }],
    });
    expect(judge({ predicate: expired, signers: ["attacker"], root })).toEqual({ findings: [], skipped: [] });
    const stolen = [testKey("release-ada").publicKey.keyId];
    const revoking = (given: TrustRoot): TrustRoot => ({
      ...root(given),
      revoked: { members: stolen, manifests: [] },
    });
    expect(judge({ predicate: expired, root: revoking })).toEqual({ findings: [], skipped: [] });
  });

  it("is judged as a directory without the digests of the zip", () => {
    expect(judge({ subject: { kind: "directory", name: "go-runtime-v0.1.0", zip: null } })).toEqual({
      findings: [],
      skipped: ["release.subject"],
    });
  });
});

describe("each release problem", () => {
  it.each<[string, Case]>([
    ["release.signer-not-trusted", { signers: ["attacker"] }],
    ["release.signer-not-trusted", { signers: ["root"] }],
    ["release.threshold-not-met", { root: (root) => threshold(root, 2) }],
    [
      "release.holder-counts-once",
      {
        root: (root) => threshold(holder(holder(root, "release-ada", "Ada"), "release-bo", "Ada"), 2),
        signers: ["release-ada", "release-bo"],
      },
    ],
    ["release.endorsement-disagrees", { signers: ["attacker"], root: (root) => endorsing(root, "9.9.9") }],
    ["release.revoked", { signers: ["attacker"], root: (root) => withdrawn(endorsing(root)) }],
    ["release.stream-not-signed", { signers: ["attacker"], root: (root) => onlyRc(endorsing(root)) }],
    ["release.signature-invalid", { root: (root) => endorsing(root), envelope: flipSignature }],
    [
      "release.signer-not-trusted",
      { signers: ["attacker"], root: (root) => endorsing(root), predicate: { releaseCounter: 6 } },
    ],
    ["release.signature-invalid", { envelope: flipSignature }],
    ["release.signature-invalid", { signers: ["release-ada", "release-bo"], envelope: flipSignature }],
    [
      "release.signature-invalid",
      {
        envelope: (envelope) => ({
          ...envelope,
          payload: writeReleaseStatement(testStatement({ version: "9.9.9" })),
        }),
      },
    ],
    [
      "release.signature-disputed",
      {
        root: (root) => addKey(root, partingSigner.publicKey, "Mallory", "release", undefined),
        envelope: (envelope) =>
          addSignature(envelope, {
            keyid: partingSigner.publicKey.keyId,
            sig: partingSigner.sign(preAuthenticationEncoding(envelope.payloadType, envelope.payload)),
          }),
      },
    ],
    [
      "release.signature-not-counted",
      {
        root: (root) => ({
          ...root,
          revoked: { members: [testKey("release-ada").publicKey.keyId], manifests: [] },
        }),
      },
    ],
    [
      "release.signature-not-counted",
      {
        root: (root) => ({
          ...root,
          keys: root.keys.map((key) => ({ ...key, notAfter: "2026-02-01T00:00:00Z" })),
        }),
      },
    ],
    ["release.wrong-payload-type", { payloadType: "text/plain" }],
    ["release.statement-malformed", { payload: Buffer.from("{}") }],
    [
      "release.subject-differs",
      { subject: { ...zip, zip: { sizeBytes: 1001, sha256: "1".repeat(64), sha512: "1".repeat(128) } } },
    ],
    [
      "release.subject-differs",
      { subject: { ...zip, zip: { sizeBytes: 1000, sha256: "9".repeat(64), sha512: "1".repeat(128) } } },
    ],
    [
      "release.subject-differs",
      { subject: { ...zip, zip: { sizeBytes: 1000, sha256: "1".repeat(64), sha512: "9".repeat(128) } } },
    ],
    ["release.renamed", { subject: { ...zip, name: "download.zip" } }],
    ["release.wrong-product", { predicate: { product: "other-product" } }],
    ["release.wrong-channel", { predicate: { channel: "rc", version: "0.1.0-rc.1" } }],
    ["release.wrong-line", { policy: { line: "lts" } }],
    ["release.channel-disagrees", { predicate: { version: "0.1.0-rc.1" } }],
    ["release.stream-not-signed", { root: onlyRc }],
    ["release.root-behind", { predicate: { rootVersion: 2 } }],
    [
      "release.revoked",
      { root: (root) => ({ ...root, revoked: { members: [], manifests: ["3".repeat(64)] } }) },
    ],
    ["release.expired", { predicate: { expires: TEST_NOW - 1 } }],
    ["release.below-minimum", { root: (root) => floor(root, { minimumVersion: "0.2.0" }) }],
    ["release.below-minimum", { root: (root) => floor(root, { minimumCounter: 6 }) }],
    ["release.below-minimum", { policy: { minimumVersion: "0.1.1" } }],
    ["release.older-than-previous", { policy: { previous: { ...previous, version: "0.2.0" } } }],
    ["release.older-than-previous", { policy: { previous: { ...previous, releaseCounter: 9 } } }],
    ["release.equivocation", { policy: { previous: { ...previous, releaseCounter: 5 } } }],
    ["release.counter-jump", { predicate: { releaseCounter: 2000 }, policy: { previous } }],
    ["release.lineage-broken", { policy: { previous: { ...previous, manifestSha256: "5".repeat(64) } } }],
    ["trust.clock-implausible", { policy: { now: TEST_ISSUED + 60 } }],
  ])("%s is found, and nothing else", (id, given) => {
    expect(judge(given).findings).toEqual([id]);
  });

  it("has the missing and the malformed envelope", () => {
    for (const [envelope, id] of [
      [undefined, "release.signature-missing"],
      [broken("release.dsse.json", "is not JSON"), "release.envelope-malformed"],
      [parseEnvelope("release.dsse.json", signedTwiceByOne()), "release.signature-repeated"],
    ] as const) {
      const stage = judgeSignatures(testPolicy(), testTrustRoot(), zip, envelope);
      const { findings, results } = runChecks(releaseChecks, stage, problems);
      expect(findings.map((finding) => finding.id)).toEqual([id]);
      expect(results.filter(({ status }) => status === "pass")).toEqual([]);
      reached.add(id);
    }
  });

  it("is reached by a case above", () => {
    const missing = releaseProblems.map(({ id }) => id).filter((id) => !reached.has(id));
    // What a machine remembers has vectors of its own: release-record.test.ts.
    expect(missing).toEqual(["release.older-than-recorded"]);
  });
});

it("never reads a payload whose signatures do not suffice", () => {
  const envelope = parsed(
    "release.dsse.json",
    testEnvelope(Buffer.from("not even JSON"), IN_TOTO_PAYLOAD_TYPE, ["attacker"]),
  );
  const { statement } = judgeSignatures(testPolicy(), testTrustRoot(), zip, envelope);
  expect(statement.ok ? "" : statement.reason).toBe("was not read because its signatures do not suffice");
});

function flipSignature(envelope: Envelope): Envelope {
  const signatures = envelope.signatures.map(({ keyid, sig }, index) => {
    const flipped = Uint8Array.from(sig);
    if (index === 0) flipped[10] = (flipped[10] ?? 0) ^ 1;
    return { keyid, sig: flipped };
  });
  return { ...envelope, signatures };
}

/** An envelope that the writer would never make: one keyid, two signatures. */
function signedTwiceByOne(): Uint8Array {
  const envelope = testEnvelope(Buffer.from("{}"), IN_TOTO_PAYLOAD_TYPE, ["release-ada"]);
  const [signature] = envelope.signatures;
  if (signature === undefined) throw new Error("Ada signed");
  return writeEnvelope({ ...envelope, signatures: [signature, signature] });
}
