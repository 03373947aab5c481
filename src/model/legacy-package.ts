/** `release-evidence.json` of the system that cavra grows out of: what its packages say of themselves. */
export interface LegacyEvidence {
  readonly product: string;
  readonly component: string;
  /** As the tag is written, usually with `v`; not always SemVer. */
  readonly version: string;
  /** 40 or 64 lowercase hex. */
  readonly commit: string;
  readonly ref: string;
  readonly signer: string;
  readonly dryRun: boolean;
  readonly signingRequired: boolean;
  readonly signatureCount: number;
  readonly artifacts: readonly LegacyArtifact[];
  /** All but the one over the evidence itself. */
  readonly signatures: readonly LegacyListedSignature[];
  /** Labels that a feature exists; a constant of the version that made the package. */
  readonly controls: readonly string[];
}

export interface LegacyArtifact {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly kind: string;
}

export interface LegacyListedSignature {
  readonly subject: string;
  readonly keyLabel: string;
  readonly publicKeyPemSha256: string;
}

/** A digest that a document states beside the path of a file. */
export interface LegacyClaim {
  /** For example `targets[0]`. */
  readonly member: string;
  readonly path: string;
  readonly sha256: string;
  /** null where it states none. */
  readonly sizeBytes: number | null;
}

/** Any of the JSON documents of such a package, as far as they have members in common. */
export interface LegacyDocument {
  readonly schema: string;
  readonly version: string;
  readonly commit: string | null;
  readonly claims: readonly LegacyClaim[];
  /** `go_targets` beside `binaries`; null for documents that have none. */
  readonly targets: { readonly declared: readonly string[]; readonly built: readonly string[] } | null;
}

export interface LegacyBootstrap extends LegacyDocument {
  readonly releasePackage: string;
  readonly keyLabel: string;
  readonly requiredFiles: readonly string[];
}

export interface LegacyProvenance {
  readonly subjects: readonly { readonly path: string; readonly sha256: string }[];
  readonly version: string;
  readonly ref: string;
  /** `gitCommit` of each dependency. */
  readonly commits: readonly string[];
  readonly builderId: string;
  readonly invocationId: string;
  /** `os/arch`; empty where none are stated. */
  readonly targets: readonly string[];
}

export interface LegacySbom {
  readonly namespace: string;
  /** `name version` of each package. */
  readonly packages: ReadonlySet<string>;
}
