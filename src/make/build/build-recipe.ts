/**
 * How one artifact was made: enough to make it again elsewhere. Holds no secret and no path of the machine it was made
 * on.
 */
export interface BuildRecipe {
  readonly builder: "go" | "prebuilt" | "command";
  /** For example `go1.26.8`, or `make 4.3, tar 1.34`; empty when no tool was pinned. */
  readonly toolchain: string;
  /** Folder of the build relative to the root of the checkout, with `/`; `.` for the root. */
  readonly workingDirectory: string;
  /** Only what can affect the bytes. */
  readonly environment: ReadonlyMap<string, string>;
  /** With OUTPUT_PLACEHOLDER where the output path stood. Empty for a prebuilt file. */
  readonly argv: readonly string[];
  /**
   * One POSIX sh line that makes the file again as `./<basename>` when run at the root of a checkout of the commit;
   * null when the checkout is not enough.
   */
  readonly rebuildCommand: string | null;
}

export const OUTPUT_PLACEHOLDER = "$(out)";

/** A file that a build read, by digest: goes into the provenance as a resolved dependency. */
export interface Material {
  /** Relative to the source root, with `/`. */
  readonly path: string;
  readonly sha256: string;
}

/** Where the go command took the modules of a build from. */
export interface ModuleFolder {
  readonly kind: "cache" | "vendor";
  /** Absolute path. */
  readonly path: string;
}

/** What a plan was built into. */
export interface BuiltRelease {
  /** Bytewise by path. */
  readonly artifacts: readonly BuiltArtifact[];
  /** By release: the digest of the source of each Go that built something. */
  readonly goSources: ReadonlyMap<string, string>;
}

/** One file that a build step made, waiting in the work folder. */
export interface BuiltArtifact {
  /** Path in the package. */
  readonly path: string;
  /** Absolute path of the file. */
  readonly sourceFile: string;
  /** `os/arch`; null for what belongs to no target. */
  readonly target: string | null;
  readonly mode: 0o644 | 0o755;
  readonly kind: "go-binary" | "binary" | "file";
  /** Build id of the config; `files` for files that were copied from the source tree. */
  readonly buildId: string;
  readonly installName: string | null;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** null for copied files. */
  readonly recipe: BuildRecipe | null;
  readonly materials: readonly Material[];
  /** null when no Go compiler ran here: the modules of a foreign binary may be in the cache or not, by chance. */
  readonly moduleFolder: ModuleFolder | null;
  readonly origin: Origin;
}

/** Whether the origin of the bytes is known. A target with an unverified binary cannot reach PASS. */
export interface Origin {
  readonly verified: boolean;
  /** How it was verified, or why it could not be. */
  readonly reason: string;
}
