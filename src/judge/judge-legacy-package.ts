import { filesChecks } from "./checks/files.ts";
import { legacyPackageChecks } from "./checks/legacy.ts";
import { legacySignatures } from "./checks/signatures-legacy.ts";
import { listedPart } from "./legacy-package.ts";
import { problemsById } from "./problems.ts";
import { runChecks, type CheckRun } from "./run-checks.ts";
import type { LegacyPackageStage, PackageStage } from "./stages.ts";

/** A package of the existing system is judged by what it can hold; at best it is sound, and nobody knows whose it is. */
export function judgeLegacyPackage(
  legacy: LegacyPackageStage,
  stage: PackageStage,
  earlier: CheckRun,
): CheckRun {
  const files = runChecks(filesChecks, listedPart(legacy, stage), problemsById, earlier);
  const checks = legacy.signatures.length === 0 ? [] : [legacySignatures];
  const signatures = runChecks(checks, { ...legacy, trust: undefined }, problemsById, files);
  return runChecks(legacyPackageChecks, legacy, problemsById, signatures);
}
