/** Why bytes differ; the words of each stand in compare/rebuild/causes.ts. */
export const CAUSES = [
  "file-missing",
  "file-extra",
  "mode",
  "line-ends",
  "build-path",
  "vcs-stamp",
  "build-id",
  "toolchain",
  "symbols",
  "build-settings",
  "modules",
  "code",
  "content",
  "config",
  "maker",
  "builder",
  "source",
  "recipe",
  "timestamp",
  "order",
  "compressor",
  "document",
  "zip-method",
  "zip-header",
] as const;
export type CauseId = (typeof CAUSES)[number];

/** One place where the shipped bytes are not the rebuilt ones, and why. */
export interface Cause {
  readonly cause: CauseId;
  /** Path in the package, or the name of the zip. */
  readonly at: string;
  /** Section, member or header field. */
  readonly field: string;
  readonly shipped: string;
  readonly rebuilt: string;
}
