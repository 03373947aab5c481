/** A Sigstore bundle as it was read; nothing in it is trusted yet. */
export interface SigstoreBundle {
  /** The JSON value that the members were read from; no member in it is unknown. */
  readonly json: object;
  /** DER of the certificate that signed; absent when a bare key did. */
  readonly certificate?: Uint8Array;
  readonly content: SigstoreContent;
  readonly logEntryCount: number;
  readonly timestampCount: number;
}

export type SigstoreContent = SignedMessage | SignedStatement;

/** A signature over the artifact itself. */
export interface SignedMessage {
  readonly kind: "message";
  readonly algorithm: "SHA2_256" | "SHA2_384" | "SHA2_512";
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

/** A signature over a statement about the artifact, in a DSSE envelope. */
export interface SignedStatement {
  readonly kind: "statement";
  readonly payload: Uint8Array;
  readonly payloadType: string;
  readonly signature: Uint8Array;
}

/** An in-toto statement of anybody, as far as it names what it is about. */
export interface ForeignStatement {
  readonly predicateType: string;
  readonly subjects: readonly {
    /** Lowercase hex by the name of its algorithm. */
    readonly digest: ReadonlyMap<string, string>;
  }[];
}

/** Lowercase hex of the artifact; at least one. What is absent cannot be compared. */
export interface ArtifactDigests {
  readonly sha256?: string;
  readonly sha384?: string;
  readonly sha512?: string;
}

/** Who must have signed. */
export type DemandedSigner =
  | {
      readonly kind: "certificate";
      readonly identity: string;
      readonly issuer: string;
      /** Empty: the certificate must name no repository; undefined: it is not asked. */
      readonly repositoryId?: string;
      /** undefined: a log is needed where the root names any; one proven time, of whichever kind, always. */
      readonly proofs?: { readonly log: boolean; readonly timestamp: boolean };
    }
  | { readonly kind: "key"; readonly algorithm: "ed25519" | "ecdsa-p256"; readonly spki: Uint8Array };

/** What a verified bundle proves. */
export interface SigstoreFacts {
  readonly contentKind: SigstoreContent["kind"];
  /** Only of a statement. */
  readonly predicateType?: string;
  /** Seconds since 1970 of every time that was verified, ascending. */
  readonly signedAt: readonly number[];
  readonly logEntriesVerified: number;
  readonly timestampsVerified: number;
  /** What the trusted root names, and was therefore demanded of a certificate. */
  readonly demanded: readonly ("transparency log" | "certificate log" | "time")[];
}
