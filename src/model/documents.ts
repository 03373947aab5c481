import type { FileDigests } from "./digest.ts";
import type { Subject } from "./release-statement.ts";

/** What every packaged document says of its release; each repeats the manifest. */
export interface DocumentHeader {
  readonly product: string;
  readonly component: string;
  readonly version: string;
  /** 40 or 64 lowercase hex. */
  readonly commit: string;
  /** For example `refs/tags/v0.1.0`. */
  readonly ref: string;
  readonly repository: string;
  /** Seconds since 1970, UTC; written as `generated_at`. */
  readonly sourceDateEpoch: number;
}

export const INSTALLERS_SCHEMA = "cavra.go-runtime.installers.v1";
export const REPRODUCIBILITY_SCHEMA = "cavra.go-runtime.reproducibility.v1";
export const GO_MODULES_SCHEMA = "cavra.go-modules/1";
export const BOOTSTRAP_SCHEMA = "cavra.offline-trust-bootstrap.v1";
export const BUILD_TYPE = "https://cavra.dev/buildtypes/release/v1";

/** `<product>.installers.json`: where each binary goes on a machine, and the command that puts it there. */
export interface Installers extends DocumentHeader {
  /** Sorted by target, then binary. */
  readonly targets: readonly InstallerTarget[];
  readonly operatorNotes: readonly string[];
}

export interface InstallerTarget {
  readonly target: string;
  /** The two halves of `target`. */
  readonly os: string;
  readonly arch: string;
  /** Path in the package. */
  readonly binary: string;
  readonly binarySha256: string;
  readonly sizeBytes: number;
  readonly installMethod: string;
  readonly installPath: string;
  /** For a shell whose working folder is the package: `binary` is named as it stands there. */
  readonly installCommand: string;
  readonly verificationCommand: string;
}

/** `<product>.reproducibility.json`: how to build every binary again. */
export interface Reproducibility extends DocumentHeader {
  /** The targets that the config declares, sorted: a binary that was lost is missed here. */
  readonly targets: readonly string[];
  /** Sorted by binary. */
  readonly binaries: readonly ReproducibleBinary[];
  /** Ids of BUILD_CONTROLS (model/controls.ts), sorted. */
  readonly controls: readonly string[];
  readonly operatorGuidance: readonly string[];
}

/** How one binary was made: enough to make it again elsewhere. */
export interface ReproducibleBinary {
  readonly target: string;
  /** Path in the package. */
  readonly binary: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly builder: "go" | "prebuilt" | "command";
  /** For example `go1.26.8`; empty for a prebuilt binary. */
  readonly toolchain: string;
  /** Folder of the build, relative to the root of the source; `.` for the root. */
  readonly moduleDir: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly argv: readonly string[];
  /** One POSIX sh line for the root of a checkout of the commit; null when the binary cannot be rebuilt from it. */
  readonly rebuildCommand: string | null;
  /** A prebuilt binary without digest or provenance is not trusted and keeps its target from PASS. */
  readonly originVerified: boolean;
}

/** `go-modules.json`: the modules that the Go linker put into the binaries. */
export interface GoModules extends DocumentHeader {
  /** Sorted by path, then version. */
  readonly modules: readonly LinkedModule[];
}

/** A module whose code is linked; where a replace directive acts, this is the replacement. */
export interface LinkedModule {
  readonly path: string;
  readonly version: string;
  /** `h1:...` of go.sum; empty for a module without one (a folder, a workspace module). */
  readonly sum: string;
  /** `path@version` that a replace directive put this module in the place of; null without one. */
  readonly replaces: string | null;
  /** Targets whose binary links the module, sorted. */
  readonly targets: readonly string[];
}

/** `offline-trust-root-bootstrap.json`. Holds no key: it says what to check, not whom to trust. */
export interface Bootstrap extends DocumentHeader {
  /** `NAME.zip`. */
  readonly releasePackage: string;
  /** Sorted. */
  readonly requiredFiles: readonly string[];
  readonly verificationCommands: readonly string[];
  readonly operatorNotes: readonly string[];
}

/** One line of checksums.txt. */
export interface ChecksumLine {
  readonly path: string;
  readonly sha256: string;
}

/** SLSA v1 provenance as this build type writes it. */
export interface Provenance {
  /** Sorted by name. */
  readonly subjects: readonly Subject[];
  readonly buildType: string;
  readonly builderId: string;
  readonly version: string;
  /** SHA-256 of the resolved config in RFC 8785 form. */
  readonly configSha256: string;
  readonly source: { readonly repository: string; readonly ref: string };
  readonly sourceDateEpoch: number;
  /** `os/arch`, sorted. */
  readonly targets: readonly string[];
  /** Sorted by uri. */
  readonly dependencies: readonly ResolvedDependency[];
}

export interface ResolvedDependency {
  readonly uri: string;
  /** `source`, `config`, `toolchain`, or the path of a Go module. */
  readonly name: string;
  /** For example `gitCommit`, `sha256`, `dirHash`, each lowercase hex; empty when the uri alone identifies it. */
  readonly digest: ReadonlyMap<string, string>;
}

/** SPDX 2.3; ids are SPDXIDs. Lists are sorted: packages and files by id, relationships by from, type, to. */
export interface SpdxDocument {
  readonly name: string;
  /** Ends with the SHA-256 of the document without its namespace. */
  readonly namespace: string;
  /** `YYYY-MM-DDThh:mm:ssZ`. */
  readonly created: string;
  /** Each with its `Organization: ` or `Tool: ` prefix, sorted. */
  readonly creators: readonly string[];
  readonly describes: readonly string[];
  readonly packages: readonly SpdxPackage[];
  readonly files: readonly SpdxFile[];
  readonly relationships: readonly SpdxRelationship[];
}

export interface SpdxPackage {
  readonly id: string;
  readonly name: string;
  /** Empty when the package has none. */
  readonly version: string;
  readonly purl: string;
  /** cpe:2.3; empty when none is known. */
  readonly cpe: string;
  /** SWHID of a source, `swh:1:rev:` and a Git commit of 40 hex digits; empty when there is none. */
  readonly swhid: string;
  readonly purpose: "APPLICATION" | "LIBRARY" | "SOURCE";
  /** `Organization: NAME` or `NOASSERTION`. */
  readonly supplier: string;
  readonly downloadLocation: string;
  readonly licenseDeclared: string;
  readonly licenseConcluded: string;
  /** `h1:...` for Go modules; empty otherwise. */
  readonly goSum: string;
  /** Only of the package whose files are analysed; empty otherwise. */
  readonly fileName: string;
  readonly verificationCode: string;
  /** Paths that the verification code leaves out, sorted. */
  readonly excludedFiles: readonly string[];
}

export interface SpdxFile extends FileDigests {
  readonly id: string;
  /** Path in the package, without the leading `./`. */
  readonly path: string;
  readonly fileType: "BINARY" | "TEXT" | "OTHER";
}

export interface SpdxRelationship {
  readonly from: string;
  readonly type: string;
  readonly to: string;
}
