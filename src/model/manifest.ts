import type { RecordedBinary } from "./binary.ts";
import type { DigestSet } from "./digest.ts";
import type { EntryMode } from "./container.ts";
import type { PreviousRelease } from "./release-statement.ts";

/** `schema_version` of release-evidence.json; kept from the system that cavra grows out of, whose readers skip unknown members. */
export const MANIFEST_SCHEMA = "cavra.go-release.evidence.v1";

/** What an artifact is for. `go-binary` to `go-modules` are kinds that existing readers know. */
export const ARTIFACT_KINDS = [
  "go-binary",
  "installer-metadata",
  "reproducibility-manifest",
  "sbom",
  "slsa-provenance",
  "offline-trust-bootstrap",
  "go-modules",
  "binary",
  "file",
] as const;

export type ArtifactKind = (typeof ARTIFACT_KINDS)[number];

export interface Artifact extends DigestSet {
  readonly path: string;
  readonly kind: ArtifactKind;
  readonly sizeBytes: number;
  readonly mode: EntryMode;
  /** `os/arch`, only for binaries. */
  readonly target?: string;
  /** Only for binaries, and there demanded (binaries.facts-missing). */
  readonly binary?: RecordedBinary;
}

export interface ManifestSource {
  readonly repository: string;
  /** 40 or 64 lowercase hex. */
  readonly commit: string;
  /** For example `refs/tags/v0.1.0`. */
  readonly ref: string;
}

/** How the zip is made from the package, so that it can be made again bit for bit. */
export interface ZipRecipe {
  readonly profile: string;
  readonly method: "deflate" | "store";
  /** For example `zlib-canonical`; `none` for store. */
  readonly codec: string;
  readonly level: number;
  /** SHA-256 of the WASM module that compresses; empty for store. */
  readonly codecSha256: string;
}

/** release-evidence.json: the one list of what a release is. */
export interface Manifest {
  readonly product: string;
  readonly component: string;
  readonly package: string;
  readonly line: string;
  readonly channel: string;
  readonly version: string;
  readonly releaseCounter: number;
  readonly previous: PreviousRelease | null;
  readonly source: ManifestSource;
  readonly sourceDateEpoch: number;
  readonly expires: number | null;
  readonly dryRun: boolean;
  /** `os/arch`, sorted: the release contract, as the config declares it. */
  readonly targets: readonly string[];
  /** Exactly L0 + L1 + L2, bytewise by path. */
  readonly artifacts: readonly Artifact[];
  /** Ids of RELEASE_CONTROLS (model/controls.ts), sorted: what the package has, never what it hopes for. */
  readonly controls: readonly string[];
  /** `NAME.zip`. */
  readonly zipName: string;
  readonly zip: ZipRecipe;
  /** SHA-256 of the resolved config in RFC 8785 form. */
  readonly configSha256: string;
  readonly builderId: string;
  /** The name and version of the maker, for example `cavra 0.1.0`. */
  readonly tool: string;
}
