import {
  judgeUpgrade,
  upgradePair,
  type UpgradeFinding,
  type UpgradeJudgement,
} from "../compare/judge-upgrade.ts";
import type { ReleaseDiff } from "../compare/release-diff.ts";
import { parseRebuildReport, type RebuildResult } from "../formats/rebuild-report.ts";
import { readInput } from "../io/files.ts";
import { Inspector } from "../io/inspector.ts";
import { Failure } from "../model/failure.ts";
import type { Finding } from "../model/finding.ts";
import { MAX_DOCUMENT_BYTES } from "../model/limits.ts";
import { valueOf } from "../model/parsed.ts";
import type { Policy } from "../model/policy.ts";
import {
  VERDICT_EXIT_CODES,
  type Report,
  type UpgradeFacts,
  type UpgradeSide,
  type Verdict,
  type VerdictWord,
} from "../model/report.ts";
import { upgradeRows } from "../report/upgrade-rows.ts";
import { comparedRelease } from "./compared-side.ts";
import type { TrustSource } from "./trust-source.ts";
import type { Tool } from "./verification-report.ts";
import { verifyRelease, type Verification } from "./verify-release.ts";

export interface UpgradeRequest {
  readonly tool: Tool;
  readonly previous: string;
  readonly candidate: string;
  readonly policy: Policy;
  readonly trust: TrustSource | undefined;
  readonly failOn: "error" | "warning";
  /** `--rebuild FILE`: what `release rebuild --json` printed of the candidate. */
  readonly rebuild?: string | undefined;
  /** The existing system's flag: equal versions are not an error, but PASS is out of reach. */
  readonly allowSameVersion: boolean;
}

const COMMAND = "release validate-upgrade";
const WORST_FIRST: readonly VerdictWord[] = ["REFUSED", "FAIL", "INCOMPLETE", "UNKNOWN", "PASS"];

/** Verifies both packages, compares them and judges the step from one to the other. */
export async function validateUpgrade(request: UpgradeRequest): Promise<Report> {
  const { policy } = request;
  const previous = await verifySide(request, request.previous, baselinePolicy(policy));
  const candidate = await verifySide(request, request.candidate, policy);
  const rebuilt = await rebuildResult(request, candidate);
  const pair = pairOf(request, previous, candidate, rebuilt);
  const judgement = pair === undefined ? undefined : judgeUpgrade(pair, { failOn: request.failOn });
  const ruleFindings = (judgement?.findings ?? []).map((finding) => tolerated(finding, request, pair?.diff));
  const sides = [...sideFindings("previous", previous), ...sideFindings("candidate", candidate)];
  return {
    ...candidate.report,
    verdict: upgradeVerdict(request, [previous, candidate], ruleFindings),
    findings: [...sides, ...ruleFindings],
    notChecked: notCheckedOf(candidate, judgement),
    upgrade: factsOf(request, previous, candidate, pair?.diff, judgement),
  };
}

/** A baseline that ran out is no fault of the candidate, and what is known of it by now is a reason to upgrade. */
function baselinePolicy({ vulnerabilities: _vulnerabilities, ...policy }: Policy): Policy {
  return { ...policy, mayHaveExpired: true };
}

async function verifySide(
  { tool, trust, policy: { vulnerabilities } }: UpgradeRequest,
  path: string,
  policy: Policy,
): Promise<Verification> {
  const inspector = new Inspector({ withFunctions: vulnerabilities !== undefined });
  return verifyRelease({
    tool,
    command: COMMAND,
    path,
    signaturesFolder: undefined,
    policy,
    trust,
    inspector,
  });
}

function pairOf(
  { policy, trust }: UpgradeRequest,
  previous: Verification,
  candidate: Verification,
  rebuilt: RebuildResult | undefined,
): ReturnType<typeof upgradePair> | undefined {
  const database = policy.vulnerabilities?.database;
  const was = comparedRelease(previous.judgement, trust, database);
  const now = comparedRelease(candidate.judgement, trust, database);
  if (was === undefined || now === undefined) return undefined;
  return upgradePair(was, rebuilt === undefined ? now : { ...now, rebuilt }, policy.now);
}

/** Throws Failure "input" for a file that is none, "usage" for one that is about another package. */
async function rebuildResult(
  { rebuild }: UpgradeRequest,
  { judgement }: Verification,
): Promise<RebuildResult | undefined> {
  const candidate = judgement?.inspection?.release.manifestSha256;
  if (rebuild === undefined || candidate === undefined) return undefined;
  const read = parseRebuildReport(rebuild, await readInput(rebuild, MAX_DOCUMENT_BYTES));
  const hint = "cavra release rebuild PACKAGE --json";
  if (!read.ok) throw new Failure("input", `${rebuild} ${read.reason}`, { at: rebuild, hint });
  const { manifestSha256: found } = read.value;
  if (found === candidate) return read.value;
  const message = "the rebuild that --rebuild names is of another package than the candidate";
  throw new Failure("usage", message, { at: rebuild, expected: candidate, found, hint });
}

function sideFindings(side: string, { report }: Verification): readonly Finding[] {
  return report.findings.map((finding) => ({ ...finding, at: `${side}: ${finding.at}` }));
}

/** `--allow-same-version` turns the one complaint about equal versions into a note. */
function tolerated(
  finding: UpgradeFinding,
  { allowSameVersion }: UpgradeRequest,
  diff: ReleaseDiff | undefined,
): UpgradeFinding {
  const isSame = valueOf(diff?.version ?? UNREAD)?.order === 0;
  return allowSameVersion && isSame && finding.id === "version.not-newer"
    ? { ...finding, severity: "note" }
    : finding;
}

const UNREAD = { ok: false, at: "version", reason: "not compared" } as const;

function upgradeVerdict(
  { failOn, allowSameVersion }: UpgradeRequest,
  sides: readonly Verification[],
  findings: readonly UpgradeFinding[],
): Verdict {
  const words = sides.map(({ report }) => report.verdict);
  const worst = WORST_FIRST.map((word) => words.find((side) => side.word === word)).find(
    (found) => found !== undefined,
  );
  const failing = findings.find(({ severity }) => isFailing(severity, failOn));
  if (worst?.word === "REFUSED") return worst;
  if (failing !== undefined) return verdict("FAIL", failing.title);
  if (worst === undefined || worst.word !== "PASS")
    return worst ?? verdict("UNKNOWN", "nothing was compared");
  if (allowSameVersion) return verdict("UNKNOWN", "--allow-same-version: a required rule was waived");
  return { ...worst, reason: "both packages verify and no rule failed" };
}

function isFailing(severity: Finding["severity"], failOn: UpgradeRequest["failOn"]): boolean {
  return severity === "fatal" || severity === "error" || (failOn === "warning" && severity === "warning");
}

function verdict(word: VerdictWord, reason: string): Verdict {
  return { word, exitCode: VERDICT_EXIT_CODES[word], reason, qualifier: null };
}

function notCheckedOf(
  { report }: Verification,
  judgement: UpgradeJudgement | undefined,
): Report["notChecked"] {
  if (judgement === undefined) {
    return [
      ...report.notChecked,
      { id: "upgrade", reason: "the packages were not compared: one of them was not read" },
    ];
  }
  return [...report.notChecked, ...judgement.notEvaluated];
}

function factsOf(
  { failOn }: UpgradeRequest,
  previous: Verification,
  candidate: Verification,
  diff: ReleaseDiff | undefined,
  judgement: UpgradeJudgement | undefined,
): UpgradeFacts {
  const found = judgement?.findings.map(({ id }) => id) ?? [];
  return {
    previous: sideOf(previous),
    candidate: sideOf(candidate),
    bump: valueOf(diff?.version ?? UNREAD)?.bump ?? null,
    failOn,
    rows: diff === undefined ? [] : upgradeRows(diff, found),
    rulesEvaluated: judgement?.evaluated.length ?? 0,
  };
}

function sideOf({ report }: Verification): UpgradeSide {
  const { subject, release, verdict: found } = report;
  return {
    path: subject.path,
    version: release?.version ?? null,
    manifestSha256: release?.manifestSha256 ?? null,
    verdict: found.word,
  };
}
