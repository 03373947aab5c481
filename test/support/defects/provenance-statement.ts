import type { PackageStage, ProvenanceSignature } from "../../../src/judge/stages.ts";
import { parseEnvelope, writeEnvelope } from "../../../src/formats/dsse.ts";
import { writeProvenance } from "../../../src/formats/slsa.ts";
import { judgeProvenanceSignature } from "../../../src/judge/judge-signatures.ts";
import { valueOf } from "../../../src/model/parsed.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../../src/model/release-statement.ts";
import type { TrustRoot } from "../../../src/model/trust-root.ts";
import { VALID_STAGE } from "../release-fixture.ts";
import { BUILDER_ID } from "../release-documents.ts";
import { testEnvelope, testKey, testTrustRoot, type TestKeyName } from "../trust.ts";
import { madeFrom, withDependency, withProvenanceJson, type Rule } from "./provenance-rules.ts";

const PROVENANCE = valueOf(VALID_STAGE.release.documents.provenance);
if (PROVENANCE === undefined) throw new Error("the fixture has no provenance");
const PAYLOAD = writeProvenance(PROVENANCE);
export const ROOT = testTrustRoot();

/** The stage with an envelope that test keys really signed, judged under a trust root. */
export function signedBy(signers: readonly TestKeyName[], root: TrustRoot = ROOT): PackageStage {
  return withSignature(writeEnvelope(testEnvelope(PAYLOAD, IN_TOTO_PAYLOAD_TYPE, signers)), root);
}

function withSignature(envelope: Uint8Array, root: TrustRoot = ROOT): PackageStage {
  const parsedEnvelope = parseEnvelope("provenance.dsse.json", envelope);
  return { ...VALID_STAGE, provenanceSignature: judged(parsedEnvelope, root) };
}

function judged(envelope: ProvenanceSignature["envelope"], root: TrustRoot): ProvenanceSignature {
  return judgeProvenanceSignature(root, envelope, BUILDER_ID, {
    policy: VALID_STAGE.policy,
    endorsement: undefined,
    judgeBundle: () => [],
  });
}

export function withBuilders(change: Partial<TrustRoot["builders"][number]>): TrustRoot {
  return { ...ROOT, builders: ROOT.builders.map((builder) => ({ ...builder, ...change })) };
}

const signedText = Buffer.from(
  writeEnvelope(testEnvelope(PAYLOAD, IN_TOTO_PAYLOAD_TYPE, ["release-ada"])),
).toString("utf8");

/** Rules that the envelope and the statement itself must keep: what is wrong, and the finding that names it. */
export const STATEMENT_RULES: readonly Rule[] = [
  [
    "P1",
    "the envelope has another member",
    "provenance.envelope-malformed",
    () => withSignature(Buffer.from(signedText.replace('"payload":', '"extra":"","payload":'))),
  ],
  [
    "P1",
    "the envelope has no signature",
    "provenance.envelope-malformed",
    () => withSignature(Buffer.from(signedText.replace(/"signatures":\[.*\]/, '"signatures":[]'))),
  ],
  [
    "P2",
    "the payload is signed as another type",
    "provenance.payload-type",
    () => withSignature(writeEnvelope(testEnvelope(PAYLOAD, "application/json", ["release-ada"]))),
  ],
  ["P3", "a stranger signed", "provenance.signer-not-trusted", () => signedBy(["attacker"])],
  [
    "P3",
    "a release holder signed who may not sign for this builder",
    "provenance.signer-not-trusted",
    () => signedBy(["release-ada"], withBuilders({ members: [testKey("release-bo").publicKey.keyId] })),
  ],
  [
    "P3",
    "the builder is in nobody's trust root",
    "provenance.builder-unknown",
    () => signedBy(["release-ada"], withBuilders({ id: "https://cavra.dev/builders/github-hosted/v1" })),
  ],
  [
    "P4",
    "the only signer is revoked, so that nobody counts",
    "provenance.signer-not-trusted",
    () =>
      signedBy(["release-ada"], {
        ...ROOT,
        revoked: { members: [testKey("release-ada").publicKey.keyId], manifests: [] },
      }),
  ],
  [
    "P4",
    "a forged signature beside a good one",
    "provenance.signature-invalid",
    () => {
      const other = testEnvelope(Buffer.from("other"), IN_TOTO_PAYLOAD_TYPE, ["release-bo"]);
      const good = testEnvelope(PAYLOAD, IN_TOTO_PAYLOAD_TYPE, ["release-ada"]);
      return withSignature(writeEnvelope({ ...good, signatures: [...good.signatures, ...other.signatures] }));
    },
  ],
  [
    "P5",
    "the predicate is of another type",
    "provenance.unreadable",
    () =>
      withProvenanceJson(VALID_STAGE, (json) => {
        json.predicateType = "https://slsa.dev/provenance/v0.2";
      }),
  ],
  [
    "P6",
    "a shipped file is no subject",
    "provenance.subject-missing",
    () => withProvenanceJson(VALID_STAGE, (json) => json.subject.shift()),
  ],
  [
    "P6",
    "a subject was not shipped",
    "provenance.subject-unknown",
    () =>
      withProvenanceJson(VALID_STAGE, (json) => {
        json.subject.push({ name: "zz", digest: json.subject[0]?.digest ?? {} });
      }),
  ],
  ...["sha256", "sha512"].map((algorithm): Rule => [
    "P7",
    `the ${algorithm} of a subject is another, the other digest is right`,
    "provenance.subject-differs",
    () =>
      withProvenanceJson(VALID_STAGE, ({ subject: [first] }) => {
        if (first !== undefined) first.digest[algorithm] = first.digest[algorithm]?.replace(/./g, "9") ?? "";
      }),
  ]),
  [
    "P8",
    "one name twice",
    "provenance.unreadable",
    () =>
      withProvenanceJson(VALID_STAGE, (json) => {
        json.subject.unshift(...json.subject.slice(0, 1));
      }),
  ],
  [
    "P8",
    "a name that leads out of the package",
    "provenance.unreadable",
    () =>
      withProvenanceJson(VALID_STAGE, (json) => {
        json.subject.unshift({ name: "../agent", digest: json.subject[0]?.digest ?? {} });
      }),
  ],
  [
    "P8",
    "a name that a Windows disk takes for another",
    "provenance.subject-unknown",
    () =>
      withProvenanceJson(VALID_STAGE, (json) => {
        json.subject.push({ name: "license", digest: json.subject[0]?.digest ?? {} });
        json.subject.sort((a, b) => (a.name < b.name ? -1 : 1));
      }),
  ],
  ...["https://cavra.dev/buildtypes/release/v2", "https://cavra.dev/buildtypes/release/v1/"].map(
    (buildType): Rule => [
      "P9",
      `the build type is ${buildType}`,
      "provenance.build-type-unknown",
      () =>
        withProvenanceJson(VALID_STAGE, ({ predicate }) => {
          predicate.buildDefinition.buildType = buildType;
        }),
    ],
  ),
  [
    "P10",
    "an external parameter that nobody knows",
    "provenance.unreadable",
    () =>
      withProvenanceJson(VALID_STAGE, ({ predicate }) => {
        predicate.buildDefinition.externalParameters["script"] = "curl";
      }),
  ],
  ...(
    [
      ["repository", "https://example.com/fork/agent"],
      ["ref", "refs/tags/v1.2.3-rc.1"],
      ["version", "1.2.4"],
    ] as const
  ).map(([member, value]): Rule => [
    "P11",
    `another ${member} than in the manifest`,
    "provenance.source-differs",
    () =>
      withProvenanceJson(VALID_STAGE, ({ predicate }) => {
        predicate.buildDefinition.externalParameters[member] = value;
      }),
  ]),
  ...["v1.2.2", "v1.2.3-rc.1", "agent/v1.2.4", "agent-1.20.3"].map((tag): Rule => [
    "P11",
    `version 1.2.3 made from the tag ${tag}, as all documents say`,
    "provenance.tag-differs",
    () => madeFrom(VALID_STAGE, `refs/tags/${tag}`),
  ]),
  ...["b".repeat(40), "a".repeat(64), "a".repeat(41)].map((gitCommit): Rule => [
    "P12",
    `a commit of ${gitCommit.length} digits that is not the manifest's`,
    "provenance.commit-differs",
    () => withDependency("source", (item) => [{ ...item, digest: new Map([["gitCommit", gitCommit]]) }]),
  ]),
  [
    "P12",
    "the commit has no tree",
    "provenance.tree-missing",
    () => withDependency("source", (item) => [{ ...item, digest: new Map([["gitCommit", "a".repeat(40)]]) }]),
  ],
];
