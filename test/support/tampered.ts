import { prepareVerification } from "../../src/flows/verify-policy.ts";
import { verifyRelease } from "../../src/flows/verify-release.ts";
import type { Report } from "../../src/model/report.ts";
import type { Recipe } from "../../scripts/tampered/recipe.ts";
import { sampleOf, type Samples } from "../../scripts/tampered/samples.ts";
import { SMALL_TOOL } from "./small-release.ts";

/** The time at which tampered copies are judged, unless the recipe names another. */
export const JUDGED_AT = "2026-11-20T00:00:00Z";

/** What a verification said, in the words of a recipe's expectation. */
export interface Outcome {
  readonly verdict: string;
  readonly exitCode: number;
  readonly findings: readonly string[];
}

export function outcomeOf({ verdict, findings }: Report): Outcome {
  const ids = [...new Set(findings.map(({ id }) => id))].sort();
  return { verdict: verdict.word, exitCode: verdict.exitCode, findings: ids };
}

/** What the recipe says must come out; findings as a sorted set. */
export function expectedOf({ expect }: Recipe): Outcome {
  return { ...expect, findings: [...expect.findings].sort() };
}

/** Judges a package as the verify commands do with the flags of the recipe. */
export async function judgeTampered(
  recipe: Recipe,
  samples: Samples,
  path: string,
  diagnose = false,
): Promise<Report> {
  const { verify } = recipe;
  const previous = verify?.previous;
  const prepared = await prepareVerification(
    {
      trust: samples.trustRoot,
      line: verify?.line ?? "main",
      channel: verify?.channel ?? "stable",
      at: verify?.at ?? JUDGED_AT,
      minimumVersion: verify?.["min-version"],
      previous: previous === undefined ? undefined : sampleOf(samples, previous).zipPath,
      allowTestTrust: true,
      allowUnsigned: verify?.["allow-unsigned"] === true,
      allowMissingProvenance: false,
      allowMissingBootstrap: false,
      diagnose,
      raiseLimits: [],
      expectStream: true,
    },
    SMALL_TOOL,
  );
  const { report } = await verifyRelease({
    ...prepared,
    tool: SMALL_TOOL,
    command: "release verify-airgap-bundle",
    path,
    signaturesFolder: undefined,
  });
  return report;
}
