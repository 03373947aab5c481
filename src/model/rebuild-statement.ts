import type { Subject } from "./release-statement.ts";

export const REBUILD_PREDICATE_TYPE = "https://cavra.dev/rebuild/v1";

/** What a rebuild came to: every file and the zip byte for byte the same, or not. */
export const REBUILD_VERDICTS = ["IDENTICAL", "DIFFERENT"] as const;
export type RebuildVerdict = (typeof REBUILD_VERDICTS)[number];

/** What a rebuilder vouches for (trust-spec sections 2 and 4). */
export interface RebuildPredicate {
  readonly product: string;
  readonly version: string;
  /** The release id. */
  readonly manifestSha256: string;
  /** 40 or 64 lowercase hex: what was built. */
  readonly commit: string;
  readonly verdict: RebuildVerdict;
  /** The name and version of the maker, for example `cavra 0.1.0`. */
  readonly tool: string;
}

/** Payload of `rebuild.<k>.dsse.json`; its subjects are those of the release statement. */
export interface RebuildStatement {
  readonly zip: Subject;
  readonly checksums: Subject;
  readonly predicate: RebuildPredicate;
}
