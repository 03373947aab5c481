import type { DigestSet } from "./digest.ts";

export const IN_TOTO_STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const RELEASE_PREDICATE_TYPE = "https://cavra.dev/release/v1";
export const PROVENANCE_PREDICATE_TYPE = "https://slsa.dev/provenance/v1";
export const IN_TOTO_PAYLOAD_TYPE = "application/vnd.in-toto+json";
export const TRUST_ROOT_PAYLOAD_TYPE = "application/vnd.cavra.trust-root.v1+json";
export const ZIP_PROFILE = "cavra-zip/1";

export interface Subject {
  readonly name: string;
  readonly digest: DigestSet;
}

/** A release that came before, by its release id (SHA-256 of its manifest). */
export interface PreviousRelease {
  readonly version: string;
  readonly manifestSha256: string;
}

/** trust-spec section 3: all but rootVersion, zipSizeBytes and the subjects repeat the manifest. */
export interface ReleasePredicate {
  readonly product: string;
  readonly package: string;
  readonly line: string;
  readonly channel: string;
  readonly version: string;
  readonly releaseCounter: number;
  readonly previous: PreviousRelease | null;
  readonly manifestSha256: string;
  readonly zipProfile: string;
  readonly zipSizeBytes: number;
  /** Seconds since 1970, UTC. */
  readonly sourceDateEpoch: number;
  /** Seconds since 1970, UTC; null: does not expire. */
  readonly expires: number | null;
  readonly rootVersion: number;
}

export interface ReleaseStatement {
  /** NAME.zip. */
  readonly zip: Subject;
  /** TOP/checksums.txt. */
  readonly checksums: Subject;
  readonly predicate: ReleasePredicate;
}
