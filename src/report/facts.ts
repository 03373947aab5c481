import { formatUtcTime } from "../formats/utc-time.ts";
import type { Report, VulnerabilityFacts } from "../model/report.ts";
import { count, formatBytes } from "./quantity.ts";
import { row, type Line } from "./span.ts";

/** What was judged, by whom it was signed, which trust decided, and what was asked. */
export function factLines(report: Report): readonly Line[] {
  return [
    ...subjectRows(report),
    ...releaseRows(report),
    ...signatureRows(report),
    ...rebuildRows(report),
    ...trustRows(report),
    ...policyRows(report),
    ...checkRows(report),
  ];
}

function subjectRows({ subject }: Report): readonly Line[] {
  const size = subject.sizeBytes === null ? "" : `, ${formatBytes(subject.sizeBytes)}`;
  return [
    row("subject", `${subject.path}  (${subject.kind}${size})`),
    ...(subject.sha256 === null ? [] : [row("sha256", subject.sha256)]),
  ];
}

function releaseRows({ release }: Report): readonly Line[] {
  if (release === null) return [];
  const { product, line, channel, version, releaseCounter, targets, commit, repository } = release;
  return [
    row("release", `${product} ${version}, line ${line}, channel ${channel}, counter ${releaseCounter}`),
    row("release id", release.manifestSha256),
    ...(repository === null || commit === null ? [] : [row("source", `${repository} at ${commit}`)]),
    ...builderRow(release.builderId, release.buildLevel),
    ...(targets === null || targets.length === 0 ? [] : [row("targets", targets.join(" "))]),
    row("made from", `source of ${formatUtcTime(release.sourceDateEpoch)}`),
  ];
}

function builderRow(builderId: string | null, level: number | null): readonly Line[] {
  if (builderId === null) return [];
  return [row("builder", level === null ? builderId : `${builderId} (SLSA build level ${level})`)];
}

function signatureRows({ threshold }: Report): readonly Line[] {
  if (threshold === null) return [row("signatures", "not judged")];
  const { needed, holders, signers, endorsed } = threshold;
  const standIn = endorsed ? "; the root holders endorse this release" : "";
  return [
    row("signatures", `${holders} of ${needed} needed ${needed === 1 ? "holder" : "holders"}${standIn}`),
    ...signers.map(({ holder, algorithm, keyId }) => row("", `${holder} (${algorithm}) ${keyId}`)),
  ];
}

function rebuildRows({ rebuild }: Report): readonly Line[] {
  if (rebuild === undefined || rebuild.holders.length === 0) return [];
  const { needed, holders } = rebuild;
  const words =
    holders.length >= needed
      ? `by ${count(holders.length, "independent holder")}`
      : `by ${holders.length} of ${count(needed, "needed holder")}`;
  return [row("rebuilt", `${words}: ${holders.join(", ")}`)];
}

function trustRows({ trust }: Report): readonly Line[] {
  if (trust === null) return [row("trust", "none was given, so nothing can be proven")];
  const { source, product, purpose, version, givenVersion, expires, payloadSha256 } = trust;
  const steps = version === givenVersion ? `${version}` : `${givenVersion}, extended to ${version},`;
  return [
    row("trust", `${source}: root version ${steps} for ${product} (${purpose}), expires ${expires}`),
    row("root sha256", payloadSha256),
  ];
}

function policyRows({ policy }: Report): readonly Line[] {
  const allowed = [...policy.allowed, ...(policy.diagnose ? ["--diagnose"] : [])];
  return [
    ...(policy.at === null ? [] : [row("time", `${policy.at} (given with --at)`)]),
    ...(allowed.length === 0 ? [] : [row("allowed", allowed.join(", "))]),
    ...databaseRows(policy.vulnerabilities),
  ];
}

function databaseRows(facts: VulnerabilityFacts | undefined): readonly Line[] {
  if (facts === undefined) return [];
  const { path, sha256, updated, ageDays, records } = facts;
  const age =
    updated === null || ageDays === null ? "not dated" : `of ${updated}, ${count(ageDays, "day")} old`;
  return [row("osv database", `${path}: ${count(records, "record")}, ${age}`), row("osv sha256", sha256)];
}

function checkRows({ checks }: Report): readonly Line[] {
  const withStatus = (status: string): number => checks.filter((check) => check.status === status).length;
  const words = `${withStatus("pass")} passed, ${withStatus("fail")} failed, ${withStatus("skip")} skipped`;
  return [row("checks", checks.length === 0 ? "none ran" : `${words} of ${count(checks.length, "check")}`)];
}
