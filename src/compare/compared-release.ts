import type { Release } from "../model/release.ts";
import type { Cause } from "../model/rebuild.ts";
import type { RebuildVerdict } from "../model/rebuild-statement.ts";
import type { SignerFacts } from "../model/report.ts";
import type { PackageFacts } from "./package-facts.ts";
import type { VulnerabilityMatch } from "../model/vulnerability.ts";

/** How trust in a release was established, weakest first. */
export const TRUST_LEVELS = [
  "none",
  "checksum-only",
  "pinned-key",
  "pinned-hardware-key",
  "keyless-logged",
] as const;

export type TrustLevel = (typeof TRUST_LEVELS)[number];

/** One side of an upgrade: an inspected package and what its verification found out about who stands behind it. */
export interface ComparedRelease {
  readonly release: Release;
  /** Stands in for the manifest of a package of the existing system; undefined for one of ours. */
  readonly legacy?: PackageFacts;
  /** false: signatures were not looked at, so nothing may be concluded from the members below. */
  readonly signaturesJudged: boolean;
  /** Members of the release role with a valid signature over the statement that count towards the threshold. */
  readonly signers: readonly SignerFacts[];
  /** Key ids on the envelope that the trust root does not name for this line and channel. */
  readonly unknownKeyIds: readonly string[];
  /** What the trust root demands for this line and channel, and how many distinct holders signed. */
  readonly threshold: { readonly needed: number; readonly holders: number };
  readonly trustLevel: TrustLevel;
  /** The trust root that judged it is for tests only. */
  readonly testTrust: boolean;
  /** Version of the trust root that the signers knew (release statement); null without a statement. */
  readonly rootVersion: number | null;
  /** SLSA build level that the trust root grants to the builder; null when nobody vouches for the builder. */
  readonly buildLevel: number | null;
  /** Distinct independent holders who signed that they made the same bytes from the source; sorted. */
  readonly rebuilders: readonly string[];
  /** Records of the database that are about its programs; undefined: there was no database. */
  readonly vulnerabilities?: readonly VulnerabilityMatch[];
  /** What a rebuild came to that somebody did here; undefined: nobody did. */
  readonly rebuilt?: RebuildOutcome;
}

export interface RebuildOutcome {
  readonly verdict: RebuildVerdict;
  readonly causes: readonly Cause[];
}
