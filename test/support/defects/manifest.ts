import { provenanceFile } from "../../../src/model/layers.ts";
import { broken } from "../../../src/model/parsed.ts";
import {
  type Defect,
  withArtifact,
  withBrokenDocument,
  withManifest,
  withPredicate,
  withRelease,
  withRenamedRelease,
  withStatement,
  withZip,
} from "../alter-release.ts";
import { PRODUCT } from "../release-documents.ts";

const OTHER = "9".repeat(64);

const FOREIGN_MEMBERS = {
  product: "other",
  package: "other",
  line: "lts",
  channel: "rc",
  version: "1.2.4",
  releaseCounter: 8,
  previous: null,
  sourceDateEpoch: 1_767_225_602,
  expires: 1_800_000_000,
  zipProfile: "cavra-zip/2",
};

const statementDefects = Object.entries(FOREIGN_MEMBERS).map(([member, value]): Defect => ({
  problem: "manifest.statement-differs",
  how: `the statement has another ${member}`,
  alter: (stage) => withPredicate(stage, { [member]: value }),
}));

export const manifestDefects: readonly Defect[] = [
  ...statementDefects,
  {
    problem: "manifest.statement-differs",
    how: "the statement is for another zip name",
    alter: (stage) => withStatement(stage, ({ zip }) => ({ zip: { ...zip, name: "other.zip" } })),
  },
  {
    problem: "manifest.statement-differs",
    how: "the previous release is another one of the same version",
    alter: (stage) => withPredicate(stage, { previous: { version: "1.2.2", manifestSha256: OTHER } }),
  },
  {
    problem: "manifest.unreadable",
    how: "the manifest cannot be parsed",
    alter: (stage) => withBrokenDocument(stage, "manifest"),
  },
  {
    problem: "manifest.not-signed",
    how: "the statement names another manifest",
    alter: (stage) => withPredicate(stage, { manifestSha256: OTHER }),
  },
  {
    problem: "manifest.channel-wrong",
    how: "a stable version is released as a candidate",
    alter: (stage) => withRenamedRelease(stage, { channel: "rc" }),
  },
  {
    problem: "manifest.top-differs",
    how: "the signed top folder has another version",
    alter: (stage) => {
      const top = "agent-v1.2.4";
      const renamed = withStatement(stage, ({ checksums }) => ({
        checksums: { ...checksums, name: `${top}/checksums.txt` },
      }));
      return withRelease(renamed, { top });
    },
  },
  {
    problem: "manifest.top-differs",
    how: "an unsigned package lies in a folder of another version",
    alter: (stage) => ({
      ...withRelease(stage, { top: "agent-v11.2.3" }),
      statement: undefined,
    }),
  },
  {
    problem: "manifest.dry-run",
    how: "the release is a dry run",
    alter: (stage) => withManifest(stage, { dryRun: true }),
  },
  {
    problem: "manifest.page-unreadable",
    how: "release-evidence.md is missing",
    alter: (stage) => withRelease(stage, { evidenceMarkdown: broken("release-evidence.md", "is missing") }),
  },
  {
    problem: "manifest.page-differs",
    how: "a line of release-evidence.md was changed",
    alter: (stage) => {
      const { evidenceMarkdown } = stage.release;
      if (!evidenceMarkdown.ok) return stage;
      const value = evidenceMarkdown.value.replace("- Dry run: `no`", "- Dry run: `maybe`");
      return withRelease(stage, { evidenceMarkdown: { ...evidenceMarkdown, value } });
    },
  },
  {
    problem: "manifest.page-differs",
    how: "a line was added to the end of release-evidence.md",
    alter: (stage) => {
      const { evidenceMarkdown } = stage.release;
      if (!evidenceMarkdown.ok) return stage;
      return withRelease(stage, {
        evidenceMarkdown: { ...evidenceMarkdown, value: `${evidenceMarkdown.value}.` },
      });
    },
  },
  {
    problem: "manifest.zip-differs",
    how: "the files are deflated and the manifest says store",
    alter: (stage) => withZip(stage, { method: "deflate" }),
  },
  {
    problem: "manifest.zip-differs",
    how: "the files carry another time",
    alter: (stage) => withZip(stage, { modifiedEpochSeconds: 1_767_225_598 }),
  },
  {
    problem: "manifest.no-artifacts",
    how: "the list of artifacts is empty",
    alter: (stage) => withManifest(stage, { artifacts: [] }),
    besides: [
      "binaries.none",
      "binaries.unlisted-executable",
      "installers.entry-unknown",
      "reproducibility.entry-unknown",
      "sbom.component-unknown",
      "sbom.file-differs",
    ],
  },
  {
    problem: "manifest.artifact-missing",
    how: "a file is not listed",
    alter: (stage) => withArtifact(stage, "LICENSE", () => []),
  },
  {
    problem: "manifest.artifact-unknown",
    how: "a file is listed that is not there",
    alter: (stage) =>
      withArtifact(stage, "LICENSE", (artifact) => [artifact, { ...artifact, path: "NOTICE" }]),
  },
  {
    problem: "manifest.artifact-unknown",
    how: "the page of the manifest is listed",
    alter: (stage) =>
      withArtifact(stage, "LICENSE", (artifact) => [artifact, { ...artifact, path: "release-evidence.md" }]),
    besides: ["manifest.kind-wrong"],
  },
  {
    problem: "manifest.artifact-repeated",
    how: "a file is listed twice",
    alter: (stage) => withArtifact(stage, "LICENSE", (artifact) => [artifact, artifact]),
  },
  {
    problem: "manifest.artifact-differs",
    how: "the SHA-256 of a file is another",
    alter: (stage) => withArtifact(stage, "LICENSE", (artifact) => [{ ...artifact, sha256: OTHER }]),
  },
  {
    problem: "manifest.artifact-differs",
    how: "the SHA-512 of a file is another",
    alter: (stage) =>
      withArtifact(stage, "LICENSE", (artifact) => [{ ...artifact, sha512: OTHER.repeat(2) }]),
  },
  {
    problem: "manifest.artifact-differs",
    how: "the size of a file is another",
    alter: (stage) => withArtifact(stage, "LICENSE", (artifact) => [{ ...artifact, sizeBytes: 1 }]),
  },
  {
    problem: "manifest.artifact-differs",
    how: "the mode of a file is another",
    alter: (stage) => withArtifact(stage, "LICENSE", (artifact) => [{ ...artifact, mode: 0o755 }]),
  },
  {
    problem: "manifest.kind-wrong",
    how: "the provenance is listed as a plain file",
    alter: (stage) =>
      withArtifact(stage, provenanceFile(PRODUCT), (artifact) => [{ ...artifact, kind: "file" }]),
  },
  {
    problem: "manifest.kind-wrong",
    how: "a plain file is listed as install instructions",
    alter: (stage) =>
      withArtifact(stage, "LICENSE", (artifact) => [{ ...artifact, kind: "installer-metadata" }]),
  },
  {
    problem: "manifest.kind-wrong",
    how: "a plain file has a target",
    alter: (stage) => withArtifact(stage, "LICENSE", (artifact) => [{ ...artifact, target: "linux/amd64" }]),
  },
  {
    problem: "manifest.no-targets",
    how: "no target is promised",
    alter: (stage) => withManifest(stage, { targets: [] }),
    besides: ["controls.control-unproven", "provenance.source-differs", "reproducibility.targets-differ"],
  },
  {
    problem: "manifest.target-without-binary",
    how: "a target is promised and not built",
    alter: (stage) =>
      withManifest(stage, { targets: ["darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64"] }),
    besides: ["controls.control-unproven", "provenance.source-differs", "reproducibility.targets-differ"],
  },
  {
    problem: "manifest.target-undeclared",
    how: "a target is built and not promised",
    alter: (stage) => withManifest(stage, { targets: ["linux/amd64", "windows/amd64"] }),
    besides: ["provenance.source-differs", "reproducibility.targets-differ"],
  },
];
