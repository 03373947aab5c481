/** The existing system's signature over the raw bytes of one file. Only these bytes are signed, none of the members. */
export interface LegacySignature {
  /** Path in the package. */
  readonly subject: string;
  readonly subjectSha256: string;
  /** `key_id`: a name that the signer chose, no digest. */
  readonly keyLabel: string;
  readonly signer: string;
  /** SHA-256 of the text of the PEM, in hex. */
  readonly publicKeyPemSha256: string;
  /** SPKI. It travels with the signature, so it proves nothing about who signed. */
  readonly publicKeyPem: string;
  /** 64 bytes, Ed25519. */
  readonly signature: Uint8Array;
}
