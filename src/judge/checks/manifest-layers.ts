import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import {
  BOOTSTRAP_FILE,
  GO_MODULES_FILE,
  installersFile,
  layerOf,
  MANIFEST_FILE,
  provenanceFile,
  reproducibilityFile,
  sbomFile,
  spdx3File,
} from "../../model/layers.ts";
import type { Artifact, ArtifactKind, Manifest } from "../../model/manifest.ts";
import type { InspectedFile } from "../../model/release.ts";
import type { PackageStage } from "../stages.ts";
import { isBinary } from "./binary-artifacts.ts";
import {
  compareByKey,
  digestMembers,
  fail,
  membershipSightings,
  memberSightings,
  place,
} from "./comparison.ts";

const LAST_LISTED_LAYER = 2;
const ASK_MAKER = "Do not install it; ask the maker for a release whose manifest lists what it holds";

export const manifestLayersProblems: readonly Problem[] = [
  {
    id: "manifest.no-artifacts",
    severity: "error",
    title: "the manifest lists no artifact",
    why: "a release of nothing proves nothing about the files beside it",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.artifact-missing",
    severity: "error",
    title: "a file of the package is not in the manifest",
    why: "the manifest is what other documents and later releases are compared with, and it does not know this file",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.artifact-unknown",
    severity: "error",
    title: "the manifest lists a file that it must not list or that is not in the package",
    why: "the manifest describes another set of files than the one you have",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.artifact-repeated",
    severity: "error",
    title: "the manifest lists a file more than once",
    why: "two readers may take different entries for the truth",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.artifact-differs",
    severity: "error",
    title: "the manifest describes a file otherwise than it is",
    why: "digest, size and mode of every artifact must be those of the file, or the manifest is about other bytes",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.kind-wrong",
    severity: "error",
    title: "an artifact has a kind that its name does not allow",
    why: "a program that is listed as a plain file, or a plain file as a document, escapes the checks of its kind",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.no-targets",
    severity: "error",
    title: "the manifest promises no target",
    why: "without the promise a lost binary could not be noticed",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.target-without-binary",
    severity: "error",
    title: "a promised target has no binary",
    why: "the release does not hold what it promises for this platform",
    remedy: ASK_MAKER,
  },
  {
    id: "manifest.target-undeclared",
    severity: "error",
    title: "a binary is for a target that the manifest does not promise",
    why: "a platform that nobody declared was added to the release",
    remedy: ASK_MAKER,
  },
];

export const manifestLayers: Check<PackageStage> = {
  id: "manifest.layers",
  title: "The manifest lists exactly the artifacts of the package",
  needs: ["manifest.readable"],
  run({ release }) {
    const { manifest } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    const { artifacts, product } = manifest.value;
    if (artifacts.length === 0) return fail({ problem: "manifest.no-artifacts", at: MANIFEST_FILE });
    const listable = [...release.files.values()].filter(({ path }) => layerOf(path) <= LAST_LISTED_LAYER);
    const comparison = compareByKey(listable, pathOf, artifacts, pathOf);
    const sightings = [
      ...membershipSightings(comparison, ARTIFACT_PROBLEMS, MANIFEST_FILE),
      ...comparison.pairs.flatMap(({ expected, actual }) => artifactSightings(expected, actual)),
      ...artifacts.flatMap((artifact) => kindSightings(artifact, product)),
      ...targetSightings(manifest.value),
    ];
    return failOr(sightings, pass(MANIFEST_FILE, `${artifacts.length} artifacts equal`));
  },
};

const ARTIFACT_PROBLEMS = {
  missing: "manifest.artifact-missing",
  extra: "manifest.artifact-unknown",
  repeated: "manifest.artifact-repeated",
};

const pathOf = ({ path }: { readonly path: string }): string => path;

function artifactSightings(file: InspectedFile, artifact: Artifact): readonly Sighting[] {
  return memberSightings("manifest.artifact-differs", file.path, [
    ...digestMembers(file, artifact),
    ["size_bytes", file.sizeBytes, artifact.sizeBytes],
    ["mode", modeText(file.mode), modeText(artifact.mode)],
  ]);
}

function modeText(mode: number): string {
  return `0${mode.toString(8)}`;
}

/** Documents are found by their names: no other file may be called one, and no document anything else. */
function kindSightings({ path, kind, target }: Artifact, product: string): readonly Sighting[] {
  const allowed = allowedKinds(path, product);
  const sightings: Sighting[] = [];
  if (!allowed.includes(kind)) {
    const expected = allowed.length === 0 ? "no file of this name" : allowed.join(" or ");
    sightings.push({ problem: "manifest.kind-wrong", at: path, expected, actual: kind });
  }
  if (!isBinary({ kind }) && target !== undefined) {
    const expected = `no target for kind ${kind}`;
    sightings.push({ problem: "manifest.kind-wrong", at: path, expected, actual: target });
  }
  return sightings;
}

function allowedKinds(path: string, product: string): readonly ArtifactKind[] {
  const byName: ReadonlyMap<string, ArtifactKind> = new Map([
    [installersFile(product), "installer-metadata"],
    [reproducibilityFile(product), "reproducibility-manifest"],
    [sbomFile(product), "sbom"],
    [spdx3File(product), "sbom"],
    [provenanceFile(product), "slsa-provenance"],
    [BOOTSTRAP_FILE, "offline-trust-bootstrap"],
    [GO_MODULES_FILE, "go-modules"],
  ]);
  const named = byName.get(path);
  if (named !== undefined) return [named];
  return layerOf(path) === 0 ? ["go-binary", "binary", "file"] : [];
}

/** The targets list is the contract: a lost binary must not vanish together with its target. */
function targetSightings({ artifacts, targets }: Manifest): readonly Sighting[] {
  const at = place(MANIFEST_FILE, "targets");
  if (targets.length === 0) return [{ problem: "manifest.no-targets", at }];
  const built = new Set(artifacts.filter(isBinary).flatMap(({ target }) => target ?? []));
  const { missing, extra } = compareByKey(built, identity, targets, identity);
  return [
    ...Array.from(extra.keys(), (target) => ({
      problem: "manifest.target-without-binary",
      at,
      actual: target,
    })),
    ...Array.from(missing.keys(), (target) => ({
      problem: "manifest.target-undeclared",
      at,
      actual: target,
    })),
  ];
}

const identity = (text: string): string => text;
