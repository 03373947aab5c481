import type { Subject } from "./release-statement.ts";

/** Who verified; another one where a root that is meant for tests decided. */
export const VERIFIER_ID = "https://cavra.dev/verifiers/cavra/v1";
export const TEST_VERIFIER_ID = "https://cavra.dev/verifiers/cavra-test-trust/v1";

/** What a verification that passed says to those who did not see it. */
export interface VerificationSummary {
  /** What was at hand: the zip and its checksums.txt, or for a directory checksums.txt alone. */
  readonly subjects: readonly Subject[];
  readonly verifierId: string;
  /** SemVer of cavra. */
  readonly toolVersion: string;
  /** Seconds since 1970, UTC. */
  readonly verifiedAt: number;
  /** The release, as a package URL. */
  readonly resourceUri: string;
  /** The trust root that decided; `sha256` is its pin. */
  readonly policy: NamedDigest;
  /** Every statement of the signature set, sorted by uri. */
  readonly inputs: readonly NamedDigest[];
  /** 0 to 3, as the trust root grants it for builder and signer. */
  readonly buildLevel: number;
  /** For example `CAVRA_REBUILT`, sorted. */
  readonly properties: readonly string[];
}

export interface NamedDigest {
  readonly uri: string;
  /** 64 lowercase hex. */
  readonly sha256: string;
}
