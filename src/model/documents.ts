import type { DigestSet } from "./digest.ts";
import type { Subject } from "./release-statement.ts";

/** `<product>.installers.json`, schema `cavra.go-runtime.installers.v1`. */
export interface Installers {
  readonly product: string;
  readonly version: string;
  readonly commit: string;
  readonly targets: readonly InstallerTarget[];
}

export interface InstallerTarget {
  readonly target: string;
  readonly os: string;
  readonly arch: string;
  /** Path in the package. */
  readonly binary: string;
  readonly binarySha256: string;
  readonly sizeBytes: number;
  readonly installMethod: string;
  readonly installPath: string;
  readonly installCommand: string;
  readonly verificationCommand: string;
}

/** `<product>.reproducibility.json`, schema `cavra.go-runtime.reproducibility.v1`. */
export interface Reproducibility {
  readonly version: string;
  readonly commit: string;
  readonly ref: string;
  readonly repository: string;
  readonly sourceDateEpoch: number;
  readonly targets: readonly string[];
  readonly binaries: readonly ReproducibleBinary[];
}

/** How one binary was made: enough to make it again elsewhere. */
export interface ReproducibleBinary {
  readonly target: string;
  readonly binary: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly builder: "go" | "prebuilt" | "command";
  /** For example `go1.26.8`; empty for a prebuilt binary. */
  readonly toolchain: string;
  /** Folder of the build, relative to the root of the source. */
  readonly moduleDir: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly argv: readonly string[];
  /** One POSIX sh line for the root of a checkout of the commit; null when the binary cannot be rebuilt from it. */
  readonly rebuildCommand: string | null;
  /** A prebuilt binary without digest or provenance is not trusted and keeps its target from PASS. */
  readonly originVerified: boolean;
}

/** `go-modules.json`, schema `cavra.go-modules/1`: the modules that the Go linker put into the binaries. */
export interface GoModules {
  readonly modules: readonly LinkedModule[];
}

export interface LinkedModule {
  readonly path: string;
  readonly version: string;
  /** `h1:...` of go.sum. */
  readonly sum: string;
  /** Targets whose binary links the module, sorted. */
  readonly targets: readonly string[];
}

/** `offline-trust-root-bootstrap.json`, schema `cavra.offline-trust-bootstrap.v1`. Holds no key: it says what to check, not whom to trust. */
export interface Bootstrap {
  readonly product: string;
  readonly version: string;
  readonly commit: string;
  readonly releasePackage: string;
  readonly requiredFiles: readonly string[];
}

/** One line of checksums.txt. */
export interface ChecksumLine {
  readonly path: string;
  readonly sha256: string;
}

/** SLSA v1 provenance, the members that cavra judges. */
export interface Provenance {
  readonly subjects: readonly Subject[];
  readonly buildType: string;
  readonly builderId: string;
  readonly version: string;
  readonly configSha256: string;
  readonly source: { readonly repository: string; readonly ref: string };
  readonly sourceDateEpoch: number;
  readonly dependencies: readonly ResolvedDependency[];
}

export interface ResolvedDependency {
  readonly uri: string;
  readonly name: string;
  /** For example `gitCommit`, `sha256`, `dirHash`, each lowercase hex. */
  readonly digest: ReadonlyMap<string, string>;
}

/** SPDX 2.3, the members that cavra judges; ids are SPDXIDs. */
export interface SpdxDocument {
  readonly name: string;
  readonly namespace: string;
  readonly created: string;
  readonly describes: readonly string[];
  readonly packages: readonly SpdxPackage[];
  readonly files: readonly SpdxFile[];
  readonly relationships: readonly SpdxRelationship[];
}

export interface SpdxPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly purpose: string;
  /** `h1:...` for Go modules; empty otherwise. */
  readonly goSum: string;
  readonly verificationCode: string;
}

export interface SpdxFile extends DigestSet {
  readonly id: string;
  /** Path in the package, without the leading `./`. */
  readonly path: string;
  readonly sha1: string;
}

export interface SpdxRelationship {
  readonly from: string;
  readonly type: string;
  readonly to: string;
}
