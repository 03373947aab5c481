import { readSignatureSet, signatureFolderOf, type SignatureSet } from "../io/signature-set.ts";
import { judgeRelease, type Judgement } from "../judge/judge-release.ts";
import type { JudgedContainer } from "../judge/open-container.ts";
import type { Inspection } from "../judge/inspect-release.ts";
import { Failure } from "../model/failure.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Policy } from "../model/policy.ts";
import type { RebuildTrust } from "../model/rebuild.ts";
import { ZIP_PROFILE } from "../model/release-statement.ts";
import type { Report } from "../model/report.ts";
import { UNSIGNED } from "./local-package.ts";
import type { OpenSubject } from "./open-subject.ts";
import type { TrustSource } from "./trust-source.ts";
import { verificationReport, type Tool } from "./verification-report.ts";
import { anyStreamOptions, prepareVerification } from "./verify-policy.ts";

export interface SubjectRequest {
  readonly tool: Tool;
  /** The package: zip or directory. */
  readonly path: string;
  /** `--signatures DIR`; undefined: beside the package. */
  readonly signaturesFolder: string | undefined;
  readonly trust: string | undefined;
  readonly product: string | undefined;
  readonly at: string | undefined;
  /** Rebuild though nobody vouched, and ask for no trust. */
  readonly allowUnsigned: boolean;
}

/** The package that is to be rebuilt, as far as it may be believed. */
export interface RebuildSubject {
  readonly judgement: Judgement;
  readonly container: JudgedContainer;
  readonly inspection: Inspection;
  readonly manifest: Manifest;
  readonly trust: RebuildTrust | null;
}

export type JudgedSubject =
  | { readonly ok: true; readonly subject: RebuildSubject }
  | { readonly ok: false; readonly report: Report };

/**
 * Judges the package first: where there is trust, only a release that passes is built from. Without trust, it is read as
 * far as it can be read, so that every difference can be named; only a hostile container stops that.
 */
export async function judgeSubject(opened: OpenSubject, request: SubjectRequest): Promise<JudgedSubject> {
  const { trust, policy } = await decide(request);
  const set = await readSignatureSet(request.signaturesFolder ?? signatureFolderOf(request.path));
  const judgement = await judge(opened, set, policy, trust);
  const { container, inspection, verdict } = judgement;
  const isFit = trust === undefined ? verdict.word !== "REFUSED" : verdict.word === "PASS";
  if (!isFit || container === undefined || inspection === undefined) {
    const { tool } = request;
    const facts = { tool, command: "release rebuild", subject: opened.facts, policy, trust, judgement };
    return { ok: false, report: verificationReport({ ...facts, otherSignatureFiles: [] }) };
  }
  const { manifest } = inspection.release.documents;
  if (!manifest.ok) {
    throw new Failure("input", `${manifest.at} ${manifest.reason}, so nobody knows what to build`, {
      at: request.path,
      hint: "cavra release inspect PACKAGE",
    });
  }
  const vouched = trust === undefined ? null : trustOf(judgement, trust);
  return {
    ok: true,
    subject: { judgement, container, inspection, manifest: manifest.value, trust: vouched },
  };
}

interface Decision {
  readonly policy: Policy;
  readonly trust: TrustSource | undefined;
}

async function decide({ tool, trust: file, product, at, allowUnsigned }: SubjectRequest): Promise<Decision> {
  const given = { trust: file, product, previous: undefined, at };
  const prepared = allowUnsigned ? undefined : await prepareVerification(anyStreamOptions(given), tool);
  return prepared?.trust === undefined
    ? { policy: { ...UNSIGNED, diagnose: true }, trust: undefined }
    : { policy: { ...prepared.policy, mayHaveExpired: true }, trust: prepared.trust };
}

async function judge(
  opened: OpenSubject,
  set: SignatureSet | undefined,
  policy: Policy,
  trust: TrustSource | undefined,
): Promise<Judgement> {
  // Nobody vouched for a profile either: a zip of another tool is read, to say what is different about it.
  const profile = trust === undefined ? "strict" : ZIP_PROFILE;
  return await judgeRelease({
    policy,
    trust: trust?.trust,
    subject: opened.subject,
    signatureFiles: set?.files ?? new Map(),
    zipBytes: opened.file,
    openContainer: (limits) => opened.openContainer(limits, profile),
  });
}

function trustOf({ signatures, chain }: Judgement, { source }: TrustSource): RebuildTrust | null {
  if (chain === undefined) return null;
  const { purpose, version } = chain.last.root;
  const met = signatures?.thresholds.find(({ result }) => result.met);
  return { source, purpose, rootVersion: version, holders: met?.result.holders ?? [] };
}
