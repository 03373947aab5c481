import { decodeBase64 } from "../formats/base64.ts";
import { preAuthenticationEncoding } from "../formats/dsse.ts";
import { parseUtcTime } from "../formats/utc-time.ts";
import type { Envelope, MemberSignature, ThresholdResult } from "../model/envelope.ts";
import type { ThresholdRole, TrustedKey, TrustRoot } from "../model/trust-root.ts";
import { verifySignature } from "./signature.ts";

type MemberVerdict =
  | { readonly kind: "counted"; readonly signer: ThresholdResult["signers"][number] }
  | { readonly kind: "invalid" | "disputed"; readonly keyId: string }
  | { readonly kind: "notCounted"; readonly keyId: string; readonly reason: string }
  | { readonly kind: "unknown"; readonly keyId: string };

/**
 * Threshold(role, payload) of trust-spec section 4: distinct holders among the role's members that are not revoked,
 * inside their period at `now`, with a valid signature over exactly these bytes. The payload is not parsed.
 * @param now Seconds since 1970, UTC.
 * @param elsewhere Members whose signatures over the same payload were judged by other means than a key of the root.
 */
export function judgeThreshold(
  root: TrustRoot,
  role: ThresholdRole,
  envelope: Envelope,
  now: number,
  elsewhere: readonly MemberSignature[] = [],
): ThresholdResult {
  const message = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
  const verdicts = [
    ...envelope.signatures.flatMap(({ keyid, sig }) => {
      const isOfRoot = root.keys.some(({ keyId }) => keyId === keyid);
      const certified = isOfRoot ? undefined : certifiedIn(elsewhere, keyid);
      if (certified === undefined) return [judgeKey(root, role, keyid, message, sig, now)];
      return Buffer.compare(certified, sig) === 0 ? [] : [{ kind: "invalid", keyId: keyid } as const];
    }),
    ...elsewhere.map((signature) => judgeIdentity(root, role, signature)),
  ];
  const signers = verdicts.flatMap((verdict) => (verdict.kind === "counted" ? [verdict.signer] : []));
  const holders = [...new Set(signers.map(({ holder }) => holder))].toSorted();
  const [invalid, disputed] = [idsOf(verdicts, "invalid"), idsOf(verdicts, "disputed")];
  return {
    needed: role.threshold,
    holders,
    met: role.threshold >= 1 && holders.length >= role.threshold && invalid.length + disputed.length === 0,
    signers,
    invalid,
    disputed,
    notCounted: verdicts.flatMap((verdict) =>
      verdict.kind === "notCounted" ? [{ keyId: verdict.keyId, reason: verdict.reason }] : [],
    ),
    unknown: idsOf(verdicts, "unknown"),
  };
}

function idsOf(
  verdicts: readonly MemberVerdict[],
  kind: "invalid" | "disputed" | "unknown",
): readonly string[] {
  return verdicts.flatMap((verdict) => (verdict.kind === kind ? [verdict.keyId] : []));
}

/** The signature that a verified bundle holds of this key; it counts there, and here for nothing. */
function certifiedIn(elsewhere: readonly MemberSignature[], keyId: string): Uint8Array | undefined {
  return elsewhere.find(({ isValid, certified }) => isValid && certified?.keyId === keyId)?.certified
    ?.signature;
}

function judgeKey(
  root: TrustRoot,
  role: ThresholdRole,
  keyId: string,
  message: Uint8Array,
  signature: Uint8Array,
  now: number,
): MemberVerdict {
  const key = root.keys.find((candidate) => candidate.keyId === keyId);
  if (key === undefined || !role.members.includes(keyId)) return { kind: "unknown", keyId };
  const { holder, algorithm } = key;
  const spki = decodeBase64(key.publicKey);
  const verdict = spki === undefined ? "invalid" : verifySignature({ algorithm, spki }, message, signature);
  if (verdict !== "valid") return { kind: verdict, keyId };
  const reason = revocationOf(root, keyId, "key") ?? periodProblem(key, now);
  return reason === undefined
    ? { kind: "counted", signer: { keyId, holder, algorithm } }
    : { kind: "notCounted", keyId, reason };
}

/** An identity has no period of its own: whoever verified it judged the times of its certificate. */
function judgeIdentity(root: TrustRoot, role: ThresholdRole, signature: MemberSignature): MemberVerdict {
  const { memberId: keyId, isValid } = signature;
  const identity = root.identities.find(({ id }) => id === keyId);
  if (identity === undefined || !role.members.includes(keyId)) return { kind: "unknown", keyId };
  if (!isValid) return { kind: "invalid", keyId };
  const reason = revocationOf(root, keyId, "identity");
  return reason === undefined
    ? { kind: "counted", signer: { keyId, holder: identity.holder, algorithm: "sigstore" } }
    : { kind: "notCounted", keyId, reason };
}

function revocationOf(root: TrustRoot, memberId: string, kind: "key" | "identity"): string | undefined {
  return root.revoked.members.includes(memberId) ? `the ${kind} is revoked` : undefined;
}

function periodProblem(key: TrustedKey, now: number): string | undefined {
  const notBefore = parseUtcTime(key.notBefore);
  const notAfter = parseUtcTime(key.notAfter);
  if (notBefore === undefined || notAfter === undefined) return "the period of the key cannot be read";
  if (now < notBefore) return `the key is valid from ${key.notBefore}`;
  return now > notAfter ? `the key was valid until ${key.notAfter}` : undefined;
}
