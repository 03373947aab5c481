import { IN_TOTO_STATEMENT_TYPE } from "../../../src/model/release-statement.ts";
import type { PackageStage, ProvenanceSignature } from "../../../src/judge/stages.ts";
import type { ThresholdResult } from "../../../src/model/envelope.ts";
import type { Provenance } from "../../../src/model/documents.ts";
import { broken, parsed } from "../../../src/model/parsed.ts";
import { type Defect, withBrokenDocument, withDocument, withProvenanceSignature } from "../alter-release.ts";
import { provenanceInputDefects, withDependency } from "./provenance-inputs.ts";
import { madeFrom } from "./provenance-rules.ts";

const OTHER = "9".repeat(64);
const LICENSE_SUBJECT = ({ name }: { readonly name: string }): boolean => name === "LICENSE";

function withBuilderResult(stage: PackageStage, change: Partial<ThresholdResult>): PackageStage {
  return withProvenanceSignature(stage, ({ builder }) =>
    builder === undefined ? {} : { builder: { ...builder, result: { ...builder.result, ...change } } },
  );
}

function withEnvelope(
  stage: PackageStage,
  change: { payloadType?: string; payload?: Uint8Array },
): PackageStage {
  return withProvenanceSignature(stage, ({ envelope }): Partial<ProvenanceSignature> =>
    envelope.ok ? { envelope: parsed(envelope.at, { ...envelope.value, ...change }) } : {},
  );
}

const FOREIGN_SOURCE: Partial<Provenance> = {
  version: "1.2.2",
  configSha256: OTHER,
  sourceDateEpoch: 1_767_225_602,
  targets: ["linux/amd64"],
};

const sourceDefects = Object.entries(FOREIGN_SOURCE).map(([member, value]): Defect => ({
  problem: "provenance.source-differs",
  how: `the provenance has another ${member}`,
  alter: (stage) => withDocument(stage, "provenance", () => ({ [member]: value })),
}));

export const provenanceDefects: readonly Defect[] = [
  ...sourceDefects,
  {
    problem: "provenance.source-differs",
    how: "the provenance is from another repository",
    alter: (stage) =>
      withDocument(stage, "provenance", ({ source }) => ({
        source: { ...source, repository: "https://example.com/fork/agent" },
      })),
  },
  {
    problem: "provenance.source-differs",
    how: "the provenance is from another ref",
    alter: (stage) =>
      withDocument(stage, "provenance", ({ source }) => ({ source: { ...source, ref: "refs/heads/main" } })),
  },
  {
    problem: "provenance.source-differs",
    how: "the source was fetched from another repository",
    alter: (stage) =>
      withDependency(stage, "source", (item) => [
        { ...item, uri: "git+https://example.com/fork@refs/tags/v1.2.3" },
      ]),
  },
  {
    problem: "provenance.source-differs",
    how: "another config was read",
    alter: (stage) =>
      withDependency(stage, "config", (item) => [{ ...item, digest: new Map([["sha256", OTHER]]) }]),
  },
  {
    problem: "provenance.unreadable",
    how: "the provenance cannot be parsed",
    alter: (stage) => withBrokenDocument(stage, "provenance"),
  },
  {
    problem: "provenance.no-subjects",
    how: "nothing is covered",
    alter: (stage) => withDocument(stage, "provenance", () => ({ subjects: [] })),
  },
  {
    problem: "provenance.subject-missing",
    how: "a file is not covered",
    alter: (stage) =>
      withDocument(stage, "provenance", ({ subjects }) => ({
        subjects: subjects.filter((subject) => !LICENSE_SUBJECT(subject)),
      })),
  },
  {
    problem: "provenance.subject-unknown",
    how: "a file is covered that is not there",
    alter: (stage) =>
      withDocument(stage, "provenance", ({ subjects }) => ({
        subjects: subjects.flatMap((subject) =>
          LICENSE_SUBJECT(subject) ? [subject, { ...subject, name: "NOTICE" }] : [subject],
        ),
      })),
  },
  {
    problem: "provenance.subject-repeated",
    how: "a file is covered twice",
    alter: (stage) =>
      withDocument(stage, "provenance", ({ subjects }) => ({
        subjects: [...subjects, ...subjects.slice(0, 1)],
      })),
  },
  {
    problem: "provenance.subject-differs",
    how: "the SHA-256 of a subject is another",
    alter: (stage) =>
      withDocument(stage, "provenance", ({ subjects }) => ({
        subjects: subjects.map((subject) =>
          LICENSE_SUBJECT(subject) ? { ...subject, digest: { ...subject.digest, sha256: OTHER } } : subject,
        ),
      })),
  },
  {
    problem: "provenance.subject-differs",
    how: "the SHA-512 of a subject is another, the SHA-256 is right",
    alter: (stage) =>
      withDocument(stage, "provenance", ({ subjects }) => ({
        subjects: subjects.map((subject) =>
          LICENSE_SUBJECT(subject)
            ? { ...subject, digest: { ...subject.digest, sha512: OTHER.repeat(2) } }
            : subject,
        ),
      })),
  },
  {
    problem: "provenance.build-type-unknown",
    how: "the build type is another",
    alter: (stage) =>
      withDocument(stage, "provenance", () => ({ buildType: "https://example.com/buildtypes/other/v1" })),
  },
  {
    problem: "provenance.builder-differs",
    how: "the builder is another one, for which the same people sign",
    alter: (stage) => {
      const id = "https://cavra.dev/builders/hosted/v1";
      const renamed = withDocument(stage, "provenance", () => ({ builderId: id }));
      return withProvenanceSignature(renamed, ({ builder }) =>
        builder === undefined ? {} : { builder: { ...builder, id } },
      );
    },
  },
  ...provenanceInputDefects,
  {
    problem: "provenance.unsigned",
    how: "there is no envelope",
    alter: (stage) =>
      withProvenanceSignature(stage, () => ({ envelope: broken("provenance.dsse.json", "is missing") })),
  },
  {
    problem: "provenance.unsigned",
    how: "nobody looked for an envelope of a signed release",
    alter: (stage) => ({ ...stage, provenanceSignature: undefined }),
  },
  {
    problem: "provenance.envelope-malformed",
    how: "the envelope is not canonical",
    alter: (stage) =>
      withProvenanceSignature(stage, () => ({
        envelope: broken("provenance.dsse.json", "is not in canonical form"),
      })),
  },
  {
    problem: "provenance.envelope-malformed",
    how: "the envelope is not canonical, and a missing one would be allowed",
    alter: (stage) => ({
      ...withProvenanceSignature(stage, () => ({
        envelope: broken("provenance.dsse.json", "is not in canonical form"),
      })),
      policy: { ...stage.policy, allowMissingProvenance: true },
    }),
  },
  {
    problem: "provenance.payload-type",
    how: "the envelope is of another payload type",
    alter: (stage) => withEnvelope(stage, { payloadType: IN_TOTO_STATEMENT_TYPE }),
  },
  {
    problem: "provenance.other-release",
    how: "the envelope signs other bytes",
    alter: (stage) => withEnvelope(stage, { payload: Buffer.from("other") }),
  },
  {
    problem: "provenance.builder-unknown",
    how: "the trust root does not know the builder",
    alter: (stage) => withProvenanceSignature(stage, () => ({ builder: undefined })),
  },
  {
    problem: "provenance.builder-unknown",
    how: "another builder than the named one was judged",
    alter: (stage) =>
      withProvenanceSignature(stage, ({ builder }) =>
        builder === undefined ? {} : { builder: { ...builder, id: "https://example.com/other" } },
      ),
  },
  {
    problem: "provenance.signature-invalid",
    how: "a signature of a member is wrong, though another suffices",
    alter: (stage) => withBuilderResult(stage, { invalid: [OTHER] }),
  },
  {
    problem: "provenance.signature-disputed",
    how: "two implementations disagree on a signature of a member, though another suffices",
    alter: (stage) => withBuilderResult(stage, { disputed: [OTHER] }),
  },
  {
    problem: "provenance.signer-not-trusted",
    how: "only unknown keys signed",
    alter: (stage) => withBuilderResult(stage, { met: false, holders: [], signers: [], unknown: [OTHER] }),
  },
  {
    problem: "provenance.signer-not-trusted",
    how: "a threshold of nothing is met by nobody",
    alter: (stage) => withBuilderResult(stage, { needed: 0, holders: [], signers: [] }),
  },
  {
    problem: "provenance.tag-differs",
    how: "the tag is that of another version, in all documents alike",
    alter: (stage) => madeFrom(stage, "refs/tags/v1.2.2"),
  },
];
