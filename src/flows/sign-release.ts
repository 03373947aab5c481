import { dirname, join } from "node:path";
import type { Signer } from "../crypto/signer.ts";
import type { LoadedTrustRoot } from "../crypto/trust-root.ts";
import { digestSet } from "../crypto/digest.ts";
import { parseEnvelope } from "../formats/dsse.ts";
import { writeReleaseStatement } from "../formats/release-statement.ts";
import { openByteSource } from "../io/byte-source.ts";
import { exists } from "../io/files.ts";
import { readSignatureSet, signatureFolderOf, writeSignatureSet } from "../io/signature-set.ts";
import { releaseChecks } from "../judge/checks/release.ts";
import { problemsById } from "../judge/problems.ts";
import { runChecks } from "../judge/run-checks.ts";
import { releaseStatementOf, signatureSet } from "../make/sign.ts";
import { opensslCopy, stockCopies } from "../make/stock-copies.ts";
import type { Envelope } from "../model/envelope.ts";
import { Failure } from "../model/failure.ts";
import { CHECKSUMS_FILE, provenanceFile } from "../model/layers.ts";
import { parsed } from "../model/parsed.ts";
import type { Policy } from "../model/policy.ts";
import type { Report } from "../model/report.ts";
import type { ReleaseStatement } from "../model/release-statement.ts";
import { NO_RECORD } from "../model/trust-state.ts";
import type { ReleaseRole, TrustRoot } from "../model/trust-root.ts";

import { openLocalPackage, type LocalPackage } from "./local-package.ts";
import { openSigner } from "./signers.ts";
import type { TrustSource } from "./trust-source.ts";
import type { Tool } from "./verification-report.ts";
import { anyStreamOptions, prepareVerification } from "./verify-policy.ts";
import { verifyRelease } from "./verify-release.ts";

export const COPIES = ["all", "openssl", "none"] as const;

/** Which signatures for people without cavra are written: all of trust-spec section 3, the one for OpenSSL, or none. */
export type Copies = (typeof COPIES)[number];

export interface SignRequest {
  readonly tool: Tool;
  /** The zip. */
  readonly path: string;
  readonly trust: TrustSource;
  readonly signer: Signer;
  readonly copies: Copies;
  readonly policy: Policy;
}

export interface SignZipRequest {
  readonly tool: Tool;
  readonly path: string;
  /** As for openSigner. */
  readonly key: string;
  readonly passphraseFile: string | undefined;
  readonly copies: Copies;
  readonly trust: string | undefined;
  readonly product: string | undefined;
  readonly previous: string | undefined;
  readonly at: string | undefined;
}

/** As signRelease, from what a command line names. Trust that is not named is the user's pin. */
export async function signZip(request: SignZipRequest): Promise<SignedRelease> {
  const { tool, path } = request;
  const { policy, trust } = await prepareVerification(anyStreamOptions(request), tool);
  if (trust === undefined) {
    throw new Failure("usage", "a signature is for a trust root, and none was given", {
      hint: "add --trust FILE",
    });
  }
  const signer = await openSigner(request.key, request.passphraseFile);
  return signRelease({ tool, path, trust, signer, policy, copies: request.copies });
}

export interface SignedRelease {
  readonly statement: ReleaseStatement;
  /** Folders that hold the signature set now: beside the zip, and beside its directory where that is at hand. */
  readonly folders: readonly string[];
  readonly holder: string;
  /** The verification after signing: its threshold says `k of n`. */
  readonly report: Report;
}

/**
 * Signs a release: every check except the threshold runs on the local bytes, the statement is computed from them, and
 * an envelope of other holders must hold exactly that statement (trust-spec, preamble). Throws Failure "refused".
 */
export async function signRelease(request: SignRequest): Promise<SignedRelease> {
  const root = demandTrust(request.trust);
  const local = await openLocalPackage(request.path);
  const statement = statementOf(request.path, local, root.root);
  const holder = demandSigner(root.root, request.signer, statement);
  demandGoodRelease(request, root.root, local, statement);
  const folder = signatureFolderOf(request.path);
  const files = await signatureSet({
    statement: writeReleaseStatement(statement),
    provenance: documentOf(local, provenanceFile(local.manifest.product)),
    copies: await copiesFor(request, local, statement),
    existing: await existingEnvelopes(folder),
    signer: request.signer,
  });
  const folders = [folder, ...(await folderBeside(request.path, local))];
  for (const target of folders) await writeSignatureSet(target, files);
  const { report, judgement } = await verifyRelease({
    tool: request.tool,
    command: "release sign",
    path: request.path,
    signaturesFolder: undefined,
    policy: request.policy,
    trust: request.trust,
  });
  if (judgement === undefined) {
    throw new Failure("input", `it is signed, but cannot be read back: ${report.verdict.reason}`, {
      at: folder,
      hint: "run the same command again",
    });
  }
  return { statement, folders, holder, report };
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

/** Only a key that counts for this stream signs: any other signature would be noise that people learn to ignore. */
function demandSigner(root: TrustRoot, { publicKey }: Signer, { predicate }: ReleaseStatement): string {
  const role = streamOf(root, predicate.line, predicate.channel);
  const { keyId } = publicKey;
  const entry = root.keys.find((candidate) => candidate.keyId === keyId);
  if (role !== undefined && entry !== undefined && role.members.includes(keyId)) return entry.holder;
  throw new Failure("refused", "this key may not sign this release", {
    at: `${predicate.line}/${predicate.channel}`,
    expected: role?.members.join(", ") ?? "a release role for this line and channel in the trust root",
    found: keyId,
    hint: "who may: cavra trust show ROOT; the key's own id: cavra keys public KEY --json",
  });
}

function streamOf(root: TrustRoot, line: string, channel: string): ReleaseRole | undefined {
  return root.roles.release.find((role) => role.line === line && role.channel === channel);
}

/** Product, channel, floors, previous release and expiry, judged on the statement that is about to be signed. */
function demandGoodRelease(
  { policy }: SignRequest,
  trust: TrustRoot,
  { subject }: LocalPackage,
  statement: ReleaseStatement,
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
    endorsement: undefined,
    record: NO_RECORD,
    statement: parsed("release statement", statement),
  };
  const [finding] = runChecks(checks, stage, problemsById).findings.filter(
    ({ severity }) => severity === "error",
  );
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

async function copiesFor(
  { copies, signer, path }: SignRequest,
  local: LocalPackage,
  { zip: { digest: zipDigest }, predicate }: ReleaseStatement,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const checksums = documentOf(local, CHECKSUMS_FILE);
  if (copies === "none") return new Map();
  if (copies === "openssl") return opensslCopy(signer, checksums);
  const zip = openByteSource(path);
  try {
    const { product, version } = predicate;
    return await stockCopies({ signer, checksums, zip, zipDigest, product, version });
  } finally {
    zip.close();
  }
}

function documentOf({ inspection }: LocalPackage, path: string): Uint8Array {
  const bytes = inspection.documentBytes.get(path);
  if (bytes === undefined) throw new Failure("internal", "a sound package has this document", { at: path });
  return bytes;
}

async function existingEnvelopes(
  folder: string,
): Promise<{ readonly release: Envelope | undefined; readonly provenance: Envelope | undefined }> {
  const set = await readSignatureSet(folder);
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
  return { release: read("release.dsse.json"), provenance: read("provenance.dsse.json") };
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
