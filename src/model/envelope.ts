import type { Sighting } from "./check.ts";

/** DSSE envelope (secure-systems-lab/dsse, envelope.md) as trust-spec section 2 narrows it. */
export interface Envelope {
  readonly payloadType: string;
  /** The signed bytes. Nothing reads them before the threshold over them is met. */
  readonly payload: Uint8Array;
  /** Sorted by keyid, one per keyid. */
  readonly signatures: readonly EnvelopeSignature[];
}

export interface EnvelopeSignature {
  readonly keyid: string;
  readonly sig: Uint8Array;
}

/** A signature of a member of the root that no key of the root verifies: a Sigstore bundle. */
export interface MemberSignature {
  /** Id of an identity of the root. */
  readonly memberId: string;
  readonly isValid: boolean;
  /**
   * What a valid bundle's certificate certified: the one signature that the key ever made. In an envelope it is no
   * stranger's, and no other signature under this key id is genuine.
   */
  readonly certified?: { readonly keyId: string; readonly signature: Uint8Array };
  /** Why it is not valid. */
  readonly sighting?: Sighting;
}

/** What the signatures over one payload amount to for one role (trust-spec section 4). */
export interface ThresholdResult {
  readonly needed: number;
  /** Distinct holders with a valid signature, sorted. */
  readonly holders: readonly string[];
  readonly met: boolean;
  /** Members that signed validly, inside their period and not revoked. */
  readonly signers: readonly {
    readonly keyId: string;
    readonly holder: string;
    readonly algorithm: string;
  }[];
  /** Members whose signature does not verify: fatal for the envelope, even if others suffice. */
  readonly invalid: readonly string[];
  /** Members whose signature only one of two implementations accepts: as fatal. */
  readonly disputed: readonly string[];
  /** Valid signatures that do not count, with the reason (revoked, out of period). */
  readonly notCounted: readonly { readonly keyId: string; readonly reason: string }[];
  /** keyids that are no member of the role. */
  readonly unknown: readonly string[];
}
