import type { Check } from "../../model/check.ts";
import { failOr, pass, skip } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import {
  BOOTSTRAP_FILE,
  CHECKSUMS_FILE,
  MANIFEST_FILE,
  provenanceFile,
  sbomFile,
} from "../../model/layers.ts";
import type { PackageStage } from "../stages.ts";
import { fail, memberSightings } from "./comparison.ts";
import { headerSightings } from "./document-header.ts";

const ASK_MAKER = "Ask the maker for a release whose documents agree with each other";

export const bootstrapProblems: readonly Problem[] = [
  {
    id: "bootstrap.unreadable",
    severity: "error",
    title: "the offline instructions are missing or cannot be read",
    why: "they tell people without a network what to check, and in which order",
    remedy: ASK_MAKER,
  },
  {
    id: "bootstrap.release-differs",
    severity: "error",
    title: "the offline instructions are for another release",
    why: "people would check one release and install another",
    remedy: ASK_MAKER,
  },
  {
    id: "bootstrap.requires-too-little",
    severity: "error",
    title: "the offline instructions do not require a file that proves the release",
    why: "whoever follows them would not notice that this file is gone",
    remedy: ASK_MAKER,
  },
  {
    id: "bootstrap.file-absent",
    severity: "error",
    title: "the offline instructions require a file that is not in the package",
    why: "they cannot be followed, and people learn to ignore instructions that cannot be followed",
    remedy: ASK_MAKER,
  },
];

const agree: Check<PackageStage> = {
  id: "bootstrap.agree",
  title: "The offline instructions are for this release and require what proves it",
  needs: ["manifest.readable"],
  run({ release, policy }) {
    const { manifest, bootstrap } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    if (policy.allowMissingBootstrap && !release.files.has(BOOTSTRAP_FILE))
      return skip("--allow-missing-bootstrap");
    const { at } = bootstrap;
    if (!bootstrap.ok) return fail({ problem: "bootstrap.unreadable", at, actual: bootstrap.reason });
    const { product, zipName } = manifest.value;
    const { requiredFiles, releasePackage } = bootstrap.value;
    const proofs = [CHECKSUMS_FILE, MANIFEST_FILE, sbomFile(product), provenanceFile(product)];
    const forgotten = proofs.filter((path) => !requiredFiles.includes(path));
    const absent = requiredFiles.filter((path) => !release.files.has(path));
    const sightings = [
      ...headerSightings("bootstrap.release-differs", at, bootstrap.value, manifest.value),
      ...memberSightings("bootstrap.release-differs", at, [["release_package", zipName, releasePackage]]),
      ...forgotten.map((path) => ({ problem: "bootstrap.requires-too-little", at, expected: path })),
      ...absent.map((path) => ({ problem: "bootstrap.file-absent", at, actual: path })),
    ];
    return failOr(sightings, pass(at, `${requiredFiles.length} required files, all present`));
  },
};

export const bootstrapChecks: readonly Check<PackageStage>[] = [agree];
