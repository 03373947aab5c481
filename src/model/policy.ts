import type { Limits } from "./limits.ts";
import type { VulnerabilityDatabase } from "./vulnerability.ts";

/** Every input of a verdict that is not the release itself. Nothing below `judge` reads a clock or a flag. */
export interface Policy {
  /** Seconds since 1970, UTC. */
  readonly now: number;
  /** `--at` or the system clock. */
  readonly timeSource: "at" | "clock";
  readonly line: string;
  readonly channel: string;
  /** undefined: any entry of the root that met its threshold (inspect, diff, validate-upgrade). */
  readonly expectStream: boolean;
  readonly allowTestTrust: boolean;
  readonly allowUnsigned: boolean;
  readonly allowMissingProvenance: boolean;
  readonly allowMissingBootstrap: boolean;
  readonly diagnose: boolean;
  /** The release is a baseline to compare with: it may have expired since. */
  readonly mayHaveExpired: boolean;
  /** Never below DEFAULT_LIMITS; what is raised stands in the report. */
  readonly limits: Limits;
  readonly minimumVersion?: string;
  readonly previous?: {
    readonly version: string;
    readonly releaseCounter: number;
    readonly manifestSha256: string;
  };
  /** A snapshot to look linked modules up in; older than so many days it proves nothing. */
  readonly vulnerabilities?: { readonly database: VulnerabilityDatabase; readonly maxAgeDays: number };
  /** Check ids that must have passed for PASS; never fewer than DEFAULT_REQUIRED without UNKNOWN as the best verdict. */
  readonly require: readonly string[];
}

/** trust-spec section 6. `container.grammar` stands for `container.tree` when the subject is a directory. */
export const DEFAULT_REQUIRED: readonly string[] = [
  "release.threshold",
  "release.context",
  "release.rollback",
  "release.expiry",
  "container.grammar",
  "files.closed-world",
  "files.digests",
  "manifest.agrees",
  "sbom.truth",
  "provenance.subjects",
  "provenance.signer",
  "binaries.target",
];
