import type { LoadedTrustRoot } from "../crypto/trust-root.ts";
import { rebuildFacts } from "../judge/judge-rebuilds.ts";
import type { Judgement } from "../judge/judge-release.ts";
import type { NotChecked, ReleaseFacts, Report, SubjectFacts, TrustFacts, Verdict } from "../model/report.ts";
import type { Manifest } from "../model/manifest.ts";
import { valueOf } from "../model/parsed.ts";
import type { Policy } from "../model/policy.ts";
import type { Release } from "../model/release.ts";
import { formatUtcTime, SECONDS_PER_DAY } from "../formats/utc-time.ts";
import { limitsAboveDefault } from "./raise-limits.ts";
import type { TrustSource } from "./trust-source.ts";

/** The maker of a report. */
export interface Tool {
  readonly name: string;
  readonly version: string;
}

export interface ReportInput {
  readonly tool: Tool;
  readonly command: string;
  readonly subject: SubjectFacts;
  readonly policy: Policy;
  readonly trust: TrustSource | undefined;
  readonly judgement: Judgement;
  /** Files of the signature set that are not judged. */
  readonly otherSignatureFiles: readonly string[];
}

/** A Report says what was judged and what was not; it quotes the release only after its statement was accepted. */
export function verificationReport(input: ReportInput): Report {
  const { judgement, policy } = input;
  return {
    schema: "cavra.report/1",
    tool: input.tool,
    command: input.command,
    verdict: judgement.verdict,
    subject: input.subject,
    policy: policyFacts(policy),
    trust: trustFacts(input.trust, judgement.chain?.last),
    threshold: thresholdFacts(judgement),
    ...rebuildMember(judgement),
    release: mayQuote(judgement, policy) ? releaseFacts(judgement) : null,
    checks: judgement.run.results,
    findings: judgement.run.findings,
    notChecked: notChecked(input),
  };
}

/** For a subject that could not be read: nothing was judged. */
export function incompleteReport(
  input: Pick<ReportInput, "tool" | "command" | "policy" | "trust" | "subject">,
  verdict: Verdict,
): Report {
  const none = { threshold: null, release: null, checks: [], findings: [], notChecked: [] };
  const { tool, command, subject } = input;
  return {
    schema: "cavra.report/1",
    tool,
    command,
    verdict,
    subject,
    policy: policyFacts(input.policy),
    trust: trustFacts(input.trust, undefined),
    ...none,
  };
}

function policyFacts(policy: Policy): Report["policy"] {
  const allowed = [
    ...(policy.allowTestTrust ? ["test-trust"] : []),
    ...(policy.allowUnsigned ? ["unsigned"] : []),
    ...(policy.allowMissingProvenance ? ["missing-provenance"] : []),
    ...(policy.allowMissingBootstrap ? ["missing-bootstrap"] : []),
  ];
  return {
    line: policy.line,
    channel: policy.channel,
    // The system clock would make two reports of one release differ.
    at: policy.timeSource === "at" ? formatUtcTime(policy.now) : null,
    diagnose: policy.diagnose,
    allowed,
    raisedLimits: limitsAboveDefault(policy.limits),
    ...vulnerabilityFacts(policy),
    require: policy.require,
  };
}

function vulnerabilityFacts({ vulnerabilities, now }: Policy): Pick<Report["policy"], "vulnerabilities"> {
  if (vulnerabilities === undefined) return {};
  const { database, maxAgeDays } = vulnerabilities;
  const { path, sha256, updatedEpochSeconds: updated } = database;
  return {
    vulnerabilities: {
      path,
      sha256,
      updated: updated === null ? null : formatUtcTime(updated),
      ageDays: updated === null ? null : Math.floor((now - updated) / SECONDS_PER_DAY),
      maxAgeDays,
      records: database.vulnerabilities.length,
    },
  };
}

/** @param last The newest root of the chain, which decided; undefined when nothing was judged. */
function trustFacts(source: TrustSource | undefined, last: LoadedTrustRoot | undefined): TrustFacts | null {
  if (source === undefined || !source.trust.ok) return null;
  const { root, payloadSha256 } = last ?? source.trust.value;
  const { product, purpose, version, expires } = root;
  return {
    source: source.source,
    givenVersion: source.trust.value.root.version,
    product,
    purpose,
    version,
    payloadSha256,
    expires,
    pinned: source.pinned,
  };
}

function thresholdFacts({ signatures }: Judgement): Report["threshold"] {
  if (signatures === undefined) return null;
  const met = signatures.thresholds.find(({ result }) => result.met);
  const best =
    met ?? signatures.thresholds.toSorted((a, b) => b.result.holders.length - a.result.holders.length)[0];
  if (best === undefined) return null;
  const { needed, holders, signers } = best.result;
  const endorsed = met === undefined && signatures.endorsement !== undefined;
  return { needed, holders: holders.length, signers, endorsed };
}

function rebuildMember({ rebuilds }: Judgement): Pick<Report, "rebuild"> {
  const rebuild = rebuilds === undefined ? undefined : rebuildFacts(rebuilds);
  return rebuild === undefined ? {} : { rebuild };
}

/** Nothing of a package is repeated that nobody vouched for, except where the user asked for a diagnosis. */
function mayQuote({ signatures, verdict }: Judgement, policy: Policy): boolean {
  if (policy.diagnose || policy.allowUnsigned) return verdict.word !== "REFUSED";
  return signatures?.statement.ok === true;
}

function releaseFacts({ signatures, inspection, provenance }: Judgement): ReleaseFacts | null {
  const manifest = valueOf(inspection?.release.documents.manifest);
  const statement = valueOf(signatures?.statement)?.predicate;
  const named = statement ?? manifest;
  if (named === undefined) return null;
  const { product, package: packageName, line, channel, version, releaseCounter, sourceDateEpoch } = named;
  return {
    product,
    package: packageName,
    line,
    channel,
    version,
    releaseCounter,
    sourceDateEpoch,
    manifestSha256: statement?.manifestSha256 ?? inspection?.release.manifestSha256 ?? "",
    buildLevel: provenance?.builder?.result.met === true ? provenance.builder.maxBuildLevel : null,
    ...contentFacts(inspection?.release),
    ...manifestFacts(manifest),
  };
}

function contentFacts(release: Release | undefined): Pick<ReleaseFacts, "fileCount" | "totalBytes"> {
  if (release === undefined) return { fileCount: null, totalBytes: null };
  const sizes = [...release.files.values()].map(({ sizeBytes }) => sizeBytes);
  return { fileCount: sizes.length, totalBytes: sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0) };
}

function manifestFacts(
  manifest: Manifest | undefined,
): Pick<ReleaseFacts, "targets" | "commit" | "repository" | "builderId"> {
  if (manifest === undefined) return { targets: null, commit: null, repository: null, builderId: null };
  const { targets, source, builderId } = manifest;
  return { targets, commit: source.commit, repository: source.repository, builderId };
}

/** A PASS that hides what it did not look at would be the worst lie of this field. */
function notChecked({ judgement, otherSignatureFiles }: ReportInput): readonly NotChecked[] {
  const skipped = judgement.run.results.flatMap(({ id, status, reason }) =>
    status === "skip" ? [{ id, reason: reason ?? "skipped" }] : [],
  );
  const hasSbom = judgement.inspection?.release.documents.sbom.ok === true;
  return [
    ...skipped,
    ...(hasSbom
      ? [
          {
            id: "sbom.licences",
            reason: "declared, not proven: the sources that hold them are not in the package",
          },
        ]
      : []),
    ...otherSignatureFiles.map((name) => ({
      id: "signatures.other-file",
      reason: `${name} is of no known kind, of an unknown key, or over a zip that is not here`,
    })),
  ];
}
