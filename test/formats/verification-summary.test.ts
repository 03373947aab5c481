import { describe, expect, it } from "vitest";
import { writeVerificationResult, writeVerificationSummary } from "../../src/formats/verification-summary.ts";
import { VERIFIER_ID, type VerificationSummary } from "../../src/model/verification-summary.ts";
import { testStatement } from "../support/statement.ts";

const { zip, checksums } = testStatement();
const SUMMARY: VerificationSummary = {
  subjects: [zip, checksums],
  verifierId: VERIFIER_ID,
  toolVersion: "0.1.0",
  verifiedAt: 1_795_132_800,
  resourceUri: "pkg:generic/cavra-runtime@0.1.0",
  policy: { uri: "urn:cavra:trust-root:cavra-runtime:1", sha256: "7".repeat(64) },
  inputs: [{ uri: "release.dsse.json", sha256: "8".repeat(64) }],
  buildLevel: 2,
  properties: ["CAVRA_AIRGAP_BUNDLE_VERIFIED", "CAVRA_REBUILT"],
};
const POLICY = { uri: SUMMARY.policy.uri, digest: { sha256: "7".repeat(64) } };

function read(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString("utf8"));
}

describe("what is said of a PASS", () => {
  it("is a SLSA verification summary with one level and nothing of ours among the levels", () => {
    expect(read(writeVerificationSummary(SUMMARY))).toEqual({
      _type: "https://in-toto.io/Statement/v1",
      subject: [zip, checksums],
      predicateType: "https://slsa.dev/verification_summary/v1",
      predicate: {
        verifier: { id: VERIFIER_ID, version: { cavra: "0.1.0" } },
        timeVerified: "2026-11-20T00:00:00Z",
        resourceUri: "pkg:generic/cavra-runtime@0.1.0",
        policy: POLICY,
        inputAttestations: [{ uri: "release.dsse.json", digest: { sha256: "8".repeat(64) } }],
        verificationResult: "PASSED",
        verifiedLevels: ["SLSA_BUILD_LEVEL_2"],
        slsaVersion: "1.2",
      },
    });
  });

  it("is a simple verification result with the properties and no level", () => {
    expect(read(writeVerificationResult(SUMMARY))).toEqual({
      _type: "https://in-toto.io/Statement/v1",
      subject: [zip, checksums],
      predicateType: "https://in-toto.io/attestation/svr/v0.2",
      predicate: {
        verifier: { id: VERIFIER_ID, policies: [POLICY] },
        timeCreated: "2026-11-20T00:00:00Z",
        properties: ["CAVRA_AIRGAP_BUNDLE_VERIFIED", "CAVRA_REBUILT"],
      },
    });
  });

  it("has RFC 8785 bytes without a newline", () => {
    for (const bytes of [writeVerificationSummary(SUMMARY), writeVerificationResult(SUMMARY)])
      expect(Buffer.from(bytes).toString("utf8")).toMatch(/^\{"_type":"[^\n]*\}$/);
  });
});
