import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { Reproducibility, ReproducibleBinary } from "../../model/documents.ts";
import type { Problem } from "../../model/finding.ts";
import type { Artifact, Manifest } from "../../model/manifest.ts";
import type { PackageStage } from "../stages.ts";
import { isBinary } from "./binary-artifacts.ts";
import { compareByKey, fail, membershipSightings, memberSightings, place } from "./comparison.ts";
import { headerSightings } from "./document-header.ts";

const ASK_MAKER = "Ask the maker for a release that records how each of its binaries was built";

export const reproducibilityProblems: readonly Problem[] = [
  {
    id: "reproducibility.unreadable",
    severity: "error",
    title: "the build record is missing or cannot be read",
    why: "nobody can build the release again and compare",
    remedy: ASK_MAKER,
  },
  {
    id: "reproducibility.release-differs",
    severity: "error",
    title: "the build record is of another release",
    why: "building as recorded would give other bytes than the ones you have",
    remedy: ASK_MAKER,
  },
  {
    id: "reproducibility.targets-differ",
    severity: "error",
    title: "the build record and the manifest promise different targets",
    why: "a target that was lost, or added by someone, shows as such a difference",
    remedy: ASK_MAKER,
  },
  {
    id: "reproducibility.none",
    severity: "error",
    title: "the build record names no binary",
    why: "a record of nothing must not look as if everything could be built again",
    remedy: ASK_MAKER,
  },
  {
    id: "reproducibility.entry-missing",
    severity: "error",
    title: "a binary has no build record",
    why: "nobody can build this binary again and compare",
    remedy: ASK_MAKER,
  },
  {
    id: "reproducibility.entry-unknown",
    severity: "error",
    title: "the build record names a file that is not a listed binary",
    why: "the record describes another set of binaries than the one you have",
    remedy: ASK_MAKER,
  },
  {
    id: "reproducibility.entry-repeated",
    severity: "error",
    title: "the build record names a binary more than once",
    why: "two records for one binary cannot both be how it was built",
    remedy: ASK_MAKER,
  },
  {
    id: "reproducibility.entry-differs",
    severity: "error",
    title: "the build record describes a binary otherwise than the manifest",
    why: "whoever builds it again would compare with the wrong digest",
    remedy: ASK_MAKER,
  },
  {
    id: "reproducibility.recipe-missing",
    severity: "error",
    title: "a binary that was built here has no complete recipe",
    why: "without toolchain and command nobody can build it again",
    remedy: ASK_MAKER,
  },
  {
    id: "reproducibility.origin-unverified",
    severity: "unknown",
    title: "a binary was taken over from elsewhere without a proof of its origin",
    why: "the release vouches that it is this file, and nobody vouches for how it came to be",
    remedy:
      "Ask the maker to give a digest or provenance for it in the release config (prebuilt: expect or from)",
  },
];

const agree: Check<PackageStage> = {
  id: "reproducibility.agree",
  title: "The build record tells how to build every binary again",
  needs: ["manifest.readable"],
  run({ release }) {
    const { manifest, reproducibility } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    const { at } = reproducibility;
    if (!reproducibility.ok) {
      return fail({ problem: "reproducibility.unreadable", at, actual: reproducibility.reason });
    }
    const { binaries } = reproducibility.value;
    if (binaries.length === 0) return fail({ problem: "reproducibility.none", at });
    const comparison = compareByKey(
      manifest.value.artifacts.filter(isBinary),
      ({ path }) => path,
      binaries,
      ({ binary }) => binary,
    );
    const sightings = [
      ...headerSightings("reproducibility.release-differs", at, reproducibility.value, manifest.value),
      ...targetsSightings(at, manifest.value, reproducibility.value),
      ...membershipSightings(comparison, ENTRY_PROBLEMS, at),
      ...comparison.pairs.flatMap(({ expected, actual }) => entrySightings(expected, actual)),
      ...binaries.flatMap(recipeSightings),
    ];
    return failOr(sightings, pass(at, `${comparison.pairs.length} binaries with the way they were made`));
  },
};

const ENTRY_PROBLEMS = {
  missing: "reproducibility.entry-missing",
  extra: "reproducibility.entry-unknown",
  repeated: "reproducibility.entry-repeated",
};

function targetsSightings(at: string, manifest: Manifest, { targets }: Reproducibility): readonly Sighting[] {
  const expected = manifest.targets.join(", ");
  return memberSightings("reproducibility.targets-differ", at, [
    ["go_targets", expected, targets.join(", ")],
  ]);
}

function entrySightings(artifact: Artifact, entry: ReproducibleBinary): readonly Sighting[] {
  const expectedBuilders = artifact.kind === "go-binary" ? "go" : "prebuilt or command";
  const builderFits = (entry.builder === "go") === (artifact.kind === "go-binary");
  return memberSightings("reproducibility.entry-differs", artifact.path, [
    ["binary_sha256", artifact.sha256, entry.sha256],
    ["size", artifact.sizeBytes, entry.sizeBytes],
    ["target", artifact.target ?? "none", entry.target],
    ["builder", builderFits ? entry.builder : expectedBuilders, entry.builder],
  ]);
}

function recipeSightings(entry: ReproducibleBinary): readonly Sighting[] {
  if (entry.builder === "prebuilt") return [];
  const absent = [
    ...(entry.argv.length === 0 ? ["argv"] : []),
    // What a free command needs beside a checkout only its author knows; a Go build needs the toolchain alone.
    ...(entry.builder === "go" && entry.toolchain === "" ? ["toolchain"] : []),
    ...(entry.builder === "go" && entry.rebuildCommand === null ? ["rebuild_command"] : []),
  ];
  return absent.map((member) => ({
    problem: "reproducibility.recipe-missing",
    at: place(entry.binary, member),
    actual: "none",
  }));
}

/** Apart from agree: an unproven origin is a doubt about the release, and no contradiction in it. */
const origin: Check<PackageStage> = {
  id: "reproducibility.origin",
  title: "Every binary was built by the maker or has a proven origin",
  needs: ["manifest.readable"],
  run({ release }) {
    const { reproducibility } = release.documents;
    if (!reproducibility.ok) return skip("the build record cannot be read");
    const { binaries } = reproducibility.value;
    if (binaries.length === 0) return skip("the build record names no binary");
    const unverified = binaries.filter(({ originVerified }) => !originVerified);
    return failOr(
      unverified.map(({ binary, builder }) => ({
        problem: "reproducibility.origin-unverified",
        at: binary,
        actual: builder,
      })),
      pass(reproducibility.at, `${binaries.length} binaries of known origin`),
    );
  },
};

export const reproducibilityChecks: readonly Check<PackageStage>[] = [agree, origin];
