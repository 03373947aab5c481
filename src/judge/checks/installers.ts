import type { Check, Sighting } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { InstallerTarget } from "../../model/documents.ts";
import type { Problem } from "../../model/finding.ts";
import type { Artifact } from "../../model/manifest.ts";
import { targetId } from "../../model/target.ts";
import type { PackageStage } from "../stages.ts";
import { isBinary } from "./binary-artifacts.ts";
import { compareByKey, fail, membershipSightings, memberSightings } from "./comparison.ts";
import { headerSightings } from "./document-header.ts";

const ASK_MAKER =
  "Do not follow the install commands of this release; ask the maker for one whose documents agree with each other";

export const installersProblems: readonly Problem[] = [
  {
    id: "installers.unreadable",
    severity: "error",
    title: "the install instructions are missing or cannot be read",
    why: "nothing says which binary belongs on which machine, and where",
    remedy: ASK_MAKER,
  },
  {
    id: "installers.release-differs",
    severity: "error",
    title: "the install instructions are for another release",
    why: "they would put something else on a machine than what was verified",
    remedy: ASK_MAKER,
  },
  {
    id: "installers.none",
    severity: "error",
    title: "the install instructions name no binary",
    why: "a page of instructions without an entry must not look as if everything was covered",
    remedy: ASK_MAKER,
  },
  {
    id: "installers.entry-missing",
    severity: "error",
    title: "a binary has no install instructions",
    why: "whoever installs this target must guess, and guesses are not verified",
    remedy: ASK_MAKER,
  },
  {
    id: "installers.entry-unknown",
    severity: "error",
    title: "the install instructions name a file that is not a listed binary",
    why: "following them would install something that no check has seen",
    remedy: ASK_MAKER,
  },
  {
    id: "installers.entry-repeated",
    severity: "error",
    title: "the install instructions name a binary more than once",
    why: "two people may follow different instructions for the same file",
    remedy: ASK_MAKER,
  },
  {
    id: "installers.entry-differs",
    severity: "error",
    title: "the install instructions describe a binary otherwise than the manifest",
    why: "a wrong digest or target here makes people install the wrong file, or distrust the right one",
    remedy: ASK_MAKER,
  },
];

const agree: Check<PackageStage> = {
  id: "installers.agree",
  title: "The install instructions name every binary as it is",
  needs: ["manifest.readable"],
  run({ release }) {
    const { manifest, installers } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    const { at } = installers;
    if (!installers.ok) return fail({ problem: "installers.unreadable", at, actual: installers.reason });
    if (installers.value.targets.length === 0) return fail({ problem: "installers.none", at });
    const binaries = manifest.value.artifacts.filter(isBinary);
    const comparison = compareByKey(
      binaries,
      ({ path }) => path,
      installers.value.targets,
      ({ binary }) => binary,
    );
    const sightings = [
      ...headerSightings("installers.release-differs", at, installers.value, manifest.value),
      ...membershipSightings(comparison, ENTRY_PROBLEMS, at),
      ...comparison.pairs.flatMap(({ expected, actual }) => entrySightings(expected, actual)),
    ];
    return failOr(sightings, pass(at, `${comparison.pairs.length} binaries, each as listed`));
  },
};

const ENTRY_PROBLEMS = {
  missing: "installers.entry-missing",
  extra: "installers.entry-unknown",
  repeated: "installers.entry-repeated",
};

function entrySightings(artifact: Artifact, entry: InstallerTarget): readonly Sighting[] {
  return memberSightings("installers.entry-differs", artifact.path, [
    ["binary_sha256", artifact.sha256, entry.binarySha256],
    ["size_bytes", artifact.sizeBytes, entry.sizeBytes],
    ["target", artifact.target ?? "none", entry.target],
    ["os/arch", entry.target, targetId(entry)],
  ]);
}

export const installersChecks: readonly Check<PackageStage>[] = [agree];
