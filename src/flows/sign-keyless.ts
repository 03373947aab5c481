import { join } from "node:path";
import { sha256Hex } from "../crypto/digest.ts";
import { parseTrustedRoots } from "../crypto/sigstore-root.ts";
import { writeEnvelope } from "../formats/dsse.ts";
import { parseIdentityToken } from "../formats/identity-token.ts";
import { PROVENANCE_BUNDLE, releaseBundleFile, sigstoreRootFile } from "../formats/keyless-files.ts";
import { writeReleaseStatement } from "../formats/release-statement.ts";
import { readInput } from "../io/files.ts";
import { readIdentityToken } from "../io/identity-token.ts";
import { readSignatureSet, signatureFolderOf, type SignatureSet } from "../io/signature-set.ts";
import { signWithSigstore, type SigningServices } from "../io/sigstore-client.ts";
import { judgeProvenanceBundle, judgeReleaseBundles } from "../judge/judge-keyless.ts";
import { problemsById } from "../judge/problems.ts";
import { AUDIENCE, demandIdentity, demandToken, servicesFor, type ServiceFlags } from "../make/keyless.ts";
import type { Envelope, MemberSignature } from "../model/envelope.ts";
import { Failure } from "../model/failure.ts";
import { provenanceFile } from "../model/layers.ts";
import { MAX_ENVELOPE_BYTES } from "../model/limits.ts";
import { parsed, type Parsed } from "../model/parsed.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../model/release-statement.ts";
import type { TrustedIdentity } from "../model/trust-root.ts";
import {
  demandGoodRelease,
  documentOf,
  existingEnvelopes,
  openReleaseToSign,
  writeSignatures,
  type ReleaseToSign,
  type SignedRelease,
  type SigningContext,
} from "./release-to-sign.ts";
import type { Tool } from "./verification-report.ts";
import { anyStreamOptions, prepareVerification } from "./verify-policy.ts";

export interface KeylessOptions {
  readonly tool: Tool;
  /** The zip. */
  readonly path: string;
  readonly trust: string | undefined;
  readonly product: string | undefined;
  readonly previous: string | undefined;
  readonly at: string | undefined;
  /** Id of the identity in the trust root; undefined: the only one that may sign this stream. */
  readonly identity: string | undefined;
  readonly tokenFile: string | undefined;
  /** undefined: it lies beside the signatures already. */
  readonly sigstoreRoot: string | undefined;
  readonly services: ServiceFlags;
}

/**
 * Signs a release as a workflow or person that has no key, by a certificate for some minutes. The look at the local
 * bytes is that of `signRelease`, and everything that can be refused is refused before anything is sent: what is sent
 * stands in a public log for ever. Throws Failure "refused" and "service".
 */
export async function signZipKeyless(options: KeylessOptions): Promise<SignedRelease> {
  const { tool, path } = options;
  const { policy, trust } = await prepareVerification(anyStreamOptions(options), tool);
  if (trust === undefined) {
    throw new Failure("usage", "a signature is for a trust root, and none was given", {
      hint: "add --trust FILE",
    });
  }
  const context: SigningContext = { tool, path, trust, policy };
  const release = await openReleaseToSign(context);
  const identity = demandIdentity(release.root, release.statement, options.identity);
  demandGoodRelease(policy, release);
  const services = servicesFor(identity, options.services);
  const set = await readSignatureSet(signatureFolderOf(path));
  const plan = planOf(path, release, identity, set);
  const root = await sigstoreRootOf(options.sigstoreRoot, identity, set);
  const token = await tokenOf(options, identity, policy.now);
  const bundles = await signAll(plan, { token, services });
  const files = new Map([...bundles, [sigstoreRootFile(identity.sigstoreRootSha256), root] as const]);
  const signature = demandOwnBundles(release, identity, plan, files, policy.now);
  return writeSignatures(context, release, withEnvelope(files, plan, signature), identity.holder);
}

/** What is signed, under which names. */
interface Plan {
  readonly statement: Envelope;
  readonly bundles: ReadonlyMap<string, Envelope>;
  /** Another holder's envelope is there, over the same statement. */
  readonly isJoined: boolean;
}

/** The provenance is signed too where the root lets the identity speak for the builder that it names. */
function planOf(
  path: string,
  { root, local, statement }: ReleaseToSign,
  { id }: TrustedIdentity,
  set: SignatureSet | undefined,
): Plan {
  const { manifest } = local;
  const existing = existingEnvelopes(signatureFolderOf(path), set);
  const own = envelopeOver(writeReleaseStatement(statement));
  const provenance = envelopeOver(documentOf(local, provenanceFile(manifest.product)));
  const builds = root.builders.some(
    (builder) => builder.id === manifest.builderId && builder.members.includes(id),
  );
  demandEqual("release.dsse.json", own, existing.release);
  const bundles = new Map([
    ...(builds && set?.files.has(PROVENANCE_BUNDLE) !== true
      ? [[PROVENANCE_BUNDLE, provenance] as const]
      : []),
    [releaseBundleFile(id), own] as const,
  ]);
  const [signed] = [...bundles.keys()].filter((name) => set?.files.has(name) === true);
  if (signed === undefined) return { statement: own, bundles, isJoined: existing.release !== undefined };
  throw new Failure("refused", "this identity has signed this release already", {
    at: join(signatureFolderOf(path), signed),
    hint: "each signature is one more entry in a log; to sign again all the same, remove this file",
  });
}

function envelopeOver(payload: Uint8Array): Envelope {
  return { payloadType: IN_TOTO_PAYLOAD_TYPE, payload, signatures: [] };
}

/** Nobody co-signs what they did not see. */
function demandEqual(at: string, own: Envelope, other: Envelope | undefined): void {
  const isEqual =
    other === undefined ||
    (other.payloadType === own.payloadType && Buffer.compare(other.payload, own.payload) === 0);
  if (isEqual) return;
  throw new Failure("refused", `${at} signs something else than the bytes at hand`, {
    at,
    hint: "verify which release the other holder signed; cavra adds a signature only to an equal statement",
  });
}

/** The Sigstore root that the trust root names by its digest; it travels with the signatures that need it. */
async function sigstoreRootOf(
  given: string | undefined,
  { sigstoreRootSha256: expected }: TrustedIdentity,
  set: SignatureSet | undefined,
): Promise<Uint8Array> {
  const name = sigstoreRootFile(expected);
  const at = given ?? name;
  const beside = set?.files.get(name);
  const found = given === undefined ? beside : parsed(given, await readInput(given, MAX_ENVELOPE_BYTES));
  if (found?.ok !== true) {
    throw new Failure("usage", "the Sigstore root of this identity is needed", {
      at: "--sigstore-root",
      expected,
      hint: "add --sigstore-root FILE; who has none: cavra trust sigstore export",
    });
  }
  const actual = sha256Hex(found.value);
  if (actual !== expected)
    throw new Failure("refused", "this is not the Sigstore root that the trust root names", {
      at,
      expected,
      found: actual,
    });
  const roots = parseTrustedRoots(at, found.value);
  if (!roots.ok) throw new Failure("refused", `the Sigstore root cannot be used: ${roots.reason}`, { at });
  return found.value;
}

async function tokenOf(
  { tokenFile: file, services }: KeylessOptions,
  identity: TrustedIdentity,
  now: number,
): Promise<string> {
  const timeoutMs = services.timeoutSeconds * 1000;
  const { token, source } = await readIdentityToken({ file, audience: AUDIENCE, timeoutMs });
  const claims = parseIdentityToken(source, token);
  if (!claims.ok) throw new Failure("refused", `the identity token ${claims.reason}`, { at: source });
  demandToken(source, claims.value, identity, now);
  return token;
}

async function signAll(
  { bundles }: Plan,
  { token, services }: { readonly token: string; readonly services: SigningServices },
): Promise<ReadonlyMap<string, Uint8Array>> {
  const signed = new Map<string, Uint8Array>();
  for (const [name, { payload, payloadType }] of bundles)
    signed.set(name, await signWithSigstore({ payload, payloadType, token, services }));
  return signed;
}

/** Judges what came back as every verifier will. Throws Failure "refused", and nothing is written then. */
function demandOwnBundles(
  { root }: ReleaseToSign,
  identity: TrustedIdentity,
  { bundles }: Plan,
  made: ReadonlyMap<string, Uint8Array>,
  now: number,
): MemberSignature {
  const files: ReadonlyMap<string, Parsed<Uint8Array>> = new Map(
    [...made].map(([name, bytes]) => [name, parsed(name, bytes)]),
  );
  const input = { trust: { ...root, identities: [identity] }, files, now };
  const judged = [...bundles].flatMap(([name, envelope]) =>
    name === PROVENANCE_BUNDLE
      ? judgeProvenanceBundle(input, [identity.id], envelope)
      : judgeReleaseBundles(input, envelope),
  );
  const wrong = judged.find(({ isValid }) => !isValid)?.sighting;
  const [last] = judged.slice(-1);
  if (wrong === undefined && last !== undefined && judged.length === bundles.size) return last;
  throw new Failure("refused", `the signature would not count: ${titleOf(wrong?.problem)}`, {
    at: wrong?.at ?? identity.id,
    ...(wrong?.expected === undefined ? {} : { expected: wrong.expected }),
    ...(wrong?.actual === undefined ? {} : { found: wrong.actual }),
    hint: "nothing was written; look at the identity in the trust root: cavra trust show ROOT",
  });
}

function titleOf(problem: string | undefined): string {
  return problemsById.get(problem ?? "")?.title ?? "it cannot be judged";
}

/**
 * The statement's envelope is required, and an envelope has a signature: where no holder of a key was here before, it
 * gets the certified key's own, which counts for nothing beside the bundle. It is written last.
 */
function withEnvelope(
  files: ReadonlyMap<string, Uint8Array>,
  { statement, isJoined }: Plan,
  { certified }: MemberSignature,
): ReadonlyMap<string, Uint8Array> {
  if (isJoined) return files;
  if (certified === undefined) throw new Failure("internal", "a bundle that counts has a certified key");
  const signatures = [{ keyid: certified.keyId, sig: certified.signature }];
  return new Map([...files, ["release.dsse.json", writeEnvelope({ ...statement, signatures })]]);
}
