import type { NamedDigest, VerificationSummary } from "../model/verification-summary.ts";
import { canonicalJson } from "./canonical-json.ts";
import { statementJson } from "./in-toto.ts";
import type { JsonObject } from "./json.ts";
import { formatUtcTime } from "./utc-time.ts";

const VSA_PREDICATE_TYPE = "https://slsa.dev/verification_summary/v1";
const SVR_PREDICATE_TYPE = "https://in-toto.io/attestation/svr/v0.2";
const SLSA_VERSION = "1.2";

/**
 * SLSA verification summary (SLSA 1.2, verification_summary): the level alone, since its levels may carry no names of
 * others. RFC 8785, no newline.
 */
export function writeVerificationSummary(summary: VerificationSummary): Uint8Array {
  const { subjects, verifierId, toolVersion, verifiedAt, resourceUri, policy, inputs, buildLevel } = summary;
  return canonicalJson(
    statementJson(subjects, VSA_PREDICATE_TYPE, {
      verifier: { id: verifierId, version: { cavra: toolVersion } },
      timeVerified: formatUtcTime(verifiedAt),
      resourceUri,
      policy: descriptor(policy),
      inputAttestations: inputs.map(descriptor),
      verificationResult: "PASSED",
      verifiedLevels: [`SLSA_BUILD_LEVEL_${buildLevel}`],
      slsaVersion: SLSA_VERSION,
    }),
  );
}

/** in-toto simple verification result 0.2 (in-toto/attestation, spec/predicates/svr.md): properties in our own words. */
export function writeVerificationResult(summary: VerificationSummary): Uint8Array {
  const { subjects, verifierId, verifiedAt, policy, properties } = summary;
  return canonicalJson(
    statementJson(subjects, SVR_PREDICATE_TYPE, {
      verifier: { id: verifierId, policies: [descriptor(policy)] },
      timeCreated: formatUtcTime(verifiedAt),
      properties: [...properties],
    }),
  );
}

function descriptor({ uri, sha256 }: NamedDigest): JsonObject {
  return { uri, digest: { sha256 } };
}
