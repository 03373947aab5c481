import { isKeylessFile, PROVENANCE_BUNDLE } from "../formats/keyless-files.ts";
import type { Envelope, MemberSignature } from "../model/envelope.ts";
import type { Parsed } from "../model/parsed.ts";
import type { TrustRoot } from "../model/trust-root.ts";

/** The keyless signatures beside a subject; judged only when somebody asks. */
export interface BundleJudge {
  readonly release: (envelope: Envelope) => readonly MemberSignature[];
  readonly provenance: (members: readonly string[], envelope: Envelope) => readonly MemberSignature[];
  /** What the bundle over the provenance signs; undefined: there is none. */
  readonly provenanceEnvelope: Parsed<Envelope> | undefined;
}

export const NO_BUNDLES: BundleJudge = {
  release: () => [],
  provenance: () => [],
  provenanceEnvelope: undefined,
};

/**
 * What judges keyless signatures. The packages of Sigstore take longer to load than most verifications last, so they
 * are loaded where such a signature is at hand, and where the root names anybody who could have made it.
 * @param now Seconds since 1970, UTC.
 */
export async function bundleJudge(
  trust: TrustRoot,
  files: ReadonlyMap<string, Parsed<Uint8Array>>,
  now: number,
): Promise<BundleJudge> {
  if (trust.identities.length === 0 || ![...files.keys()].some(isKeylessFile)) return NO_BUNDLES;
  const { envelopeOfBundle, judgeProvenanceBundle, judgeReleaseBundles } = await import("./judge-keyless.ts");
  const keyless = { trust, files, now };
  const provenance = files.get(PROVENANCE_BUNDLE);
  return {
    release: (envelope) => judgeReleaseBundles(keyless, envelope),
    provenance: (members, envelope) => judgeProvenanceBundle(keyless, members, envelope),
    provenanceEnvelope: provenance && envelopeOfBundle(PROVENANCE_BUNDLE, provenance),
  };
}
