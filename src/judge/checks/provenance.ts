import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import { BUILD_TYPE, type Provenance } from "../../model/documents.ts";
import { layerOf } from "../../model/layers.ts";
import type { Manifest } from "../../model/manifest.ts";
import type { PackageStage } from "../stages.ts";
import {
  compareByKey,
  digestMembers,
  fail,
  membershipSightings,
  memberSightings,
  place,
  type Member,
} from "./comparison.ts";
import { provenanceDependencies, provenanceDependenciesProblems } from "./provenance-dependencies.ts";
import { provenanceSigner, provenanceSignerProblems } from "./provenance-signer.ts";
import { provenanceTagProblems, tagSightings } from "./provenance-tag.ts";

const LAST_COVERED_LAYER = 1;

const ASK_MAKER = "Do not install; ask the maker for a release whose provenance is about these very files";

export const provenanceProblems: readonly Problem[] = [
  {
    id: "provenance.unreadable",
    severity: "error",
    title: "the provenance is missing or cannot be read",
    why: "nothing says from which source and by whom these files were made",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.no-subjects",
    severity: "error",
    title: "the provenance covers no file",
    why: "a statement about nothing says nothing about the files beside it",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.subject-missing",
    severity: "error",
    title: "a file is not covered by the provenance",
    why: "nothing says where this file came from",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.subject-unknown",
    severity: "error",
    title: "the provenance covers a file that it must not cover or that is not in the package",
    why: "it is about another set of files than the one you have",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.subject-repeated",
    severity: "error",
    title: "the provenance names a file more than once",
    why: "two readers may take different entries for the truth",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.subject-differs",
    severity: "error",
    title: "the provenance is about other bytes of a file",
    why: "the build that it describes did not make this file",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.build-type-unknown",
    severity: "error",
    title: "the provenance is of a kind of build that is not known here",
    why: "its members could mean something else than what is read into them",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.builder-differs",
    severity: "error",
    title: "the provenance and the manifest name different builders",
    why: "one of them was not written by the build that made this release",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.source-differs",
    severity: "error",
    title: "the provenance describes another source than the manifest",
    why: "the files may have been built from something else than what was reviewed",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.commit-differs",
    severity: "error",
    title: "the provenance names another commit than the manifest",
    why: "the files may have been built from code that nobody reviewed",
    remedy: ASK_MAKER,
  },
  {
    id: "provenance.tree-missing",
    severity: "error",
    title: "the provenance does not name the files of its commit",
    why: "without the digest of the tree, a source that comes without its history cannot be compared with this release",
    remedy: ASK_MAKER,
  },
  ...provenanceTagProblems,
  ...provenanceDependenciesProblems,
  ...provenanceSignerProblems,
];

const readable: Check<PackageStage> = {
  id: "provenance.readable",
  title: "The provenance can be read",
  needs: ["files.closed-world", "files.digests"],
  run({ release }) {
    const { provenance } = release.documents;
    return provenance.ok
      ? pass(provenance.at, provenance.value.buildType)
      : fail({ problem: "provenance.unreadable", at: provenance.at, actual: provenance.reason });
  },
};

const subjects: Check<PackageStage> = {
  id: "provenance.subjects",
  title: "The provenance covers exactly the files that were made before it",
  needs: ["provenance.readable"],
  run({ release }) {
    const { provenance } = release.documents;
    if (!provenance.ok) return skip("the provenance cannot be read");
    const { at, value } = provenance;
    if (value.subjects.length === 0) return fail({ problem: "provenance.no-subjects", at });
    const covered = [...release.files.values()].filter(({ path }) => layerOf(path) <= LAST_COVERED_LAYER);
    const comparison = compareByKey(
      covered,
      ({ path }) => path,
      value.subjects,
      ({ name }) => name,
    );
    const sightings = [
      ...membershipSightings(comparison, SUBJECT_PROBLEMS, at),
      ...comparison.pairs.flatMap(({ key, expected, actual }) =>
        memberSightings("provenance.subject-differs", key, digestMembers(expected, actual.digest)),
      ),
    ];
    return failOr(sightings, pass(at, `${comparison.pairs.length} subjects, digests equal`));
  },
};

const SUBJECT_PROBLEMS = {
  missing: "provenance.subject-missing",
  extra: "provenance.subject-unknown",
  repeated: "provenance.subject-repeated",
};

const source: Check<PackageStage> = {
  id: "provenance.source",
  title: "The provenance names the source that the manifest names",
  needs: ["manifest.readable", "provenance.readable"],
  run({ release }) {
    const { manifest, provenance } = release.documents;
    if (!manifest.ok || !provenance.ok) return skip("the manifest or the provenance cannot be read");
    const { at, value } = provenance;
    const sightings = [
      ...memberSightings("provenance.build-type-unknown", at, [["buildType", BUILD_TYPE, value.buildType]]),
      ...memberSightings("provenance.builder-differs", at, [
        ["builder.id", manifest.value.builderId, value.builderId],
      ]),
      ...sourceSightings(at, value, manifest.value),
      ...tagSightings(manifest.at, manifest.value),
      ...commitSightings(at, value, manifest.value),
      ...treeSightings(at, value, manifest.value),
    ];
    return failOr(sightings, pass(at, `commit ${manifest.value.source.commit}`));
  },
};

/** The resolved config has no place of its own: its digest says which one it was. */
const CONFIG_URI = "urn:cavra:resolved-config";

function sourceSightings(at: string, provenance: Provenance, manifest: Manifest): readonly Sighting[] {
  const { repository, ref } = manifest.source;
  const { dependencies } = provenance;
  const sources = dependencies.filter(({ name }) => name === "source");
  const configs = dependencies.filter(({ name }) => name === "config");
  return memberSightings("provenance.source-differs", at, [
    ["version", manifest.version, provenance.version],
    ["repository", repository, provenance.source.repository],
    ["ref", ref, provenance.source.ref],
    ["config.sha256", manifest.configSha256, provenance.configSha256],
    ["sourceDateEpoch", manifest.sourceDateEpoch, provenance.sourceDateEpoch],
    ["targets", manifest.targets.join(", "), provenance.targets.join(", ")],
    ...sources.map(({ uri }): Member => ["uri of the source", `git+${repository}@${ref}`, uri]),
    ...configs.map(({ uri }): Member => ["uri of the config", CONFIG_URI, uri]),
    ...atLeastOne(configs).map((found): Member => [
      "sha256 of the config",
      manifest.configSha256,
      found?.digest.get("sha256") ?? "not recorded",
    ]),
  ]);
}

/** SLSA v1: the source is a resolved dependency; every one of that name must be the commit of the manifest. */
function commitSightings(
  at: string,
  { dependencies }: Provenance,
  { source: { commit } }: Manifest,
): readonly Sighting[] {
  const commits = dependencies
    .filter(({ name }) => name === "source")
    .map(({ digest }) => digest.get("gitCommit"));
  const wrong = atLeastOne(commits).filter((actual) => actual !== commit);
  return wrong.map((actual) => ({
    problem: "provenance.commit-differs",
    at: place(at, "gitCommit of the source"),
    expected: commit,
    actual: actual ?? "not recorded",
  }));
}

/**
 * The tree of the commit. Only the source tells whether it is the right one (`release rebuild`); here it must be there, and
 * of the repository's one hash function.
 */
function treeSightings(
  at: string,
  { dependencies }: Provenance,
  { source: { commit } }: Manifest,
): readonly Sighting[] {
  return dependencies
    .filter(({ name, digest }) => name === "source" && digest.get("gitTree")?.length !== commit.length)
    .map(({ digest }) => ({
      problem: "provenance.tree-missing",
      at: place(at, "gitTree of the source"),
      expected: `${commit.length} hex digits`,
      actual: digest.get("gitTree") ?? "not recorded",
    }));
}

/** What is not recorded at all must be as visible as what is recorded wrong. */
function atLeastOne<T>(found: readonly T[]): readonly (T | undefined)[] {
  return found.length === 0 ? [undefined] : found;
}

export const provenanceChecks: readonly Check<PackageStage>[] = [
  readable,
  subjects,
  source,
  provenanceDependencies,
  provenanceSigner,
];
