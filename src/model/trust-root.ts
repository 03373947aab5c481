/** trust-root document, schema `cavra.trust-root/1`. Times are `YYYY-MM-DDThh:mm:ssZ`. */
export interface TrustRoot {
  readonly schema: typeof TRUST_ROOT_SCHEMA;
  readonly product: string;
  /** A test root never yields a plain PASS. */
  readonly purpose: "test" | "production";
  readonly version: number;
  readonly issued: string;
  readonly expires: string;
  readonly keys: readonly TrustedKey[];
  readonly identities: readonly TrustedIdentity[];
  readonly roles: TrustRoles;
  readonly builders: readonly TrustedBuilder[];
  readonly revoked: { readonly members: readonly string[]; readonly manifests: readonly string[] };
  readonly endorsed: readonly Endorsement[];
}

export const TRUST_ROOT_SCHEMA = "cavra.trust-root/1";

/** ECDSA P-256 is with SHA-256. */
export type KeyAlgorithm = "ed25519" | "ecdsa-p256";

/** Stands in for threshold and expiry of one release, never for its revocation. */
export interface Endorsement {
  readonly version: string;
  /** SHA-256 of the payload of the release's envelope. */
  readonly statementSha256: string;
}

export interface TrustedKey {
  /** Lowercase hex SHA-256 of the SPKI DER of the key. */
  readonly keyId: string;
  readonly algorithm: KeyAlgorithm;
  /** Standard padded base64 of the SPKI DER. */
  readonly publicKey: string;
  /** The person who holds it; thresholds count holders, not keys. */
  readonly holder: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

export interface TrustedIdentity {
  readonly id: string;
  readonly holder: string;
  readonly issuer: string;
  /** The one subject alternative name of the certificate, whole. */
  readonly san: string;
  /** Of the repository that the certificate names; empty: it must name none. */
  readonly sourceRepositoryId: string;
  /** SHA-256 of the Sigstore trusted root, as the file's bytes are. */
  readonly sigstoreRootSha256: string;
  /** An entry in a transparency log of that root; one that is there must verify either way. */
  readonly requireTlog: boolean;
  /** A timestamp of an authority of that root; the promise of a log does not stand in for it. */
  readonly requireTimestamp: boolean;
}

/** Members are key ids or identity ids. */
export interface ThresholdRole {
  readonly members: readonly string[];
  readonly threshold: number;
}

/** Lower than every other version: the floor of a root that has none yet. */
export const LOWEST_VERSION = "0.0.0-0";

export interface ReleaseRole extends ThresholdRole {
  readonly line: string;
  readonly channel: string;
  readonly minimumVersion: string;
  readonly minimumCounter: number;
  readonly counterEpoch: number;
}

export interface TrustRoles {
  readonly root: ThresholdRole;
  readonly waiver: ThresholdRole;
  readonly rebuild: ThresholdRole;
  readonly release: readonly ReleaseRole[];
}

export interface TrustedBuilder {
  readonly id: string;
  readonly members: readonly string[];
  /** SLSA build level that this verifier grants to what the builder's members sign, 0..3. */
  readonly maxBuildLevel: number;
}
