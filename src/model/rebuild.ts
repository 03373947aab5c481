import type { RebuildVerdict } from "./rebuild-statement.ts";
import type { SubjectFacts } from "./report.ts";

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
  "toolchain-source",
  "symbols",
  "build-settings",
  "modules",
  "code",
  "content",
  "config",
  "maker",
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

/** What will be run before a release is rebuilt: code of its commit, as the config there says. */
export interface RebuildPlan {
  readonly product: string;
  readonly version: string;
  /** Who vouched for the package; null: nobody was asked. */
  readonly trust: RebuildTrust | null;
  /** Root of the checkout that the commit is cloned from. */
  readonly checkout: string;
  readonly commit: string;
  readonly ref: string;
  /** First line of the commit's message. */
  readonly subject: string;
  /** Path of the config in the commit. */
  readonly config: string;
  readonly isRecordedConfig: boolean;
  /** Argument vectors that are run, each once. */
  readonly commands: readonly { readonly argv: readonly string[]; readonly targets: readonly string[] }[];
}

export interface RebuildTrust {
  /** Flag, environment variable or pin that named the root. */
  readonly source: string;
  readonly purpose: "test" | "production";
  readonly rootVersion: number;
  /** Who signed the release; empty when the root holders endorse it instead. */
  readonly holders: readonly string[];
}

/** What `cavra release rebuild` found out, as data; schema `cavra.rebuild/1`. */
export interface RebuildReport {
  readonly schema: "cavra.rebuild/1";
  readonly tool: { readonly name: string; readonly version: string };
  readonly verdict: { readonly word: RebuildVerdict; readonly exitCode: number };
  readonly subject: SubjectFacts;
  readonly trust: RebuildTrust | null;
  readonly release: { readonly product: string; readonly version: string; readonly manifestSha256: string };
  readonly source: {
    readonly repository: string;
    readonly ref: string;
    readonly commit: string;
    readonly config: string;
  };
  /** What the source gives. */
  readonly rebuilt: {
    readonly fileCount: number;
    readonly manifestSha256: string;
    readonly zipName: string;
    readonly zipSizeBytes: number;
    readonly zipSha256: string;
  };
  /** What the zip was held against; a directory alone has none. */
  readonly zipComparedWith: "bytes" | "signed digest" | "nothing";
  /** Files whose bytes or modes differ, or that only one side has, whatever the reason. */
  readonly differingFiles: readonly string[];
  readonly causes: readonly Cause[];
  /** The signed statements that were written. */
  readonly attested: readonly { readonly holder: string; readonly path: string }[];
  /** How many of the holders that the root asks for have signed now; null: nothing was signed. */
  readonly rebuilders: { readonly needed: number; readonly holders: readonly string[] } | null;
}
