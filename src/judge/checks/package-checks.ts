import type { Check } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import type { PackageStage } from "../stages.ts";
import { binariesChecks, binariesProblems } from "./binaries.ts";
import { bootstrapChecks, bootstrapProblems } from "./bootstrap.ts";
import { controlsChecks, controlsProblems } from "./controls.ts";
import { filesChecks, filesProblems } from "./files.ts";
import { installersChecks, installersProblems } from "./installers.ts";
import { manifestChecks, manifestProblems } from "./manifest.ts";
import { modulesChecks, modulesProblems } from "./modules.ts";
import { provenanceChecks, provenanceProblems } from "./provenance.ts";
import { reproducibilityChecks, reproducibilityProblems } from "./reproducibility.ts";
import { sbomChecks } from "./sbom.ts";
import { sbomProblems } from "./sbom-problems.ts";
import { vulnerabilitiesChecks, vulnerabilitiesProblems } from "./vulnerabilities.ts";

/** What is asked of an inspected package, in the order of trust-spec section 6, steps 7 to 13. */
export const packageChecks: readonly Check<PackageStage>[] = [
  ...filesChecks,
  ...manifestChecks,
  ...sbomChecks,
  ...provenanceChecks,
  ...binariesChecks,
  ...installersChecks,
  ...reproducibilityChecks,
  ...bootstrapChecks,
  ...modulesChecks,
  ...controlsChecks,
  ...vulnerabilitiesChecks,
];

export const packageProblems: readonly Problem[] = [
  ...filesProblems,
  ...manifestProblems,
  ...sbomProblems,
  ...provenanceProblems,
  ...binariesProblems,
  ...installersProblems,
  ...reproducibilityProblems,
  ...bootstrapProblems,
  ...modulesProblems,
  ...controlsProblems,
  ...vulnerabilitiesProblems,
];
