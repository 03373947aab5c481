import type { CheckResult } from "./check.ts";
import type { Finding } from "./finding.ts";

export type VerdictWord = "PASS" | "FAIL" | "REFUSED" | "UNKNOWN" | "INCOMPLETE";

export const VERDICT_EXIT_CODES: Readonly<Record<VerdictWord, number>> = {
  PASS: 0,
  FAIL: 1,
  INCOMPLETE: 3,
  UNKNOWN: 4,
  REFUSED: 5,
};

export interface Verdict {
  readonly word: VerdictWord;
  readonly exitCode: number;
  /** One sentence: why this word. */
  readonly reason: string;
  /** `test trust` behind a PASS that a test root gave. */
  readonly qualifier: string | null;
}

export interface SubjectFacts {
  readonly path: string;
  readonly kind: "directory" | "zip";
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
}

/** Which trust was used, and who says so. */
export interface TrustFacts {
  /** Flag, environment variable or pin that named the root. */
  readonly source: string;
  /** Version of the root that was given; roots beside the package may have led on from there. */
  readonly givenVersion: number;
  readonly product: string;
  readonly purpose: "test" | "production";
  readonly version: number;
  readonly payloadSha256: string;
  readonly expires: string;
  readonly pinned: boolean;
}

export interface SignerFacts {
  readonly keyId: string;
  readonly holder: string;
  readonly algorithm: string;
}

/** What the release says of itself; filled only from a statement that met its threshold, or with `--diagnose`. */
export interface ReleaseFacts {
  readonly product: string;
  readonly package: string;
  readonly line: string;
  readonly channel: string;
  readonly version: string;
  readonly releaseCounter: number;
  readonly manifestSha256: string;
  readonly sourceDateEpoch: number;
  readonly fileCount: number | null;
  readonly totalBytes: number | null;
  readonly targets: readonly string[] | null;
  readonly commit: string | null;
  readonly repository: string | null;
  readonly builderId: string | null;
  readonly buildLevel: number | null;
}

export interface NotChecked {
  readonly id: string;
  readonly reason: string;
}

export interface UpgradeSide {
  readonly path: string;
  /** null: not proven, so not repeated. */
  readonly version: string | null;
  readonly manifestSha256: string | null;
  readonly verdict: VerdictWord;
}

/** One line of the comparison for people. */
export interface UpgradeRow {
  readonly what: string;
  readonly was: string;
  readonly now: string;
  /** Rules that had something to say about it. */
  readonly findings: readonly string[];
}

/** What `validate-upgrade` adds: both sides, what changed, and how many rules looked. */
export interface UpgradeFacts {
  readonly previous: UpgradeSide;
  readonly candidate: UpgradeSide;
  readonly bump: string | null;
  readonly failOn: "error" | "warning";
  readonly rows: readonly UpgradeRow[];
  readonly rulesEvaluated: number;
}

/** A cap that the user raised, in bytes or as a factor. */
export interface RaisedLimit {
  readonly name: string;
  readonly value: number;
  readonly default: number;
}

/** The vulnerability snapshot that was looked into. */
export interface VulnerabilityFacts {
  readonly path: string;
  readonly sha256: string;
  /** null: it does not say when it was taken. */
  readonly updated: string | null;
  readonly ageDays: number | null;
  readonly maxAgeDays: number;
  readonly records: number;
}

/** Who else made the release from its source and got the same bytes. */
export interface RebuildFacts {
  readonly needed: number;
  /** Distinct holders of the `rebuild` role, none of them a release signer; sorted. */
  readonly holders: readonly string[];
}

/** One verification, as data. Every output format is a rendering of it. */
export interface Report {
  readonly schema: "cavra.report/1";
  readonly tool: { readonly name: string; readonly version: string };
  readonly command: string;
  readonly verdict: Verdict;
  readonly subject: SubjectFacts;
  readonly policy: {
    readonly line: string;
    readonly channel: string;
    readonly at: string | null;
    readonly diagnose: boolean;
    readonly allowed: readonly string[];
    /** Caps above their defaults: `--raise-limit`. */
    readonly raisedLimits: readonly RaisedLimit[];
    /** Only with `--osv`. */
    readonly vulnerabilities?: VulnerabilityFacts;
    readonly require: readonly string[];
  };
  readonly trust: TrustFacts | null;
  readonly threshold: {
    readonly needed: number;
    readonly holders: number;
    readonly signers: readonly SignerFacts[];
    /** The root holders vouch for this very release in place of its signers. */
    readonly endorsed: boolean;
  } | null;
  /** Only where the trust root names rebuilders and the package was read. */
  readonly rebuild?: RebuildFacts;
  readonly release: ReleaseFacts | null;
  readonly checks: readonly CheckResult[];
  readonly findings: readonly Finding[];
  readonly notChecked: readonly NotChecked[];
  /** Only of `validate-upgrade`; the members above are then those of the candidate. */
  readonly upgrade?: UpgradeFacts;
}
