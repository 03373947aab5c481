import { createPublicKey, type KeyObject } from "node:crypto";
import { bundleFromJSON, ValidationError } from "@sigstore/bundle";
import { toSignedEntity, VerificationError, Verifier } from "@sigstore/verify";
import type { SignedEntity, Signer, TrustMaterial } from "@sigstore/verify";
import { preAuthenticationEncoding } from "../formats/dsse.ts";
import { timeOfTstInfo } from "../formats/time-stamp.ts";
import type { Sighting } from "../model/check.ts";
import type { DemandedSigner, SigstoreBundle, SigstoreFacts } from "../model/sigstore.ts";
import { publicKeyOf } from "./keys.ts";
import { verifySignature } from "./signature.ts";
import { certificateSighting, keyOfCertificate, readCertificate } from "./sigstore-certificate.ts";
import { messageContent, signsDigests } from "./sigstore-content.ts";

/** What signed times may lie ahead of the clock. */
const CLOCK_TOLERANCE_MS = 300_000;
const MAX_MESSAGE_LETTERS = 200;

export type SignerJudgement =
  | { readonly ok: true; readonly facts: Omit<SigstoreFacts, "contentKind" | "predicateType"> }
  | { readonly ok: false; readonly sighting: Sighting };

/**
 * Whether the demanded signer signed the content of the bundle, against one trusted root: chain, transparency, times and
 * signature by @sigstore/verify, and by our own checks what it leaves to its caller. Logs and certificate logs are
 * demanded of a certificate where the root names any, and one proven time always. Says nothing about the artifact.
 * @param root Without it only a key can be judged; log entries and timestamps are then left unread.
 * @param now Seconds since 1970.
 */
export function judgeSigner(
  at: string,
  bundle: SigstoreBundle,
  demand: DemandedSigner,
  root: TrustMaterial | undefined,
  now: number,
): SignerJudgement {
  const prepared = prepare(at, bundle, demand);
  if ("problem" in prepared) return { ok: false, sighting: prepared };
  const trust = {
    ...(root ?? NO_TRUST),
    publicKey: () => ({ publicKey: prepared.key, validFor: () => true }),
  };
  let entity: SignedEntity;
  let signer: Signer;
  try {
    entity = entityOf(bundle, root !== undefined);
    signer = new Verifier(trust, thresholds(demand, trust)).verify(entity);
  } catch (error) {
    return { ok: false, sighting: refusalOf(at, error) };
  }
  const times = timesOf(entity);
  const sighting =
    ("certificate" in prepared && demand.kind === "certificate"
      ? certificateSighting(at, prepared.certificate, signer, demand)
      : undefined) ??
    (prepared.key.equals(signer.key) ? undefined : { problem: "bundle.signature-disputed", at }) ??
    disputedSighting(at, bundle, prepared.key) ??
    timeSighting(at, entity, trust, times, now) ??
    timestampSighting(at, entity, demand);
  return sighting === undefined
    ? { ok: true, facts: factsOf(entity, demand, trust, times) }
    : { ok: false, sighting };
}

const NO_TRUST: Omit<TrustMaterial, "publicKey"> = {
  certificateAuthorities: [],
  timestampAuthorities: [],
  tlogs: [],
  ctlogs: [],
};

type Prepared =
  | { readonly key: KeyObject }
  | { readonly key: KeyObject; readonly certificate: NonNullable<ReturnType<typeof readCertificate>> };

/** The library ignores a key that was asked for when the bundle has a certificate, so kinds are compared first. */
function prepare(at: string, bundle: SigstoreBundle, demand: DemandedSigner): Prepared | Sighting {
  const { certificate: der } = bundle;
  const actual = der === undefined ? "a key" : "a certificate";
  if ((der !== undefined) !== (demand.kind === "certificate"))
    return { problem: "bundle.wrong-signer-kind", at, expected: `a ${demand.kind}`, actual };
  const certificate = der === undefined ? undefined : readCertificate(der);
  const key =
    demand.kind === "key"
      ? createPublicKey({ key: Buffer.from(demand.spki), format: "der", type: "spki" })
      : certificate && keyOfCertificate(certificate);
  if (key === undefined) return { problem: "bundle.certificate-malformed", at };
  if (bundle.content.kind === "message" && !signsDigests(key))
    return { problem: "bundle.key-type", at, expected: "ECDSA P-256 or P-384" };
  return certificate === undefined ? { key } : { key, certificate };
}

function thresholds(
  demand: DemandedSigner,
  { tlogs, ctlogs }: TrustMaterial,
): { tlogThreshold: number; ctlogThreshold: number; timestampThreshold: number } {
  const isCertificate = demand.kind === "certificate";
  const needsLog = (isCertificate ? demand.proofs?.log : undefined) ?? tlogs.length > 0;
  return {
    tlogThreshold: needsLog ? 1 : 0,
    ctlogThreshold: isCertificate && ctlogs.length > 0 ? 1 : 0,
    // Never 0 for a certificate: without a time nothing is checked against its chain.
    timestampThreshold: isCertificate ? 1 : 0,
  };
}

function entityOf(bundle: SigstoreBundle, withProofs: boolean): SignedEntity {
  const entity = toSignedEntity(bundleFromJSON(bundle.json), Buffer.alloc(0));
  for (const each of entity.timestamps) {
    if (each.$case === "timestamp-authority") readTimestamp(each.timestamp);
  }
  const proofs = withProofs ? {} : { tlogEntries: [], timestamps: [] };
  const signature = bundle.content.kind === "message" ? { signature: messageContent(bundle.content) } : {};
  return { ...entity, ...signature, ...proofs };
}

type Timestamp = Extract<SignedEntity["timestamps"][number], { $case: "timestamp-authority" }>["timestamp"];

/**
 * The library reads fractions of a second only when they have three digits (DER drops trailing zeros), and takes an
 * algorithm that it does not know for the default one.
 */
function readTimestamp(timestamp: Timestamp): void {
  const time = timeOfTstInfo(timestamp.tstInfo.raw);
  const { signatureAlgorithm, signerDigestAlgorithm } = timestamp;
  const algorithms: readonly (string | undefined)[] = [signatureAlgorithm, signerDigestAlgorithm];
  if (time === undefined || algorithms.includes(undefined))
    throw new VerificationError({ code: "TIMESTAMP_ERROR", message: "unknown time or algorithm" });
  Object.defineProperty(timestamp, "signingTime", { get: () => new Date(time) });
}

/** In milliseconds; the library has verified each of them. */
function timesOf({ timestamps }: SignedEntity): readonly number[] {
  return timestamps
    .flatMap((each) => {
      if (each.$case === "timestamp-authority") return [each.timestamp.signingTime.getTime()];
      return each.tlogEntry.inclusionPromise === undefined
        ? []
        : [Number(each.tlogEntry.integratedTime) * 1000];
    })
    .toSorted((a, b) => a - b);
}

/** The library asks whether a log's key was valid for promises only, never for proofs, and takes times to come. */
function timeSighting(
  at: string,
  { tlogEntries }: SignedEntity,
  { tlogs }: TrustMaterial,
  times: readonly number[],
  now: number,
): Sighting | undefined {
  if (times.some((time) => time > now * 1000 + CLOCK_TOLERANCE_MS))
    return { problem: "bundle.time-in-future", at };
  const isTimely = tlogEntries.every((entry) =>
    times.every((time) =>
      tlogs.some(
        ({ logID, validFor }) =>
          logID.equals(entry.logId.keyId) &&
          validFor.start.getTime() <= time &&
          time <= validFor.end.getTime(),
      ),
    ),
  );
  return isTimely
    ? undefined
    : { problem: "bundle.log-unproven", at, actual: "the key of the log was not valid then" };
}

/** The library lets the promise of a log stand in for a timestamp. */
function timestampSighting(
  at: string,
  { timestamps }: SignedEntity,
  demand: DemandedSigner,
): Sighting | undefined {
  const isDemanded = demand.kind === "certificate" && demand.proofs?.timestamp === true;
  return !isDemanded || timestamps.some(({ $case }) => $case === "timestamp-authority")
    ? undefined
    : { problem: "bundle.time-unproven", at, expected: "a timestamp of an authority" };
}

/** Statements once more by the house's two implementations, for the keys that these know. */
function disputedSighting(at: string, { content }: SigstoreBundle, key: KeyObject): Sighting | undefined {
  if (content.kind === "message") return undefined;
  const known = publicKeyOf(key.export({ format: "der", type: "spki" }));
  if ("reason" in known) return undefined;
  const signed = preAuthenticationEncoding(content.payloadType, content.payload);
  const verdict = verifySignature(known, signed, content.signature);
  return verdict === "valid" ? undefined : { problem: "bundle.signature-disputed", at };
}

function factsOf(
  entity: SignedEntity,
  demand: DemandedSigner,
  trust: TrustMaterial,
  times: readonly number[],
): Extract<SignerJudgement, { ok: true }>["facts"] {
  const { tlogThreshold, ctlogThreshold, timestampThreshold } = thresholds(demand, trust);
  const demands = [
    ["transparency log", tlogThreshold],
    ["certificate log", ctlogThreshold],
    ["time", timestampThreshold],
  ] as const;
  return {
    signedAt: times.map((time) => Math.floor(time / 1000)),
    logEntriesVerified: entity.tlogEntries.length,
    timestampsVerified: entity.timestamps.filter(({ $case }) => $case === "timestamp-authority").length,
    demanded: demands.flatMap(([what, threshold]) => (threshold > 0 ? [what] : [])),
  };
}

const PROBLEM_OF: ReadonlyMap<string, string> = new Map([
  ["TIMESTAMP_ERROR", "bundle.time-unproven"],
  ["CERTIFICATE_ERROR", "bundle.certificate-untrusted"],
  ["SIGNATURE_ERROR", "bundle.signature-invalid"],
  ["PUBLIC_KEY_ERROR", "bundle.signature-invalid"],
]);

/** Whatever the library throws over odd input (TypeErrors and RangeErrors among it) is a refusal, never a crash. */
function refusalOf(at: string, error: unknown): Sighting {
  if (error instanceof VerificationError) {
    const problem = PROBLEM_OF.get(error.code) ?? "bundle.log-unproven";
    return { problem, at, actual: error.message.slice(0, MAX_MESSAGE_LETTERS) };
  }
  if (error instanceof ValidationError)
    return { problem: "bundle.malformed", at, actual: error.fields.join(", ") };
  return { problem: "bundle.unreadable", at };
}
