import { failOr, pass, type Check, type Outcome, type Sighting } from "../../model/check.ts";
import type { MemberSignature } from "../../model/envelope.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../../model/release-statement.ts";
import type { Endorsement, TrustRoot } from "../../model/trust-root.ts";
import type { SignatureStage, StreamThreshold } from "../stages.ts";

const ENVELOPE = "release.dsse.json";

/** Enough holders that the trust root names have signed exactly these bytes; judged before the bytes are read. */
export const releaseThreshold: Check<SignatureStage> = {
  id: "release.threshold",
  title: "Enough trusted holders signed this release",
  run({ envelope, thresholds, keyless, endorsement, trust }) {
    if (envelope === undefined) return fail({ problem: "release.signature-missing", at: ENVELOPE });
    if (!envelope.ok) {
      const isRepeated = envelope.defect === "signature-repeated";
      const problem = isRepeated ? "release.signature-repeated" : "release.envelope-malformed";
      return fail({ problem, at: envelope.at, actual: envelope.reason });
    }
    const { payloadType } = envelope.value;
    if (payloadType !== IN_TOTO_PAYLOAD_TYPE) {
      return fail({
        problem: "release.wrong-payload-type",
        at: ENVELOPE,
        expected: IN_TOTO_PAYLOAD_TYPE,
        actual: payloadType,
      });
    }
    return failOr(forged(thresholds, keyless), judge(thresholds, endorsement, trust));
  },
};

function fail(first: Sighting, ...rest: readonly Sighting[]): Outcome {
  return { status: "fail", sightings: [first, ...rest] };
}

/** A bundle under the name of a member is held to the same as a signature under its key id. */
function forged(
  thresholds: readonly StreamThreshold[],
  keyless: readonly MemberSignature[],
): readonly Sighting[] {
  const invalid = new Set(thresholds.flatMap(({ result }) => result.invalid));
  return keyless.flatMap(({ memberId, sighting }) =>
    sighting !== undefined && invalid.has(memberId) ? [sighting] : [],
  );
}

function judge(
  thresholds: readonly StreamThreshold[],
  endorsement: Endorsement | undefined,
  trust: TrustRoot,
): Outcome {
  const invalid = distinct(thresholds.flatMap(({ result }) => result.invalid));
  if (invalid[0] !== undefined) {
    return fail({
      problem: "release.signature-invalid",
      at: `${ENVELOPE} signature of ${labelOf(trust, invalid[0])}`,
    });
  }
  const disputed = distinct(thresholds.flatMap(({ result }) => result.disputed));
  if (disputed[0] !== undefined) {
    return fail({
      problem: "release.signature-disputed",
      at: `${ENVELOPE} signature of ${labelOf(trust, disputed[0])}`,
    });
  }
  const met = thresholds.find(({ result }) => result.met);
  if (met !== undefined) {
    const { needed, holders } = met.result;
    const passed = pass(ENVELOPE, `${holders.length} of ${needed} required holders: ${holders.join(", ")}`);
    return failOr(strangers(thresholds), passed);
  }
  if (endorsement !== undefined)
    return pass(ENVELOPE, `endorsed by the root holders in trust root ${trust.version}`);
  return notMet(thresholds, trust);
}

/** Signatures of keys that no release role lists: they take nothing away, and they count for nothing. */
function strangers(thresholds: readonly StreamThreshold[]): readonly Sighting[] {
  const [first, ...others] = thresholds.map(({ result }) => result.unknown);
  const unknown = (first ?? []).filter((keyId) => others.every((ids) => ids.includes(keyId)));
  return unknown.map((keyId) => ({ problem: "release.signer-unknown", at: ENVELOPE, actual: keyId }));
}

function notMet(thresholds: readonly StreamThreshold[], trust: TrustRoot): Outcome {
  const [notCounted] = thresholds.flatMap(({ result }) => result.notCounted);
  if (notCounted !== undefined) {
    const { keyId, reason } = notCounted;
    return fail({
      problem: "release.signature-not-counted",
      at: `${ENVELOPE} signature of ${labelOf(trust, keyId)}`,
      actual: reason,
    });
  }
  const best = thresholds.toSorted((a, b) => b.result.holders.length - a.result.holders.length)[0];
  if (best === undefined || best.result.holders.length === 0) {
    const members = distinct(thresholds.flatMap(({ role }) => role.members));
    return fail({
      problem: "release.signer-not-trusted",
      at: ENVELOPE,
      expected: members.join(", "),
      actual: distinct(thresholds.flatMap(({ result }) => result.unknown)).join(", "),
    });
  }
  const { holders, needed, signers } = best.result;
  return fail({
    problem: signers.length >= needed ? "release.holder-counts-once" : "release.threshold-not-met",
    at: ENVELOPE,
    expected: `${needed} holders`,
    actual: `${holders.length}: ${holders.join(", ")}`,
  });
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/** Words from the trust root only; nothing that the package says of its signer. */
function labelOf(trust: TrustRoot, keyId: string): string {
  const key = trust.keys.find((candidate) => candidate.keyId === keyId);
  const holder = (key ?? trust.identities.find(({ id }) => id === keyId))?.holder;
  return holder === undefined ? keyId : `${holder} (${keyId})`;
}
