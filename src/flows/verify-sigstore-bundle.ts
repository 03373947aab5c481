import { createHash } from "node:crypto";
import { readPublicKey } from "../crypto/keys.ts";
import { parseTrustedRoots, MAX_TRUSTED_ROOT_BYTES } from "../crypto/sigstore-root.ts";
import { sha256Hex } from "../crypto/digest.ts";
import { MAX_SIGSTORE_BUNDLE_BYTES, parseSigstoreBundle } from "../formats/sigstore-bundle.ts";
import { decodeUtf8 } from "../formats/utf8.ts";
import { openByteSource, sourcePieces } from "../io/byte-source.ts";
import { systemTime } from "../io/environment.ts";
import { readInput } from "../io/files.ts";
import { judgeSigstoreBundle, type BundleQuestion } from "../judge/judge-sigstore-bundle.ts";
import { SHA256_HEX, SHA512_HEX } from "../model/digest.ts";
import { Failure } from "../model/failure.ts";
import type { ArtifactDigests, DemandedSigner } from "../model/sigstore.ts";
import type { BundleVerificationFacts } from "../report/bundle-verification.ts";

const MAX_KEY_BYTES = 64 * 1024;

export interface BundleVerificationOptions {
  readonly bundle: string;
  /** A path, or `sha256:HEX` or `sha512:HEX`. */
  readonly artifact: string;
  readonly identity?: string | undefined;
  readonly issuer?: string | undefined;
  /** Path of an SPKI PEM. */
  readonly key?: string | undefined;
  readonly trustedRoot?: string | undefined;
  readonly predicateType?: string | undefined;
}

/**
 * Judges a Sigstore bundle of anybody over an artifact, offline. Throws Failure "usage" for flags that leave open who
 * must have signed, and "input" for a file that cannot be opened; what is wrong with the bundle is a finding.
 */
export async function verifySigstoreBundle(
  options: BundleVerificationOptions,
): Promise<BundleVerificationFacts> {
  const demand = await demandOf(options);
  const root = await trustedRootOf(options);
  const artifact = artifactDigests(options.artifact);
  const { bundle: at, predicateType } = options;
  if (predicateType === "")
    throw new Failure("usage", "--predicate-type is empty", { at: "--predicate-type" });
  const bundle = readBundle(at);
  const question = { at, bundle, artifact, demand, roots: root?.roots, predicateType, now: systemTime() };
  const { results, findings, facts } = judgeSigstoreBundle(question);
  return {
    bundle: at,
    artifact: { name: options.artifact, ...artifact },
    signer: demand.kind === "key" ? { kind: "key", keyId: sha256Hex(demand.spki) } : demand,
    trustedRoot: root === undefined ? null : { path: root.path, sha256: root.sha256 },
    checks: results.map(({ id, title, status }) => ({ id, title, status })),
    findings,
    proof: facts ?? null,
  };
}

/** Exactly one kind of signer, named in full: nothing is a pattern, and nothing may be left empty. */
async function demandOf({ identity, issuer, key }: BundleVerificationOptions): Promise<DemandedSigner> {
  if (key !== undefined) {
    if (identity !== undefined || issuer !== undefined)
      throw new Failure("usage", "--key and --certificate-identity name two kinds of signer", {
        at: "--key",
      });
    return await keyDemand(key);
  }
  const flags = { "--certificate-identity": identity, "--certificate-oidc-issuer": issuer };
  for (const [flag, value] of Object.entries(flags)) {
    if (value !== undefined && value !== "") continue;
    throw new Failure("usage", `${flag} ${value === undefined ? "is missing" : "is empty"}`, {
      at: flag,
      hint: "give --certificate-identity with --certificate-oidc-issuer, or --key PEM",
    });
  }
  return { kind: "certificate", identity: identity ?? "", issuer: issuer ?? "" };
}

async function keyDemand(path: string): Promise<DemandedSigner> {
  const pem = decodeUtf8(await readInput(path, MAX_KEY_BYTES));
  const key = readPublicKey(pem ?? "");
  if ("reason" in key) throw new Failure("input", `${path} ${key.reason}`, { at: path });
  return { kind: "key", algorithm: key.algorithm, spki: key.spki };
}

/** The network is never asked: what is trusted is in a file, or nothing is. */
async function trustedRootOf({
  trustedRoot: path,
  key,
}: BundleVerificationOptions): Promise<
  { readonly path: string; readonly sha256: string; readonly roots: BundleQuestion["roots"] } | undefined
> {
  if (path === undefined) {
    if (key !== undefined) return undefined;
    throw new Failure("usage", "a certificate needs --trusted-root FILE", {
      at: "--trusted-root",
      hint: "the trusted_root.json of the Sigstore instance, for example from: gh attestation trusted-root",
    });
  }
  const bytes = await readInput(path, MAX_TRUSTED_ROOT_BYTES);
  return { path, sha256: sha256Hex(bytes), roots: parseTrustedRoots(path, bytes) };
}

function readBundle(path: string): BundleQuestion["bundle"] {
  const file = openByteSource(path);
  try {
    if (file.sizeBytes > MAX_SIGSTORE_BUNDLE_BYTES) return undefined;
    const bytes = file.read(0, file.sizeBytes);
    file.assertUnchanged();
    return parseSigstoreBundle(path, bytes);
  } finally {
    file.close();
  }
}

const DIGEST = /^(sha256|sha512):(.*)$/s;

/** Of a file all digests that bundles name; what was typed alone otherwise. */
function artifactDigests(artifact: string): ArtifactDigests {
  const [, algorithm, hex = ""] = DIGEST.exec(artifact) ?? [];
  if (algorithm === undefined) return fileDigests(artifact);
  if (!(algorithm === "sha256" ? SHA256_HEX : SHA512_HEX).test(hex)) {
    throw new Failure("usage", `${artifact} is not a digest`, {
      expected: `${algorithm}: and ${algorithm === "sha256" ? 64 : 128} lowercase hex digits`,
      hint: `a file of this name: ./${artifact}`,
    });
  }
  return algorithm === "sha256" ? { sha256: hex } : { sha512: hex };
}

function fileDigests(path: string): ArtifactDigests {
  const file = openByteSource(path, Number.MAX_SAFE_INTEGER);
  try {
    const [sha256, sha384, sha512] = [createHash("sha256"), createHash("sha384"), createHash("sha512")];
    for (const piece of sourcePieces(file, 0, file.sizeBytes))
      for (const hash of [sha256, sha384, sha512]) hash.update(piece);
    file.assertUnchanged();
    return { sha256: sha256.digest("hex"), sha384: sha384.digest("hex"), sha512: sha512.digest("hex") };
  } finally {
    file.close();
  }
}
