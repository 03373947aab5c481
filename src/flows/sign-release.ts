import type { Signer } from "../crypto/signer.ts";
import { companionPayloads } from "../formats/companion-statements.ts";
import { writeReleaseStatement } from "../formats/release-statement.ts";
import { openByteSource } from "../io/byte-source.ts";
import { readSignatureSet, signatureFolderOf } from "../io/signature-set.ts";
import { signatureSet } from "../make/sign.ts";
import { opensslCopy, stockCopies } from "../make/stock-copies.ts";
import { Failure } from "../model/failure.ts";
import { CHECKSUMS_FILE, provenanceFile, sbomFile, spdx3File } from "../model/layers.ts";
import type { ReleaseStatement } from "../model/release-statement.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import type { LocalPackage } from "./local-package.ts";
import {
  demandGoodRelease,
  documentOf,
  existingEnvelopes,
  openReleaseToSign,
  streamOf,
  writeSignatures,
  type SignedRelease,
  type SigningContext,
} from "./release-to-sign.ts";
import { openSigner } from "./signers.ts";
import type { Tool } from "./verification-report.ts";
import { anyStreamOptions, prepareVerification } from "./verify-policy.ts";

export const COPIES = ["all", "openssl", "none"] as const;

/** Which signatures for people without cavra are written: all of trust-spec section 3, the one for OpenSSL, or none. */
export type Copies = (typeof COPIES)[number];

export interface SignRequest extends SigningContext {
  readonly signer: Signer;
  readonly copies: Copies;
  /** Whether SBOMs and the list of artifacts are signed as statements of their own. */
  readonly statements?: boolean;
}

export interface SignZipRequest {
  readonly tool: Tool;
  readonly path: string;
  /** As for openSigner. */
  readonly key: string | undefined;
  readonly passphraseFile: string | undefined;
  readonly copies: Copies;
  /** As for signRelease; false where it is not given. */
  readonly statements?: boolean;
  readonly trust: string | undefined;
  readonly product: string | undefined;
  readonly previous: string | undefined;
  readonly at: string | undefined;
}

/** As signRelease, from what a command line names. Trust that is not named is the user's pin. */
export async function signZip(request: SignZipRequest): Promise<SignedRelease> {
  const { tool, path, key } = request;
  const { policy, trust } = await prepareVerification(anyStreamOptions(request), tool);
  if (trust === undefined) {
    throw new Failure("usage", "a signature is for a trust root, and none was given", {
      hint: "add --trust FILE",
    });
  }
  if (key === undefined) {
    throw new Failure("usage", "nobody is named who signs", { hint: "add --key FILE, or --keyless" });
  }
  const signer = await openSigner(key, request.passphraseFile);
  const { copies, statements = false } = request;
  return signRelease({ tool, path, trust, signer, policy, copies, statements });
}

/**
 * Signs a release: every check except the threshold runs on the local bytes, the statement is computed from them, and
 * an envelope of other holders must hold exactly that statement (trust-spec, preamble). Throws Failure "refused".
 */
export async function signRelease(request: SignRequest): Promise<SignedRelease> {
  const release = await openReleaseToSign(request);
  const { root, local, statement } = release;
  const holder = demandSigner(root, request.signer, statement);
  demandGoodRelease(request.policy, release);
  const folder = signatureFolderOf(request.path);
  const existing = existingEnvelopes(folder, await readSignatureSet(folder));
  const files = await signatureSet({
    statement: writeReleaseStatement(statement),
    provenance: documentOf(local, provenanceFile(local.manifest.product)),
    copies: await copiesFor(request, local, statement),
    companions: companionsFor(local, statement, existing.companions.size > 0 || request.statements === true),
    existing,
    signer: request.signer,
  });
  return writeSignatures(request, release, files, holder);
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

/** Where an earlier holder wrote them, the next one signs them too. */
function companionsFor(
  local: LocalPackage,
  { zip }: ReleaseStatement,
  isAsked: boolean,
): ReadonlyMap<string, Uint8Array> {
  if (!isAsked) return new Map();
  const { manifest } = local;
  const spdx2 = documentOf(local, sbomFile(manifest.product));
  const spdx3 = documentOf(local, spdx3File(manifest.product));
  const payloads = companionPayloads({ zip, manifest, spdx2, spdx3 });
  if (payloads.ok) return payloads.value;
  throw new Failure("internal", "the SBOM of a sound package is JSON", { at: payloads.at });
}

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
