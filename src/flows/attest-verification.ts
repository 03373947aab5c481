import { sha256Hex } from "../crypto/digest.ts";
import { genericPurl } from "../formats/purl.ts";
import { writeEnvelope } from "../formats/dsse.ts";
import { writeVerificationResult, writeVerificationSummary } from "../formats/verification-summary.ts";
import { signPayload } from "../make/sign.ts";
import { Failure } from "../model/failure.ts";
import { valueOf } from "../model/parsed.ts";
import { IN_TOTO_PAYLOAD_TYPE, type Subject } from "../model/release-statement.ts";
import {
  TEST_VERIFIER_ID,
  VERIFIER_ID,
  type NamedDigest,
  type VerificationSummary,
} from "../model/verification-summary.ts";
import { openKeySigner } from "./key-signer.ts";
import type { Tool } from "./verification-report.ts";
import type { Attestation } from "./verify-bundle.ts";
import type { Verified } from "./verify-release.ts";

export interface AttestRequest {
  readonly tool: Tool;
  /** For example `release verify-airgap-bundle`. */
  readonly command: string;
  /** As for openKeySigner. */
  readonly key: string;
  readonly passphraseFile: string | undefined;
}

/**
 * Opens the key before anything is verified, so that a wrong one is told at once; signs only what passed. Throws Failure
 * as openKeySigner does.
 */
export async function openAttest(request: AttestRequest): Promise<Attestation["attest"]> {
  const signer = await openKeySigner(request.key, request.passphraseFile);
  return async (verified, now) => {
    const summary = summaryOf(verified, now, request);
    const statements: readonly (readonly [string, Uint8Array])[] = [
      ["vsa.dsse.json", writeVerificationSummary(summary)],
      ["svr.dsse.json", writeVerificationResult(summary)],
    ];
    const files = new Map<string, Uint8Array>();
    for (const [name, payload] of statements) {
      const envelope = await signPayload(name, payload, IN_TOTO_PAYLOAD_TYPE, undefined, signer);
      files.set(name, writeEnvelope(envelope));
    }
    return files;
  };
}

function summaryOf(
  verified: Verified,
  now: number,
  { tool, command }: Pick<AttestRequest, "tool" | "command">,
): VerificationSummary {
  const { chain, signatures, provenance } = verified.judgement;
  const statement = valueOf(signatures?.statement);
  if (chain === undefined || statement === undefined)
    throw new Failure("internal", "a release passed without trust or statement");
  const { root, payloadSha256 } = chain.last;
  const { product, version } = statement.predicate;
  return {
    subjects: subjectsAtHand(verified, statement.zip, statement.checksums),
    verifierId: root.purpose === "test" ? TEST_VERIFIER_ID : VERIFIER_ID,
    toolVersion: tool.version,
    verifiedAt: now,
    resourceUri: genericPurl(product, version),
    policy: { uri: `urn:cavra:trust-root:${root.product}:${root.version}`, sha256: payloadSha256 },
    inputs: inputsOf(verified),
    buildLevel: provenance?.builder?.result.met === true ? provenance.builder.maxBuildLevel : 0,
    properties: propertiesOf(verified, command),
  };
}

/** Of a directory nobody saw the zip. */
function subjectsAtHand({ opened }: Verified, zip: Subject, checksums: Subject): readonly Subject[] {
  return opened.subject.kind === "zip" ? [zip, checksums] : [checksums];
}

function inputsOf({ signatureSet }: Verified): readonly NamedDigest[] {
  return [...(signatureSet?.files ?? [])]
    .filter(([name]) => /\.(?:dsse|sigstore)\.json$/.test(name) && !name.startsWith("root."))
    .flatMap(([uri, file]) => (file.ok ? [{ uri, sha256: sha256Hex(file.value) }] : []))
    .toSorted((a, b) => (a.uri < b.uri ? -1 : 1));
}

/** Checks that are a claim of their own to somebody who asks for it by name. */
const PROPERTIES: ReadonlyMap<string, string> = new Map([
  ["sbom.truth", "CAVRA_SBOM_MATCHES_BINARIES"],
  ["binaries.recipe", "CAVRA_BUILT_AS_RECORDED"],
  ["reproducibility.rebuild", "CAVRA_REBUILT"],
]);

function propertiesOf({ judgement: { run } }: Verified, command: string): readonly string[] {
  const whole =
    command === "release verify-airgap-bundle" ? "CAVRA_AIRGAP_BUNDLE_VERIFIED" : "CAVRA_GO_PACKAGE_VERIFIED";
  const single = run.results.flatMap(({ id, status }) =>
    status === "pass" ? (PROPERTIES.get(id) ?? []) : [],
  );
  return [whole, ...single].toSorted();
}
