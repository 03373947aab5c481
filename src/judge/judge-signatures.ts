import { parseReleaseStatement } from "../formats/release-statement.ts";
import { sha256Hex } from "../crypto/digest.ts";
import { judgeThreshold } from "../crypto/threshold.ts";
import type { Envelope, MemberSignature } from "../model/envelope.ts";
import { broken, type Parsed } from "../model/parsed.ts";
import type { Policy } from "../model/policy.ts";
import { IN_TOTO_PAYLOAD_TYPE, type ReleaseStatement } from "../model/release-statement.ts";
import { NO_RECORD, type RollbackRecord } from "../model/trust-state.ts";
import type { Endorsement, TrustRoot } from "../model/trust-root.ts";
import type { OpenedSubject, ProvenanceSignature, SignatureStage } from "./stages.ts";

/**
 * Step 4 of trust-spec section 6: the threshold of every release stream over the raw payload, and only then the
 * payload itself. With `--diagnose` the payload is read whatever its signatures say.
 */
export function judgeSignatures(
  policy: Policy,
  trust: TrustRoot,
  subject: OpenedSubject,
  envelope: Parsed<Envelope> | undefined,
  record: RollbackRecord = NO_RECORD,
  keyless: readonly MemberSignature[] = [],
): SignatureStage {
  const thresholds =
    envelope?.ok === true
      ? trust.roles.release.map((role) => ({
          role,
          result: judgeThreshold(trust, role, envelope.value, policy.now, keyless),
        }))
      : [];
  const endorsement = endorsementOf(trust, envelope);
  const suffices =
    (endorsement !== undefined || thresholds.some(({ result }) => result.met)) &&
    thresholds.every(({ result }) => result.invalid.length + result.disputed.length === 0);
  return {
    policy,
    trust,
    subject,
    envelope,
    thresholds,
    keyless,
    record,
    endorsement,
    statement: readStatement(envelope, suffices || policy.diagnose),
  };
}

/** Root holders may vouch for exact payload bytes; whatever signatures are on them count no more and no less for it. */
function endorsementOf(trust: TrustRoot, envelope: Parsed<Envelope> | undefined): Endorsement | undefined {
  if (envelope?.ok !== true || envelope.value.payloadType !== IN_TOTO_PAYLOAD_TYPE) return undefined;
  const digest = sha256Hex(envelope.value.payload);
  return trust.endorsed.find(({ statementSha256 }) => statementSha256 === digest);
}

function readStatement(envelope: Parsed<Envelope> | undefined, mayBeRead: boolean): Parsed<ReleaseStatement> {
  const at = "release.dsse.json";
  if (envelope === undefined) return broken(at, "is missing");
  if (!envelope.ok) return envelope;
  if (!mayBeRead) return broken(at, "was not read because its signatures do not suffice");
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
  context: Pick<SignatureStage, "policy" | "endorsement"> & {
    /** Judges the Sigstore bundle over the same payload, for those members that are identities. */
    readonly judgeBundle: (members: readonly string[], envelope: Envelope) => readonly MemberSignature[];
  },
): ProvenanceSignature {
  const { policy, endorsement, judgeBundle } = context;
  const isEndorsed = endorsement !== undefined;
  const builder = trust.builders.find(({ id }) => id === builderId);
  if (builder === undefined || !envelope.ok) return { envelope, isEndorsed, keyless: [], builder: undefined };
  const { id, members, maxBuildLevel } = builder;
  const keyless = judgeBundle(members, envelope.value);
  const result = judgeThreshold(trust, { members, threshold: 1 }, envelope.value, policy.now, keyless);
  return { envelope, isEndorsed, keyless, builder: { id, maxBuildLevel, result } };
}
