import type { ByteSource } from "../model/byte-source.ts";
import { extendTrustRoot, type RootChain } from "../crypto/root-chain.ts";
import type { LoadedTrustRoot } from "../crypto/trust-root.ts";
import { isCompanionFile } from "../formats/companion-statements.ts";
import { parseEnvelope } from "../formats/dsse.ts";
import { renderEvidence } from "../formats/evidence-markdown.ts";
import type { Envelope } from "../model/envelope.ts";
import type { Finding } from "../model/finding.ts";
import { CHECKSUMS_FILE } from "../model/layers.ts";
import type { Limits } from "../model/limits.ts";
import { valueOf, type Parsed } from "../model/parsed.ts";
import type { Policy } from "../model/policy.ts";
import type { Release } from "../model/release.ts";
import type { Verdict } from "../model/report.ts";
import { NO_RECORD, type RollbackRecord } from "../model/trust-state.ts";
import type { Endorsement, TrustRoot } from "../model/trust-root.ts";
import { bundleJudge, NO_BUNDLES, type BundleJudge } from "./bundle-judge.ts";
import { containerCheck, containerChecks } from "./checks/container.ts";
import { legacyPackageChecks } from "./checks/legacy.ts";
import { packageChecks } from "./checks/package-checks.ts";
import { releaseChecks } from "./checks/release.ts";
import { rebuildChecks } from "./checks/reproducibility-rebuild.ts";
import { signatureCopies } from "./checks/signatures.ts";
import { companionStatements } from "./checks/statements.ts";
import { trustChecks } from "./checks/trust.ts";
import { inspectRelease, type Inspection, type ReadingRule } from "./inspect-release.ts";
import { judgeLegacyPackage } from "./judge-legacy-package.ts";
import { legacyPackageOf } from "./legacy-package.ts";
import { legacyStageOf } from "./legacy-signatures.ts";
import { judgeCompanions } from "./judge-companions.ts";
import { judgeCopies, type CopiedBytes } from "./judge-copies.ts";
import { judgeRebuilds } from "./judge-rebuilds.ts";
import { judgeProvenanceSignature, judgeSignatures } from "./judge-signatures.ts";
import type { JudgedContainer, OpenedContainer } from "./open-container.ts";
import { policyProblem } from "./policy-problem.ts";
import { legacyChecks, problemsById, verificationChecks } from "./problems.ts";
import { runChecks, withUnreached, type CheckRun } from "./run-checks.ts";
import type {
  LegacyPackageStage,
  OpenedSubject,
  PackageStage,
  ProvenanceSignature,
  RebuildStage,
  SignatureCopy,
  SignatureStage,
} from "./stages.ts";
import { undecided, verdictOf } from "./verdict.ts";

export interface JudgeInput {
  readonly policy: Policy;
  /** undefined: no trust was given. */
  readonly trust: Parsed<LoadedTrustRoot> | undefined;
  /** What this machine remembers; nothing where it is not given. */
  readonly record?: RollbackRecord;
  readonly subject: OpenedSubject;
  /** Files of the signature set by name; empty when there is none. */
  readonly signatureFiles: ReadonlyMap<string, Parsed<Uint8Array>>;
  /** The open zip, for copies of signatures over it. */
  readonly zipBytes: ByteSource | undefined;
  /** The package may be one of the existing system: its signatures are not asked for, and there are none of ours. */
  readonly mayBeLegacy?: boolean;
  /** Called at most once, and only after the signatures were judged. */
  readonly openContainer: (limits: Limits) => OpenedContainer;
}

/** Everything that a verification found out. What was not reached is undefined. */
export interface Judgement {
  readonly run: CheckRun;
  readonly verdict: Verdict;
  /** The trust root that decided, and how it was reached. */
  readonly chain: RootChain | undefined;
  readonly signatures: SignatureStage | undefined;
  readonly container: JudgedContainer | undefined;
  readonly inspection: Inspection | undefined;
  /** The package as one of the existing system, when it is one and was read as such. */
  readonly legacy: LegacyPackageStage | undefined;
  readonly provenance: ProvenanceSignature | undefined;
  readonly copies: readonly SignatureCopy[];
  /** Who else made this release from its source. */
  readonly rebuilds: RebuildStage | undefined;
}

type Steps = Pick<Judgement, "run"> & Partial<Judgement>;

/** What `--allow-unsigned` takes out of a verification. */
const SIGNATURE_CHECKS: ReadonlySet<string> = new Set(
  [...releaseChecks, signatureCopies, companionStatements, ...rebuildChecks].map(({ id }) => id),
);

/** Asked only where there is something to ask them of. */
const NOT_ALWAYS: ReadonlySet<string> = new Set(
  [...legacyChecks, ...legacyPackageChecks].map(({ id }) => id),
);

const NOT_REACHED = {
  chain: undefined,
  signatures: undefined,
  container: undefined,
  inspection: undefined,
  legacy: undefined,
  provenance: undefined,
  copies: [],
  rebuilds: undefined,
};

/** trust-spec section 6, for zip and directory: verify, then open, then read, then compare. */
export async function judgeRelease(input: JudgeInput): Promise<Judgement> {
  const { policy, subject } = input;
  const malformed = policyProblem(policy);
  if (malformed !== undefined) {
    const verdict = undecided(`the policy of this verification is malformed: ${malformed}`);
    return { ...NOT_REACHED, run: { results: [], findings: [] }, verdict };
  }
  const extended = { ...input, record: input.record ?? NO_RECORD, chain: chainOf(input) };
  const steps = await trustStep(extended);
  const purpose = rootOf(extended)?.purpose ?? null;
  const found = verdictOf(steps.run, policy, subject.kind, purpose);
  const verdict = steps.legacy === undefined ? found : legacyVerdict(found);
  const run = withRest(input, steps);
  return { ...NOT_REACHED, ...steps, run, chain: extended.chain, verdict };
}

/** What the package is says more than which doubt came first. */
function legacyVerdict(verdict: Verdict): Verdict {
  if (verdict.word !== "UNKNOWN") return verdict;
  const reason =
    "a package of the system before cavra: it agrees with itself, and nothing proves who made it";
  return { ...verdict, reason };
}

/** The report of a run that stopped early names what it never came to: nothing is left out silently. */
function withRest({ policy, subject, signatureFiles }: JudgeInput, { run, legacy }: Steps): CheckRun {
  const hasCompanions = [...signatureFiles.keys()].some(isCompanionFile);
  const asked = verificationChecks.filter(
    ({ id }) =>
      (!containerChecks.some((check) => check.id === id) || id === containerCheck(subject.kind).id) &&
      (id !== companionStatements.id || hasCompanions) &&
      !NOT_ALWAYS.has(id),
  );
  const { findings } = run;
  const stopper = findings.find(isBlocking) ?? findings.find(({ severity }) => severity === "unknown");
  const stopped = stopper === undefined ? "it was not reached" : `${stopper.check} did not pass`;
  const reason = legacy === undefined ? stopped : "not asked of a package of the system before cavra";
  return withUnreached(run, asked, (id) =>
    policy.allowUnsigned && SIGNATURE_CHECKS.has(id) ? "--allow-unsigned" : reason,
  );
}

interface ExtendedInput extends JudgeInput {
  readonly bundles?: BundleJudge;
  readonly record: RollbackRecord;
  readonly chain: RootChain | undefined;
}

function chainOf({ trust, signatureFiles, policy }: JudgeInput): RootChain | undefined {
  return trust?.ok === true ? extendTrustRoot(trust.value, signatureFiles, policy.now) : undefined;
}

/** The newest root of the chain decides everything that follows. */
function rootOf({ chain }: ExtendedInput): TrustRoot | undefined {
  return chain?.last.root;
}

/** Steps 1 and 2. Without usable trust nothing more is read, unless the user asked to see it all the same. */
async function trustStep(input: ExtendedInput): Promise<Steps> {
  const { policy } = input;
  const run = runChecks(trustChecks, input, problemsById);
  const mayGoOn =
    policy.allowUnsigned || policy.diagnose || (rootOf(input) !== undefined && !isNegative(run));
  return mayGoOn ? await signatureStep(input, run) : { run };
}

/** Steps 4 to 6: the signatures over raw bytes, before anything of the subject is parsed. */
async function signatureStep(input: ExtendedInput, earlier: CheckRun): Promise<Steps> {
  const { policy, subject } = input;
  const root = rootOf(input);
  if (root === undefined || policy.allowUnsigned) return await containerStep(input, undefined, earlier);
  const envelope = envelopeIn(input, "release.dsse.json");
  const bundles = await bundleJudge(root, input.signatureFiles, policy.now);
  const keyless = envelope?.ok === true ? bundles.release(envelope.value) : [];
  const signatures = judgeSignatures(policy, root, subject, envelope, input.record, keyless);
  const run = runChecks(releaseChecks, signatures, problemsById, earlier);
  return isNegative(run) && !policy.diagnose
    ? { run, signatures }
    : await containerStep({ ...input, bundles }, signatures, run);
}

/** Step 6: one reading of the container; damaged data of an entry counts as damage of the container. */
async function containerStep(
  input: ExtendedInput,
  signatures: SignatureStage | undefined,
  earlier: CheckRun,
): Promise<Steps> {
  const { limits } = input.policy;
  const opened = input.openContainer(limits);
  const inspected = opened.ok
    ? await inspectRelease(opened.container, readingRule(input, signatures), limits)
    : { ok: false as const, sightings: [] };
  const damage = inspected.ok ? [] : inspected.sightings;
  const stage = { ...opened.stage, sightings: [...opened.stage.sightings, ...damage] };
  const run = runChecks([containerCheck(stage.kind)], stage, problemsById, earlier);
  if (!opened.ok || !inspected.ok) return { run, signatures };
  const contents = contentStep(input, signatures, inspected.inspection, run);
  return { ...contents, signatures, container: opened.container, inspection: inspected.inspection };
}

/** With signatures to go by, only listed bytes of the signed list are parsed; a diagnosis reads what is there. */
function readingRule({ policy }: JudgeInput, signatures: SignatureStage | undefined): ReadingRule {
  const statement = valueOf(signatures?.statement);
  return statement === undefined || policy.diagnose
    ? "everything"
    : { signedList: statement.checksums.digest };
}

/** Steps 7 to 13. */
function contentStep(
  input: ExtendedInput,
  signatures: SignatureStage | undefined,
  inspection: Inspection,
  earlier: CheckRun,
): Steps {
  const { release, documentBytes } = inspection;
  const { policy } = input;
  const { manifest } = release.documents;
  // `--allow-unsigned` is a diagnosis without the signature rows.
  const root = policy.allowUnsigned ? undefined : rootOf(input);
  const provenance = provenanceSignature(input, root, release, signatures?.endorsement);
  const stage: PackageStage = {
    policy,
    statement: valueOf(signatures?.statement),
    release,
    provenanceSignature: provenance,
    renderedEvidence: manifest.ok ? renderEvidence(manifest.value) : undefined,
  };
  const legacy = input.mayBeLegacy === true ? legacyPackageOf(inspection, policy) : undefined;
  if (legacy !== undefined) return { run: judgeLegacyPackage(legacy, stage, earlier), legacy };
  const run = legacyRun(inspection, root, runChecks(packageChecks, stage, problemsById, earlier));
  const checksums = documentBytes.get(CHECKSUMS_FILE);
  if (root === undefined || checksums === undefined) return { run, provenance };
  const { zip } = input.subject;
  const copied: CopiedBytes = {
    checksums,
    zip: zip === null || input.zipBytes === undefined ? undefined : { ...zip, bytes: input.zipBytes },
    release: stage.statement?.predicate,
  };
  const copies = judgeCopies(root, input.signatureFiles, copied);
  const rebuilds = judgeRebuilds(root, input.signatureFiles, stage.statement, policy);
  const copiesRun = runChecks([signatureCopies], { copies }, problemsById, run);
  const companions = judgeCompanions(input.signatureFiles, {
    trust: root,
    now: policy.now,
    isEndorsed: signatures?.endorsement !== undefined,
    release: stage.statement,
    inspection,
  });
  // Nobody must write them, so that nothing is missing where there are none.
  const companionChecks = companions.statements.length === 0 ? [] : [companionStatements];
  const companionsRun = runChecks(companionChecks, companions, problemsById, copiesRun);
  const lastRun = runChecks(rebuildChecks, rebuilds, problemsById, companionsRun);
  return { run: lastRun, provenance, copies, rebuilds };
}

/** Nobody must write such signatures, so that nothing is missing where there are none. */
function legacyRun(inspection: Inspection, trust: TrustRoot | undefined, earlier: CheckRun): CheckRun {
  return inspection.legacySignatures.length === 0
    ? earlier
    : runChecks(legacyChecks, legacyStageOf(inspection, trust), problemsById, earlier);
}

function provenanceSignature(
  input: ExtendedInput,
  root: TrustRoot | undefined,
  { documents: { provenance } }: Release,
  endorsement: Endorsement | undefined,
): ProvenanceSignature | undefined {
  const { bundles = NO_BUNDLES } = input;
  const envelope = envelopeIn(input, "provenance.dsse.json") ?? bundles.provenanceEnvelope;
  if (root === undefined || envelope === undefined) return undefined;
  const builderId = valueOf(provenance)?.builderId;
  const context = { policy: input.policy, endorsement, judgeBundle: bundles.provenance };
  return judgeProvenanceSignature(root, envelope, builderId, context);
}

function envelopeIn({ signatureFiles }: JudgeInput, name: string): Parsed<Envelope> | undefined {
  const file = signatureFiles.get(name);
  return file?.ok === true ? parseEnvelope(name, file.value) : file;
}

/** Whether what was found so far forbids going on: a failing step stops what depends on it. */
function isNegative({ findings }: CheckRun): boolean {
  return findings.some(isBlocking);
}

function isBlocking({ severity }: Finding): boolean {
  return severity === "fatal" || severity === "error";
}
