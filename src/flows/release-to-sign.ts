import { dirname, join } from "node:path";
import type { LoadedTrustRoot } from "../crypto/trust-root.ts";
import { digestSet } from "../crypto/digest.ts";
import { isCompanionFile } from "../formats/companion-statements.ts";
import { parseEnvelope } from "../formats/dsse.ts";
import { exists } from "../io/files.ts";
import { signatureFolderOf, writeSignatureSet, type SignatureSet } from "../io/signature-set.ts";
import { releaseChecks } from "../judge/checks/release.ts";
import { trustLegacy } from "../judge/checks/trust-legacy.ts";
import { legacyStageOf } from "../judge/legacy-signatures.ts";
import { problemsById } from "../judge/problems.ts";
import { runChecks, type CheckRun } from "../judge/run-checks.ts";
import { releaseStatementOf } from "../make/sign.ts";
import type { Envelope } from "../model/envelope.ts";
import { Failure } from "../model/failure.ts";
import { CHECKSUMS_FILE } from "../model/layers.ts";
import { parsed } from "../model/parsed.ts";
import type { Policy } from "../model/policy.ts";
import type { Report } from "../model/report.ts";
import type { ReleaseStatement } from "../model/release-statement.ts";
import { NO_RECORD } from "../model/trust-state.ts";
import type { ReleaseRole, TrustRoot } from "../model/trust-root.ts";
import { openLocalPackage, type LocalPackage } from "./local-package.ts";
import type { TrustSource } from "./trust-source.ts";
import type { Tool } from "./verification-report.ts";
import { verifyRelease } from "./verify-release.ts";

/** What is about to be signed, computed from the local bytes. */
export interface ReleaseToSign {
  readonly root: TrustRoot;
  readonly local: LocalPackage;
  readonly statement: ReleaseStatement;
}

/** Who asks for a signature, for which zip and under which trust. */
export interface SigningContext {
  readonly tool: Tool;
  /** The zip. */
  readonly path: string;
  readonly trust: TrustSource;
  readonly policy: Policy;
}

export interface SignedRelease {
  readonly statement: ReleaseStatement;
  /** Folders that hold the signature set now: beside the zip, and beside its directory where that is at hand. */
  readonly folders: readonly string[];
  readonly holder: string;
  /** The verification after signing: its threshold says `k of n`. */
  readonly report: Report;
}

/** Throws Failure "refused" for a root that does not hold or a package that does not, "usage" for a directory. */
export async function openReleaseToSign({ path, trust }: SigningContext): Promise<ReleaseToSign> {
  const { root } = demandTrust(trust);
  const local = await openLocalPackage(path);
  demandOwnLegacyKey(root, local);
  return { root, local, statement: statementOf(path, local, root) };
}

/** What a verification would refuse is not signed. */
function demandOwnLegacyKey(trust: TrustRoot, { inspection }: LocalPackage): void {
  demandNoFinding(runChecks([trustLegacy], legacyStageOf(inspection, trust), problemsById));
}

function demandTrust({ source, trust }: TrustSource): LoadedTrustRoot {
  if (trust.ok) return trust.value;
  throw new Failure("refused", `${source} cannot be used: ${trust.reason}`, {
    at: trust.at,
    hint: "cavra trust show FILE",
  });
}

function statementOf(
  path: string,
  { subject, inspection, manifest, manifestSha256 }: LocalPackage,
  root: TrustRoot,
): ReleaseStatement {
  if (subject.zip === null) {
    throw new Failure("usage", "the zip is what is signed", {
      at: path,
      hint: "cavra release bundle PACKAGE_DIR",
    });
  }
  const { release, documentBytes } = inspection;
  const checksums = documentBytes.get(CHECKSUMS_FILE) ?? new Uint8Array();
  const facts = { zip: subject.zip, checksums: digestSet(checksums), top: release.top };
  return releaseStatementOf(manifest, { ...facts, manifestSha256, rootVersion: root.version });
}

export function streamOf(root: TrustRoot, line: string, channel: string): ReleaseRole | undefined {
  return root.roles.release.find((role) => role.line === line && role.channel === channel);
}

/** Product, channel, floors, previous release and expiry, judged on the statement that is about to be signed. */
export function demandGoodRelease(
  policy: Policy,
  { root: trust, local: { subject }, statement }: ReleaseToSign,
): void {
  const checks = releaseChecks
    .filter(({ id }) => id !== "release.threshold")
    .map((check) => ({ ...check, needs: [] }));
  const thresholds = trust.roles.release.map((role) => ({ role, result: AS_IF_MET }));
  const stage = {
    policy,
    trust,
    subject,
    envelope: undefined,
    thresholds,
    keyless: [],
    endorsement: undefined,
    record: NO_RECORD,
    statement: parsed("release statement", statement),
  };
  demandNoFinding(runChecks(checks, stage, problemsById));
}

function demandNoFinding({ findings }: CheckRun): void {
  const finding = findings.find(({ severity }) => severity === "error");
  if (finding === undefined) return;
  throw new Failure("refused", `this release would not verify: ${finding.title}`, {
    at: finding.at,
    ...(finding.expected === undefined ? {} : { expected: finding.expected }),
    ...(finding.actual === undefined ? {} : { found: finding.actual }),
    hint: `cavra explain ${finding.id}`,
  });
}

const AS_IF_MET = {
  needed: 1,
  holders: [],
  met: true,
  signers: [],
  invalid: [],
  disputed: [],
  notCounted: [],
  unknown: [],
};

export function documentOf({ inspection }: LocalPackage, path: string): Uint8Array {
  const bytes = inspection.documentBytes.get(path);
  if (bytes === undefined) throw new Failure("internal", "a sound package has this document", { at: path });
  return bytes;
}

/** What earlier holders signed, by file name where there may be several. */
export interface ExistingEnvelopes {
  readonly release: Envelope | undefined;
  readonly provenance: Envelope | undefined;
  readonly companions: ReadonlyMap<string, Envelope>;
}

/** The envelopes of earlier holders. Throws Failure "refused" for one that cannot be read. */
export function existingEnvelopes(folder: string, set: SignatureSet | undefined): ExistingEnvelopes {
  const read = (name: string): Envelope | undefined => {
    const file = set?.files.get(name);
    if (file === undefined) return undefined;
    const envelope = file.ok ? parseEnvelope(name, file.value) : file;
    if (envelope.ok) return envelope.value;
    throw new Failure("refused", `${name} ${envelope.reason}`, {
      at: join(folder, name),
      hint: "get it again from the other holder",
    });
  };
  const companions = [...(set?.files.keys() ?? [])].filter(isCompanionFile).flatMap((name) => {
    const envelope = read(name);
    return envelope === undefined ? [] : [[name, envelope] as const];
  });
  return {
    release: read("release.dsse.json"),
    provenance: read("provenance.dsse.json"),
    companions: new Map(companions),
  };
}

/** The directory of the same release, when it lies beside the zip with the same checksums.txt. */
async function folderBeside(
  path: string,
  { inspection, manifestSha256 }: LocalPackage,
): Promise<readonly string[]> {
  const folder = join(dirname(path), inspection.release.top);
  if (!(await exists(folder))) return [];
  const beside = await openLocalPackage(folder);
  return beside.manifestSha256 === manifestSha256 ? [signatureFolderOf(folder)] : [];
}

/** Writes the files beside the zip and, where it is at hand, beside its directory; verifies what lies there then. */
export async function writeSignatures(
  context: SigningContext,
  { local, statement }: ReleaseToSign,
  files: ReadonlyMap<string, Uint8Array>,
  holder: string,
): Promise<SignedRelease> {
  const { path, policy, trust, tool } = context;
  const folder = signatureFolderOf(path);
  const folders = [folder, ...(await folderBeside(path, local))];
  for (const target of folders) await writeSignatureSet(target, files);
  const request = { tool, command: "release sign", path, signaturesFolder: undefined, policy, trust };
  const { report, judgement } = await verifyRelease(request);
  if (judgement === undefined) {
    throw new Failure("input", `it is signed, but cannot be read back: ${report.verdict.reason}`, {
      at: folder,
      hint: "run the same command again",
    });
  }
  return { statement, folders, holder, report };
}
