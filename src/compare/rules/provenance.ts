import { MANIFEST_FILE } from "../../model/layers.ts";
import { repositoryName } from "../repository-name.ts";
import { differing, over, type UpgradeRule } from "../rule.ts";

const lost: UpgradeRule = {
  id: "provenance.lost",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "the candidate has no usable provenance and the earlier release had",
  why: "nothing says any more where and from what it was built",
  remedy: "Build the release again with its provenance",
  example: { was: "SLSA v1 provenance", now: "none" },
  unavailable: ({ previous }) =>
    previous.release.documents.provenance.ok ? undefined : "the earlier release has no usable provenance",
  detect({ candidate }) {
    const { provenance } = candidate.release.documents;
    return provenance.ok
      ? []
      : [
          {
            subject: "provenance",
            at: provenance.at,
            expected: "readable provenance",
            actual: provenance.reason,
          },
        ];
  },
};

const builderChanged: UpgradeRule = {
  id: "provenance.builder-changed",
  severity: "error",
  needs: null,
  waivable: "two",
  title: "another builder made the candidate",
  why: "the earlier builder is what was reviewed; a release from elsewhere is how stolen source or keys are used",
  remedy: "Build it where releases are built, or have the move waived",
  example: { was: "https://example.com/builders/hosted", now: "https://example.com/builders/laptop" },
  ...over(["builder"], ({ builder }) => differing("builder", `${MANIFEST_FILE}: builder_id`, builder.id)),
};

const builderWeaker: UpgradeRule = {
  id: "provenance.builder-weaker",
  severity: "error",
  needs: null,
  waivable: "two",
  title: "the build level that the trust root grants fell",
  why: "a builder of a lower level can be steered by whoever starts the build",
  remedy: "Build it on the stronger builder",
  example: { was: "build level 3", now: "build level 1" },
  ...over(
    ["builder"],
    ({ builder: { level } }) =>
      level.was !== null && (level.now ?? 0) < level.was
        ? [
            {
              subject: "build level",
              at: "provenance.dsse.json",
              expected: `at least ${level.was}`,
              actual: level.now === null ? "none granted" : String(level.now),
            },
          ]
        : [],
    ({ previous, candidate }) =>
      previous.signaturesJudged && candidate.signaturesJudged ? undefined : "signatures were not judged",
    ({ previous }) =>
      previous.buildLevel === null ? "the trust root grants no level to the earlier builder" : undefined,
  ),
};

const repositoryChanged: UpgradeRule = {
  id: "provenance.source-repository-changed",
  severity: "error",
  needs: null,
  waivable: "two",
  title: "the candidate was built from another repository",
  why: "a fork can hold anything, whatever its name",
  remedy: "Build from the repository of the product, or have the move waived",
  example: { was: "https://example.com/acme/agent", now: "https://example.com/mallory/agent" },
  ...over(["source"], ({ source: { was, now } }) =>
    repositoryName(was.repository) === repositoryName(now.repository)
      ? []
      : differing("repository", `${MANIFEST_FILE}: repository`, { was: was.repository, now: now.repository }),
  ),
};

const TAG = "refs/tags/";

const refWeakened: UpgradeRule = {
  id: "provenance.ref-weakened",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "the candidate was built from a branch, not from a tag",
  why: "a branch moves on: the name no longer says which source it was",
  remedy: "Tag the commit and build the tag",
  example: { was: "refs/tags/v1.4.0", now: "refs/heads/main" },
  ...over(["source"], ({ source: { was, now } }) =>
    was.ref.startsWith(TAG) && !now.ref.startsWith(TAG)
      ? differing("ref", `${MANIFEST_FILE}: ref`, { was: was.ref, now: now.ref })
      : [],
  ),
};

const buildTypeChanged: UpgradeRule = {
  id: "provenance.build-type-changed",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "the provenance describes another kind of build",
  why: "its parameters mean something else than before",
  remedy: "Read what the new build type promises",
  example: { was: "release/v1", now: "release/v2" },
  ...over(["provenance"], ({ provenance }) =>
    differing("build type", "provenance: buildType", provenance.buildType),
  ),
};

/** Inputs that every build has; Go modules and toolchains come and go with the product. */
const CONSTANT_INPUTS: ReadonlySet<string> = new Set(["source", "config"]);

const materialsShrank: UpgradeRule = {
  id: "provenance.materials-shrank",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "the provenance pins fewer inputs",
  why: "what is not pinned by a digest can be exchanged without anybody noticing",
  remedy: "Record the digest of every input again",
  example: { was: "source with gitCommit", now: "source without digest" },
  ...over(["provenance"], ({ provenance: { dependencies, unpinned } }) => [
    ...dependencies.removed
      .filter((name) => CONSTANT_INPUTS.has(name))
      .map((name) => ({
        subject: name,
        at: "provenance: resolvedDependencies",
        expected: name,
        actual: "absent",
      })),
    ...unpinned.map((name) => ({
      subject: name,
      at: "provenance: resolvedDependencies",
      expected: `${name} with a digest`,
      actual: "no digest",
    })),
  ]),
};

const toolchainExchanged: UpgradeRule = {
  id: "provenance.toolchain-exchanged",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "a toolchain of the same version was made of other source",
  why: "a compiler can put anything into what it compiles, and its version is only a name",
  remedy: "Build with the toolchain as its makers publish it, on both sides, or say why it was patched",
  example: { was: "go@1.26.8, dirHash:1f0c...", now: "go@1.26.8, dirHash:77ab..." },
  ...over(["provenance"], ({ provenance }) =>
    provenance.exchangedTools.flatMap(({ uri, was, now }) =>
      differing(uri, "provenance: resolvedDependencies", { was, now }),
    ),
  ),
};

export const provenanceRules: readonly UpgradeRule[] = [
  lost,
  builderChanged,
  builderWeaker,
  repositoryChanged,
  refWeakened,
  buildTypeChanged,
  materialsShrank,
  toolchainExchanged,
];
