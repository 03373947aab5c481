import { sha256Hex } from "../crypto/digest.ts";
import { judgeSigner } from "../crypto/sigstore-guard.ts";
import { keyOfCertificate, readCertificate } from "../crypto/sigstore-certificate.ts";
import { parseTrustedRoots } from "../crypto/sigstore-root.ts";
import { PROVENANCE_BUNDLE, releaseBundleFile, sigstoreRootFile } from "../formats/keyless-files.ts";
import { parseSigstoreBundle } from "../formats/sigstore-bundle.ts";
import type { Sighting } from "../model/check.ts";
import type { Envelope, MemberSignature } from "../model/envelope.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import type { DemandedSigner, SigstoreBundle } from "../model/sigstore.ts";
import type { TrustedIdentity, TrustRoot } from "../model/trust-root.ts";
import { keylessProblemOf } from "./checks/keyless-problems.ts";

export interface KeylessInput {
  readonly trust: TrustRoot;
  /** Files of the signature set by name. */
  readonly files: ReadonlyMap<string, Parsed<Uint8Array>>;
  /** Seconds since 1970, UTC. */
  readonly now: number;
}

/** The keyless signatures over the release statement, one for each identity of the root that has a file. */
export function judgeReleaseBundles(input: KeylessInput, envelope: Envelope): readonly MemberSignature[] {
  return input.trust.identities.flatMap((identity) => {
    const at = releaseBundleFile(identity.id);
    const file = input.files.get(at);
    return file === undefined ? [] : [judgeIdentity(input, identity, at, readBundle(at, file), envelope)];
  });
}

/**
 * The keyless signature over the provenance, judged for each identity that may sign for the builder. Of several, one
 * must have made it; when none did, what is said is about the one that it came closest to.
 */
export function judgeProvenanceBundle(
  input: KeylessInput,
  members: readonly string[],
  envelope: Envelope,
): readonly MemberSignature[] {
  const file = input.files.get(PROVENANCE_BUNDLE);
  if (file === undefined) return [];
  const bundle = readBundle(PROVENANCE_BUNDLE, file);
  const judged = input.trust.identities
    .filter(({ id }) => members.includes(id))
    .map((identity) => judgeIdentity(input, identity, PROVENANCE_BUNDLE, bundle, envelope));
  const valid = judged.filter(({ isValid }) => isValid);
  const closest = judged.find(({ sighting }) => !OF_SOMEBODY_ELSE.has(sighting?.problem)) ?? judged[0];
  return valid.length > 0 || closest === undefined ? valid : [closest];
}

const OF_SOMEBODY_ELSE: ReadonlySet<string | undefined> = new Set([
  "signatures.keyless-wrong-identity",
  "signatures.keyless-wrong-issuer",
  "signatures.keyless-wrong-repository",
  "signatures.keyless-root-missing",
]);

/** What a bundle over a statement signs, as an envelope that carries no signature of a key. */
export function envelopeOfBundle(at: string, file: Parsed<Uint8Array>): Parsed<Envelope> {
  const bundle = readBundle(at, file);
  if (!bundle.ok) return bundle;
  const { content } = bundle.value;
  if (content.kind !== "statement") return broken(at, "signs no statement");
  return parsed(at, { payloadType: content.payloadType, payload: content.payload, signatures: [] });
}

function readBundle(at: string, file: Parsed<Uint8Array>): Parsed<SigstoreBundle> {
  return file.ok ? parseSigstoreBundle(at, file.value) : file;
}

/** Whether exactly this identity signed exactly these bytes; each Sigstore root of its file is tried on its own. */
function judgeIdentity(
  { files, now }: KeylessInput,
  identity: TrustedIdentity,
  at: string,
  bundle: Parsed<SigstoreBundle>,
  envelope: Envelope,
): MemberSignature {
  const { id: memberId } = identity;
  const refuse = (sighting: Sighting): MemberSignature => ({ memberId, isValid: false, sighting });
  if (!bundle.ok) return refuse({ problem: "signatures.keyless-malformed", at, actual: bundle.reason });
  if (!signsTheSame(bundle.value, envelope))
    return refuse({ problem: "signatures.keyless-other-payload", at });
  const roots = rootsOf(identity, files);
  if ("problem" in roots) return refuse(roots);
  const judged = roots.map((root) => judgeSigner(at, bundle.value, demandOf(identity), root, now));
  if (judged.some(({ ok }) => ok)) {
    const certified = { keyId: certifiedKeyId(bundle.value), signature: bundle.value.content.signature };
    return { memberId, isValid: true, certified };
  }
  const [first] = judged.flatMap((each) => (each.ok ? [] : [each.sighting]));
  return refuse(
    first === undefined
      ? { problem: "signatures.keyless-trusted-root-invalid", at, actual: "it names no authority" }
      : { ...first, problem: keylessProblemOf(first.problem) },
  );
}

/** The library looks neither at the type of a payload nor at what it says. */
function signsTheSame({ content }: SigstoreBundle, { payloadType, payload }: Envelope): boolean {
  return (
    content.kind === "statement" &&
    content.payloadType === payloadType &&
    Buffer.compare(content.payload, payload) === 0
  );
}

function rootsOf(
  { sigstoreRootSha256 }: TrustedIdentity,
  files: KeylessInput["files"],
): Sighting | Extract<ReturnType<typeof parseTrustedRoots>, { ok: true }>["value"] {
  const at = sigstoreRootFile(sigstoreRootSha256);
  const file = files.get(at);
  if (file === undefined)
    return { problem: "signatures.keyless-root-missing", at, expected: sigstoreRootSha256 };
  if (!file.ok) return { problem: "signatures.keyless-trusted-root-invalid", at, actual: file.reason };
  const actual = sha256Hex(file.value);
  if (actual !== sigstoreRootSha256)
    return { problem: "signatures.keyless-root-differs", at, expected: sigstoreRootSha256, actual };
  const roots = parseTrustedRoots(at, file.value);
  return roots.ok
    ? roots.value
    : { problem: "signatures.keyless-trusted-root-invalid", at, actual: roots.reason };
}

function demandOf(identity: TrustedIdentity): DemandedSigner {
  return {
    kind: "certificate",
    identity: identity.san,
    issuer: identity.issuer,
    repositoryId: identity.sourceRepositoryId,
    proofs: { log: identity.requireTlog, timestamp: identity.requireTimestamp },
  };
}

/** Key id of the key that was certified for this one signature; empty where the certificate has none to name. */
function certifiedKeyId({ certificate }: SigstoreBundle): string {
  const read = certificate && readCertificate(certificate);
  const key = read && keyOfCertificate(read);
  return key === undefined ? "" : sha256Hex(key.export({ format: "der", type: "spki" }));
}
