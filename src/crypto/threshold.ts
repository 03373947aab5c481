import { decodeBase64 } from "../formats/base64.ts";
import { preAuthenticationEncoding } from "../formats/dsse.ts";
import { parseUtcTime } from "../formats/utc-time.ts";
import type { Envelope, ThresholdResult } from "../model/envelope.ts";
import type { ThresholdRole, TrustedKey, TrustRoot } from "../model/trust-root.ts";
import { verifySignature } from "./signature.ts";

type KeyVerdict =
  | { readonly kind: "counted"; readonly key: TrustedKey }
  | { readonly kind: "invalid" | "disputed"; readonly keyId: string }
  | { readonly kind: "notCounted"; readonly keyId: string; readonly reason: string }
  | { readonly kind: "unknown"; readonly keyId: string };

/**
 * Threshold(role, payload) of trust-spec section 4: distinct holders among the role's members that are not revoked,
 * inside their period at `now`, with a valid signature over exactly these bytes. The payload is not parsed.
 * @param now Seconds since 1970, UTC.
 */
export function judgeThreshold(
  root: TrustRoot,
  role: ThresholdRole,
  envelope: Envelope,
  now: number,
): ThresholdResult {
  const message = preAuthenticationEncoding(envelope.payloadType, envelope.payload);
  const verdicts = envelope.signatures.map(({ keyid, sig }) =>
    judgeSignature(root, role, keyid, message, sig, now),
  );
  const counted = verdicts.flatMap((verdict) => (verdict.kind === "counted" ? [verdict.key] : []));
  const holders = [...new Set(counted.map(({ holder }) => holder))].toSorted();
  const keyIdsOf = (kind: "invalid" | "disputed" | "unknown"): readonly string[] =>
    verdicts.flatMap((verdict) => (verdict.kind === kind ? [verdict.keyId] : []));
  const [invalid, disputed] = [keyIdsOf("invalid"), keyIdsOf("disputed")];
  return {
    needed: role.threshold,
    holders,
    met: role.threshold >= 1 && holders.length >= role.threshold && invalid.length + disputed.length === 0,
    signers: counted.map(({ keyId, holder, algorithm }) => ({ keyId, holder, algorithm })),
    invalid,
    disputed,
    notCounted: verdicts.flatMap((verdict) =>
      verdict.kind === "notCounted" ? [{ keyId: verdict.keyId, reason: verdict.reason }] : [],
    ),
    unknown: keyIdsOf("unknown"),
  };
}

function judgeSignature(
  root: TrustRoot,
  role: ThresholdRole,
  keyId: string,
  message: Uint8Array,
  signature: Uint8Array,
  now: number,
): KeyVerdict {
  const key = root.keys.find((candidate) => candidate.keyId === keyId);
  if (key === undefined || !role.members.includes(keyId)) return { kind: "unknown", keyId };
  const spki = decodeBase64(key.publicKey);
  if (spki === undefined) return { kind: "invalid", keyId };
  const verdict = verifySignature({ algorithm: key.algorithm, spki }, message, signature);
  if (verdict !== "valid") return { kind: verdict, keyId };
  if (root.revoked.members.includes(keyId))
    return { kind: "notCounted", keyId, reason: "the key is revoked" };
  const reason = periodProblem(key, now);
  return reason === undefined ? { kind: "counted", key } : { kind: "notCounted", keyId, reason };
}

function periodProblem(key: TrustedKey, now: number): string | undefined {
  const notBefore = parseUtcTime(key.notBefore);
  const notAfter = parseUtcTime(key.notAfter);
  if (notBefore === undefined || notAfter === undefined) return "the period of the key cannot be read";
  if (now < notBefore) return `the key is valid from ${key.notBefore}`;
  return now > notAfter ? `the key was valid until ${key.notAfter}` : undefined;
}
