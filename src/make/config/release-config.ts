import type { EntryMode } from "../../model/container.ts";
import type { Target } from "../../model/target.ts";

export const CONFIG_SCHEMA = "cavra.release/1";
/** Names under which `release` commands look for a config, in this order. */
export const CONFIG_FILE_NAMES: readonly string[] = ["cavra.release.yaml", "cavra.release.json"];

/** A release config with every default filled in. Paths are relative with `/`; null means that nothing was given. */
export interface ReleaseConfig {
  readonly product: ProductConfig;
  readonly version: VersionConfig;
  readonly source: SourceConfig;
  readonly targets: readonly TargetConfig[];
  readonly builds: readonly BuildConfig[];
  readonly files: readonly FileConfig[];
  readonly package: PackageConfig;
  readonly provenance: { readonly builderId: string | null };
  readonly release: { readonly expiresAfterDays: number | null };
  readonly sbom: SbomConfig;
  readonly sign: SignConfig;
}

/** Signatures inside the package, for readers of the existing system; null: none. */
export interface SignConfig {
  readonly legacy: {
    /** Path of a private key, relative to the folder of the config. */
    readonly key: string;
  } | null;
}

/** What the SBOM says that only people know. */
export interface SbomConfig {
  /** How to reach whoever answers for the SBOM: an e-mail address or an https URL. */
  readonly contact: string | null;
  /** SPDX expressions that somebody concluded on, by module path. */
  readonly licenses: Readonly<Record<string, string>>;
}

export interface ProductConfig {
  readonly name: string;
  readonly component: string;
  readonly vendor: string | null;
  /** SPDX license expression, as text. */
  readonly license: string | null;
  /** https URL without credentials. */
  readonly repository: string | null;
  readonly line: string;
}

/** Where the version comes from. `pattern` is a regular expression that matches the whole text; its group `v` is the version. */
export type VersionConfig =
  | { readonly from: "tag" | "package-json"; readonly pattern: string }
  | { readonly from: "env"; readonly variable: string; readonly pattern: string }
  | { readonly from: "value"; readonly value: string };

type SourceRequirement = "clean" | "tagged";

export interface SourceConfig {
  /** Relative to the folder of the config. */
  readonly root: string;
  readonly require: readonly SourceRequirement[];
  readonly epoch: EpochConfig;
}

export type EpochConfig =
  | { readonly from: "commit" | "tag" }
  /** Seconds since 1970, UTC. */
  | { readonly from: "value"; readonly value: number };

export interface TargetConfig extends Target {
  /** `os/arch`. */
  readonly id: string;
  /** For example `.exe`; empty when binaries of this target have no extension. */
  readonly ext: string;
}

interface AnyBuildConfig {
  readonly id: string;
  /** Target ids; `["any"]` for a command that runs once. */
  readonly targets: readonly string[];
  /** Template of the path in the package. */
  readonly output: string;
  /** File name that the binary has once installed; null when it is not installed. */
  readonly installName: string | null;
}

export type BuildConfig = GoBuildConfig | PrebuiltConfig | CommandConfig;

export interface GoBuildConfig extends AnyBuildConfig {
  readonly kind: "go";
  /** Module folder, relative to the source root. */
  readonly dir: string;
  /** Import path of the main package relative to the module, for example `./cmd/agent`. */
  readonly package: string;
  /** For example `go1.26.8`. */
  readonly toolchain: string;
  readonly tags: readonly string[];
  /** Templates, each one or more linker flags. */
  readonly ldflags: readonly string[];
  readonly mod: "readonly" | "vendor";
  readonly env: Readonly<Record<string, string>>;
}

export interface PrebuiltConfig extends AnyBuildConfig {
  readonly kind: "prebuilt";
  /** Template of the file's path, relative to the source root. */
  readonly path: string;
  /** Template of a sha256sum list that names the file. */
  readonly expect: string | null;
  /** Templates of in-toto or DSSE files whose subject digest must match. */
  readonly from: readonly string[];
}

export interface CommandConfig extends AnyBuildConfig {
  readonly kind: "command";
  /** Templates; `$(out)` is where the output must be written. */
  readonly argv: readonly [string, ...string[]];
  /** Program name to the exact version that `NAME --version` must print. */
  readonly tools: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Globs over committed files; every match is hashed into the recipe. */
  readonly inputs: readonly string[];
}

export interface FileConfig {
  /** A committed file, or `folder/*.ext`. */
  readonly from: string;
  /** Path in the package; a folder with final `/` for a glob. */
  readonly to: string;
  /** null: as committed. */
  readonly mode: EntryMode | null;
}

export interface PackageConfig {
  /** Stem of the package, for example `go-runtime`. */
  readonly id: string;
  /** Template of the zip's name. */
  readonly name: string;
  /** Template of the one top folder. */
  readonly folder: string;
  /** Build ids and `files`. */
  readonly include: readonly string[];
  readonly format: {
    readonly kind: "zip";
    readonly profile: "cavra-zip/1";
    readonly method: "deflate" | "store";
  };
}
