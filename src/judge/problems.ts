import type { Check } from "../model/check.ts";
import type { Problem } from "../model/finding.ts";
import { containerChecks, containerProblems } from "./checks/container.ts";
import { keylessProblems } from "./checks/keyless-problems.ts";
import { packageChecks, packageProblems } from "./checks/package-checks.ts";
import { releaseProblems } from "./checks/release-problems.ts";
import { releaseChecks } from "./checks/release.ts";
import { rebuildChecks, rebuildProblems } from "./checks/reproducibility-rebuild.ts";
import { legacyProblems } from "./checks/legacy-problems.ts";
import { legacyPackageChecks } from "./checks/legacy.ts";
import { legacySignatureProblems, legacySignatures } from "./checks/signatures-legacy.ts";
import { signatureCopies, signatureProblems } from "./checks/signatures.ts";
import { companionStatements, statementProblems } from "./checks/statements.ts";
import { trustLegacy, trustLegacyProblems } from "./checks/trust-legacy.ts";
import { trustProblems } from "./checks/trust-problems.ts";
import { trustChecks } from "./checks/trust.ts";
import type { CheckWords } from "./run-checks.ts";
import type { LegacyStage } from "./stages.ts";

/** Asked only of packages that hold such files. */
export const legacyChecks: readonly Check<LegacyStage>[] = [legacySignatures, trustLegacy];

/** Every check of a verification, in the order of trust-spec section 6. */
export const verificationChecks: readonly CheckWords[] = [
  ...trustChecks,
  ...releaseChecks,
  ...containerChecks,
  ...packageChecks,
  ...legacyChecks,
  ...legacyPackageChecks,
  signatureCopies,
  companionStatements,
  ...rebuildChecks,
];

/** The words of everything that a verification can find. */
export const verificationProblems: readonly Problem[] = [
  ...trustProblems,
  ...trustLegacyProblems,
  ...releaseProblems,
  ...keylessProblems,
  ...containerProblems,
  ...packageProblems,
  ...signatureProblems,
  ...legacySignatureProblems,
  ...legacyProblems,
  ...statementProblems,
  ...rebuildProblems,
];

export const problemsById: ReadonlyMap<string, Problem> = new Map(
  verificationProblems.map((problem) => [problem.id, problem]),
);
