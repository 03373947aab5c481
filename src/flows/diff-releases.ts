import { diffReleases } from "../compare/release-diff.ts";
import type { DiffFacts, DiffSide } from "../report/diff.ts";
import { comparedRelease } from "./compared-side.ts";
import type { Tool } from "./verification-report.ts";
import { anyStreamOptions, prepareVerification } from "./verify-policy.ts";
import { verifyRelease, type Verification } from "./verify-release.ts";

export interface DiffRequest {
  readonly tool: Tool;
  readonly previous: string;
  readonly candidate: string;
  /** `--trust FILE`. */
  readonly trust: string | undefined;
  /** `--product NAME`. */
  readonly product: string | undefined;
  /** `--at TIME`. */
  readonly at: string | undefined;
}

/**
 * Everything that differs between two packages. Informs without a verdict: both are read past whatever is wrong with
 * them, and signatures are counted where there is trust. Throws Failure "usage" for a time or trust that cannot be used.
 */
export async function comparePackages({
  tool,
  previous,
  candidate,
  ...given
}: DiffRequest): Promise<DiffFacts> {
  const { policy, trust } = await prepareVerification({ ...anyStreamOptions(given), diagnose: true }, tool);
  const read = async (path: string): Promise<Verification> =>
    verifyRelease({
      tool,
      command: "release diff",
      path,
      signaturesFolder: undefined,
      trust,
      policy: { ...policy, allowUnsigned: trust === undefined, mayHaveExpired: true },
    });
  const before = await read(previous);
  const after = await read(candidate);
  const was = comparedRelease(before.judgement, trust);
  const now = comparedRelease(after.judgement, trust);
  return {
    tool,
    previous: sideOf(before),
    candidate: sideOf(after),
    trust: after.report.trust,
    signaturesJudged: was?.signaturesJudged === true && now?.signaturesJudged === true,
    diff: was === undefined || now === undefined ? null : diffReleases(was, now),
  };
}

function sideOf({ report, judgement }: Verification): DiffSide {
  const { subject, verdict } = report;
  const isHostile = verdict.word === "REFUSED";
  const state = isHostile ? "hostile" : judgement?.inspection === undefined ? "unreadable" : "read";
  return {
    subject,
    state,
    reason: state === "read" ? null : verdict.reason,
    findings: report.findings.filter(({ severity }) => severity === "fatal" || severity === "error"),
  };
}
