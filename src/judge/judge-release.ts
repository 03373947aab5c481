import type { LoadedTrustRoot } from "../crypto/trust-root.ts";
import { parseEnvelope } from "../formats/dsse.ts";
import { renderEvidence } from "../formats/evidence-markdown.ts";
import type { Envelope } from "../model/envelope.ts";
import { CHECKSUMS_FILE } from "../model/layers.ts";
import { parsed, type Parsed } from "../model/parsed.ts";
import type { Policy } from "../model/policy.ts";
import type { Verdict } from "../model/report.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import { containerChecks } from "./checks/container.ts";
import { packageChecks } from "./checks/package-checks.ts";
import { releaseChecks } from "./checks/release.ts";
import { signatureCopies } from "./checks/signatures.ts";
import { trustChecks } from "./checks/trust.ts";
import { inspectRelease, type Inspection } from "./inspect-release.ts";
import { judgeCopies, judgeProvenanceSignature, judgeSignatures } from "./judge-signatures.ts";
import type { JudgedContainer, OpenedContainer } from "./open-container.ts";
import { problemsById } from "./problems.ts";
import { runChecks, type CheckRun } from "./run-checks.ts";
import type { OpenedSubject, PackageStage, ProvenanceSignature, SignatureStage } from "./stages.ts";
import { verdictOf } from "./verdict.ts";

export interface JudgeInput {
  readonly policy: Policy;
  /** undefined: no trust was given. */
  readonly trust: Parsed<LoadedTrustRoot> | undefined;
  readonly subject: OpenedSubject;
  /** Files of the signature set by name; empty when there is none. */
  readonly signatureFiles: ReadonlyMap<string, Parsed<Uint8Array>>;
  /** Called at most once, and only after the signatures were judged. */
  readonly openContainer: () => OpenedContainer;
}

/** Everything that a verification found out. What was not reached is undefined. */
export interface Judgement {
  readonly run: CheckRun;
  readonly verdict: Verdict;
  readonly signatures: SignatureStage | undefined;
  readonly container: JudgedContainer | undefined;
  readonly inspection: Inspection | undefined;
  readonly provenance: ProvenanceSignature | undefined;
}

/** Steps 4 to 13 of trust-spec section 6, for zip and directory: verify, then open, then read, then compare. */
export function judgeRelease(input: JudgeInput): Judgement {
  const { policy, subject } = input;
  const root = input.trust?.ok === true ? input.trust.value.root : undefined;
  const purpose = root?.purpose ?? null;
  const trust = input.trust === undefined || !input.trust.ok ? input.trust : parsed(input.trust.at, input.trust.value.root);
  const nothing = { signatures: undefined, container: undefined, inspection: undefined, provenance: undefined };
  const trustRun = runChecks(trustChecks, { policy, trust }, problemsById);
  const finish = (run: CheckRun, facts: Omit<Judgement, "run" | "verdict">): Judgement => ({
    ...facts,
    run,
    verdict: verdictOf(run, policy, subject.kind, purpose),
  });
  if (root === undefined && !policy.allowUnsigned && !policy.diagnose) return finish(trustRun, nothing);

  const signatures =
    root === undefined || policy.allowUnsigned
      ? undefined
      : judgeSignatures(policy, root, subject, envelopeIn(input, "release.dsse.json"));
  const signatureRun =
    signatures === undefined ? trustRun : runChecks(releaseChecks, signatures, problemsById, trustRun);
  if (isNegative(signatureRun) && !policy.diagnose) return finish(signatureRun, { ...nothing, signatures });

  const opened = input.openContainer();
  const inspected = opened.ok ? inspectRelease(opened.container) : undefined;
  const damage = inspected?.ok === false ? inspected.sightings : [];
  const stage = { ...opened.stage, sightings: [...opened.stage.sightings, ...damage] };
  const containerRun = runChecks(containerChecks, stage, problemsById, signatureRun);
  if (!opened.ok || inspected?.ok !== true) return finish(containerRun, { ...nothing, signatures });

  const { inspection } = inspected;
  const judged = { policy, root: policy.allowUnsigned ? undefined : root, signatures, inspection };
  const { run, provenance } = judgeContents(input, judged, containerRun);
  return finish(run, { signatures, container: opened.container, inspection, provenance });
}

interface ContentsInput {
  readonly policy: Policy;
  readonly root: TrustRoot | undefined;
  readonly signatures: SignatureStage | undefined;
  readonly inspection: Inspection;
}

/** Steps 7 to 13. */
function judgeContents(
  input: JudgeInput,
  { policy, root, signatures, inspection }: ContentsInput,
  earlier: CheckRun,
): { readonly run: CheckRun; readonly provenance: ProvenanceSignature | undefined } {
  const { release, documentBytes } = inspection;
  const { manifest, provenance: document } = release.documents;
  const envelope = envelopeIn(input, "provenance.dsse.json");
  const builderId = document.ok ? document.value.builderId : undefined;
  const provenance =
    root === undefined || envelope === undefined
      ? undefined
      : judgeProvenanceSignature(root, envelope, builderId, policy.now);
  const stage: PackageStage = {
    policy,
    statement: signatures?.statement.ok === true ? signatures.statement.value : undefined,
    release,
    provenanceSignature: provenance,
    renderedEvidence: manifest.ok ? renderEvidence(manifest.value) : undefined,
  };
  const contentRun = runChecks(packageChecks, stage, problemsById, earlier);
  const checksums = documentBytes.get(CHECKSUMS_FILE);
  if (root === undefined || checksums === undefined) return { run: contentRun, provenance };
  const copies = judgeCopies(root, input.signatureFiles, checksums);
  return { run: runChecks([signatureCopies], { copies }, problemsById, contentRun), provenance };
}

function envelopeIn({ signatureFiles }: JudgeInput, name: string): Parsed<Envelope> | undefined {
  const file = signatureFiles.get(name);
  return file?.ok === true ? parseEnvelope(name, file.value) : file;
}

/** Whether what was found so far forbids going on: a failing step stops what depends on it. */
function isNegative({ findings }: CheckRun): boolean {
  return findings.some(({ severity }) => severity === "fatal" || severity === "error");
}
