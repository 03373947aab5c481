import { parseEnvelope } from "../formats/dsse.ts";
import { parseTrustRoot } from "../formats/trust-root.ts";
import { parseUtcTime } from "../formats/utc-time.ts";
import type { Envelope } from "../model/envelope.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { TRUST_ROOT_PAYLOAD_TYPE } from "../model/release-statement.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import { sha256Hex } from "./digest.ts";
import { trustRootProblems } from "./root-problems.ts";
import { judgeThreshold } from "./threshold.ts";

/** A trust root whose own root threshold is met. */
export interface LoadedTrustRoot {
  readonly root: TrustRoot;
  /** SHA-256 of the payload: the pin. */
  readonly payloadSha256: string;
}

/**
 * Loads a trust root envelope (trust-spec section 4): strict, key ids recomputed, keys in the prime-order subgroup,
 * thresholds within the number of holders, root keys in no other role, own root threshold met over the raw payload.
 */
export function loadTrustRoot(at: string, bytes: Uint8Array, now: number): Parsed<LoadedTrustRoot> {
  const envelope = parseRootEnvelope(at, bytes);
  return envelope.ok ? readRoot(at, envelope.value, now) : envelope;
}

/** The envelope of a root; what it signs is not read. */
export function parseRootEnvelope(at: string, bytes: Uint8Array): Parsed<Envelope> {
  const envelope = parseEnvelope(at, bytes);
  if (!envelope.ok || envelope.value.payloadType === TRUST_ROOT_PAYLOAD_TYPE) return envelope;
  return broken(at, "is not an envelope of a trust root");
}

/** Reads the payload of an envelope as a root and holds its signatures against its own root threshold. */
export function readRoot(at: string, envelope: Envelope, now: number): Parsed<LoadedTrustRoot> {
  const root = parseTrustRoot(at, envelope.payload);
  if (!root.ok) return root;
  const [problem] = trustRootProblems(root.value);
  if (problem !== undefined) return broken(at, problem.reason, problem.defect);
  const { roles } = root.value;
  const threshold = judgeThreshold(root.value, roles.root, envelope, withinPeriod(root.value, now));
  if (threshold.invalid.length > 0) {
    const reason = `has a signature of ${threshold.invalid.join(", ")} that does not verify`;
    return broken(at, reason, "signature-invalid");
  }
  const [disputed] = threshold.disputed;
  if (disputed !== undefined) {
    const reason = `has a signature of ${disputed} that only one of two implementations accepts`;
    return broken(at, reason, "signature-invalid");
  }
  if (!threshold.met) {
    const reason = `is signed by ${threshold.holders.length} of ${threshold.needed} root holders that it needs`;
    return broken(at, reason, "not-signed");
  }
  return parsed(at, { root: root.value, payloadSha256: sha256Hex(envelope.payload) });
}

/**
 * The time at which the keys of a root are judged for the root itself. Expiry and an implausible clock are findings of
 * their own; they must not read as "the root is badly signed", and only the last root of a chain may not have expired.
 */
export function withinPeriod(root: TrustRoot, now: number): number {
  const issued = parseUtcTime(root.issued) ?? now;
  const expires = parseUtcTime(root.expires) ?? now;
  return Math.min(Math.max(now, issued), expires);
}
