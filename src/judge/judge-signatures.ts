import { parseReleaseStatement } from "../formats/release-statement.ts";
import { judgeThreshold } from "../crypto/threshold.ts";
import type { Envelope } from "../model/envelope.ts";
import { broken, type Parsed } from "../model/parsed.ts";
import type { Policy } from "../model/policy.ts";
import { IN_TOTO_PAYLOAD_TYPE, type ReleaseStatement } from "../model/release-statement.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import type { OpenedSubject, ProvenanceSignature, SignatureStage, StreamThreshold } from "./stages.ts";

/**
 * Step 4 of trust-spec section 6: the threshold of every release stream over the raw payload, and only then the
 * payload itself. With `--diagnose` the payload is read whatever its signatures say.
 */
export function judgeSignatures(
  policy: Policy,
  trust: TrustRoot,
  subject: OpenedSubject,
  envelope: Parsed<Envelope> | undefined,
): SignatureStage {
  const thresholds =
    envelope?.ok === true
      ? trust.roles.release.map((role) => ({
          role,
          result: judgeThreshold(trust, role, envelope.value, policy.now),
        }))
      : [];
  return {
    policy,
    trust,
    subject,
    envelope,
    thresholds,
    statement: readStatement(envelope, thresholds, policy.diagnose),
  };
}

function readStatement(
  envelope: Parsed<Envelope> | undefined,
  thresholds: readonly StreamThreshold[],
  diagnose: boolean,
): Parsed<ReleaseStatement> {
  const at = "release.dsse.json";
  if (envelope === undefined) return broken(at, "is missing");
  if (!envelope.ok) return envelope;
  const trusted =
    thresholds.some(({ result }) => result.met) &&
    thresholds.every(({ result }) => result.invalid.length + result.disputed.length === 0);
  if (!trusted && !diagnose) return broken(at, "was not read because its signatures do not suffice");
  if (envelope.value.payloadType !== IN_TOTO_PAYLOAD_TYPE) return broken(at, "has another payload type");
  return parseReleaseStatement(at, envelope.value.payload);
}

/**
 * Who signed the provenance for the builder that it names. The level comes from the trust root, never from the document.
 * @param builderId As the provenance in the package names it; undefined when that could not be read.
 */
export function judgeProvenanceSignature(
  trust: TrustRoot,
  envelope: Parsed<Envelope>,
  builderId: string | undefined,
  now: number,
): ProvenanceSignature {
  const builder = trust.builders.find(({ id }) => id === builderId);
  if (builder === undefined || !envelope.ok) return { envelope, builder: undefined };
  const result = judgeThreshold(trust, { members: builder.members, threshold: 1 }, envelope.value, now);
  return { envelope, builder: { id: builder.id, maxBuildLevel: builder.maxBuildLevel, result } };
}
