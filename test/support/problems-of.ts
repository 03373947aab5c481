import { expect, it } from "vitest";
import { packageChecks, packageProblems } from "../../src/judge/checks/package-checks.ts";
import { runChecks, type CheckRun } from "../../src/judge/run-checks.ts";
import type { PackageStage } from "../../src/judge/stages.ts";
import type { CheckResult } from "../../src/model/check.ts";
import type { Defect } from "./alter-release.ts";
import { VALID_STAGE } from "./release-fixture.ts";

const WORDS = new Map(packageProblems.map((problem) => [problem.id, problem]));

export function runPackageChecks(stage: PackageStage): CheckRun {
  return runChecks(packageChecks, stage, WORDS);
}

/** The ids of every problem that the checks of a package see, each once, sorted. */
export function problemsOf(stage: PackageStage): readonly string[] {
  return [...new Set(runPackageChecks(stage).findings.map(({ id }) => id))].sort();
}

export function resultOf(stage: PackageStage, check: string): CheckResult | undefined {
  return runPackageChecks(stage).results.find(({ id }) => id === check);
}

/** One test per defect: the valid package, altered in one thing, shows exactly the problems of the defect. */
export function itSeesEach(defects: readonly Defect[]): void {
  it.each(defects)("sees $problem: $how", ({ alter, problem, besides = [] }) => {
    expect(problemsOf(alter(VALID_STAGE))).toEqual([problem, ...besides].sort());
  });
}
