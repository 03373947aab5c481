import { PROVENANCE_BUNDLE, strayKeylessFiles } from "../formats/keyless-files.ts";
import { readSignatureSet, signatureFolderOf, type SignatureSet } from "../io/signature-set.ts";
import { Inspector } from "../io/inspector.ts";
import { judgeRelease, type Judgement } from "../judge/judge-release.ts";
import type { JudgedContainer } from "../judge/open-container.ts";
import { incomplete } from "../judge/verdict.ts";
import { Failure } from "../model/failure.ts";
import type { Policy } from "../model/policy.ts";
import type { Release } from "../model/release.ts";
import type { Report } from "../model/report.ts";
import { openAnyPackage } from "./open-any-package.ts";
import { openSubject, type OpenSubject } from "./open-subject.ts";
import type { TrustSource } from "./trust-source.ts";
import { incompleteReport, verificationReport, type Tool } from "./verification-report.ts";

export interface VerifyRequest {
  readonly tool: Tool;
  /** For example `release verify-airgap-bundle`. */
  readonly command: string;
  /** The package as the user named it: zip or directory. */
  readonly path: string;
  /** `--signatures DIR`; undefined: beside the package. */
  readonly signaturesFolder: string | undefined;
  readonly policy: Policy;
  readonly trust: TrustSource | undefined;
  /** Reads and hashes; is closed afterwards. Not given: threads where they pay. */
  readonly inspector?: Inspector;
}

export interface Verification {
  readonly report: Report;
  /** undefined when the subject could not be read. */
  readonly judgement: Judgement | undefined;
}

/** What passed, still open: what is written now comes from the verified bytes. */
export interface Verified {
  readonly opened: OpenSubject;
  readonly signatureSet: SignatureSet | undefined;
  readonly container: JudgedContainer;
  readonly release: Release;
  readonly judgement: Judgement;
}

export type AfterPass = (verified: Verified) => Promise<void>;

/**
 * One verification, from opening the subject to the report (trust-spec section 6). Never throws for what the subject
 * holds: a subject that cannot be opened or read is INCOMPLETE.
 */
export async function verifyRelease(request: VerifyRequest, afterPass?: AfterPass): Promise<Verification> {
  const { path, signaturesFolder, policy } = request;
  let opened: OpenSubject | undefined;
  try {
    const withFunctions = policy.vulnerabilities !== undefined;
    opened = await openSubject(path, request.inspector ?? new Inspector({ withFunctions }));
    const set = await readSignatureSet(signaturesFolder ?? signatureFolderOf(path));
    const judgement = await judge(request, opened, set);
    judgement.container?.assertUnchanged();
    const { facts: subject } = opened;
    const otherSignatureFiles = unjudgedFiles(set, judgement);
    const report = verificationReport({ ...request, subject, judgement, otherSignatureFiles });
    const { container, inspection } = judgement;
    if (report.verdict.word === "PASS" && container !== undefined && inspection !== undefined) {
      await afterPass?.({ opened, signatureSet: set, container, release: inspection.release, judgement });
    }
    return { report, judgement };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "input") throw error;
    return {
      report: incompleteReport({ ...request, subject: unread(path, opened) }, incomplete(reasonOf(error))),
      judgement: undefined,
    };
  } finally {
    await opened?.close();
  }
}

async function judge(
  { policy, trust }: VerifyRequest,
  opened: OpenSubject,
  set: SignatureSet | undefined,
): Promise<Judgement> {
  const mayBeLegacy = policy.allowUnsigned && set?.files.has("release.dsse.json") !== true;
  return await judgeRelease({
    policy,
    mayBeLegacy,
    trust: trust?.trust,
    ...(trust?.memory === undefined ? {} : { record: trust.memory.read.record }),
    subject: opened.subject,
    signatureFiles: set?.files ?? new Map(),
    zipBytes: opened.file,
    openContainer: (limits) => (mayBeLegacy ? openAnyPackage(opened, limits) : opened.openContainer(limits)),
  });
}

/** Files of other names, of signers that the root does not list, and copies over a zip that is not here. */
function unjudgedFiles(
  set: SignatureSet | undefined,
  { copies, chain, provenance }: Judgement,
): readonly string[] {
  const unknown = copies.filter(({ keyId }) => keyId === undefined).map(({ file }) => file);
  if (set === undefined || chain === undefined) return [...(set?.others ?? []), ...unknown];
  const isBundleUnread = set.files.has(PROVENANCE_BUNDLE) && (provenance?.keyless ?? []).length === 0;
  return [
    ...set.others,
    ...unknown,
    ...strayKeylessFiles([...set.files.keys()], chain.last.root.identities),
    ...(isBundleUnread ? [PROVENANCE_BUNDLE] : []),
  ];
}

function unread(path: string, opened: OpenSubject | undefined): Report["subject"] {
  return opened?.facts ?? { path, kind: "zip", sizeBytes: null, sha256: null };
}

function reasonOf({ message, details }: Failure): string {
  return details.at === undefined || message.includes(details.at) ? message : `${details.at}: ${message}`;
}
