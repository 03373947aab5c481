import {
  BUILD_TYPE,
  type Bootstrap,
  type DocumentHeader,
  type GoModules,
  type Installers,
  type Provenance,
  type Reproducibility,
} from "../../src/model/documents.ts";
import { BUILD_CONTROLS, provenControls, RELEASE_CONTROLS } from "../../src/model/controls.ts";
import {
  CHECKSUMS_FILE,
  MANIFEST_FILE,
  MANIFEST_MARKDOWN_FILE,
  provenanceFile,
  sbomFile,
} from "../../src/model/layers.ts";
import type { Artifact, Manifest } from "../../src/model/manifest.ts";
import type { InspectedFile } from "../../src/model/release.ts";
import { FIXTURE_BINARIES, GO_VERSION, SYS_MODULE, TEXT_MODULE, TEXT_ORIGINAL } from "./release-binaries.ts";

export const PRODUCT = "acme-agent";
export const VERSION = "1.2.3";
export const ZIP_NAME = `acme-agent-bundle-v${VERSION}.zip`;
export const BUILDER_ID = "https://cavra.dev/builders/local/v1";
const CONFIG_SHA256 = "c".repeat(64);
const TARGETS = [...new Set(FIXTURE_BINARIES.map(({ target }) => target))].sort();

export const HEADER: DocumentHeader = {
  product: PRODUCT,
  component: "endpoint agent",
  version: VERSION,
  commit: "a".repeat(40),
  ref: `refs/tags/v${VERSION}`,
  repository: "https://example.com/acme/agent",
  sourceDateEpoch: 1_767_225_600,
};

export const INSTALLERS: Installers = {
  ...HEADER,
  targets: FIXTURE_BINARIES.map(({ file, target }) => ({
    target,
    os: target.split("/")[0] ?? "",
    arch: target.split("/")[1] ?? "",
    binary: file.path,
    binarySha256: file.sha256,
    sizeBytes: file.sizeBytes,
    installMethod: "manual-binary",
    installPath: "/usr/local/bin/agent",
    installCommand: `install -m 0755 ${file.path} /usr/local/bin/agent`,
    verificationCommand: "sha256sum -c checksums.txt",
  })),
  operatorNotes: [],
};

const BINARY_RECIPES: Reproducibility["binaries"] = FIXTURE_BINARIES.map(({ file, kind, target }) => ({
  target,
  binary: file.path,
  sizeBytes: file.sizeBytes,
  sha256: file.sha256,
  ...(kind === "go-binary" ? goRecipe(target) : prebuiltRecipe()),
  originVerified: true,
}));

function goRecipe(target: string) {
  const [os = "", arch = ""] = target.split("/");
  return {
    builder: "go" as const,
    toolchain: GO_VERSION,
    moduleDir: ".",
    environment: new Map([
      ["CGO_ENABLED", "0"],
      ["GOARCH", arch],
      ["GOOS", os],
    ]),
    argv: [
      "go",
      "build",
      "-trimpath",
      "-mod=readonly",
      "-buildvcs=false",
      "-ldflags=-s -w -buildid=",
      "./cmd/agent",
    ],
    rebuildCommand: "CGO_ENABLED=0 go build -trimpath -buildvcs=false '-ldflags=-s -w -buildid=' ./cmd/agent",
  };
}

function prebuiltRecipe() {
  return {
    builder: "prebuilt" as const,
    toolchain: "",
    moduleDir: ".",
    environment: new Map<string, string>(),
    argv: [],
    rebuildCommand: null,
  };
}

export const REPRODUCIBILITY: Reproducibility = {
  ...HEADER,
  targets: TARGETS,
  binaries: BINARY_RECIPES,
  controls: provenControls(BUILD_CONTROLS, {
    product: PRODUCT,
    paths: new Set(),
    targets: TARGETS,
    binaries: BINARY_RECIPES,
  }),
  operatorGuidance: [],
};

const GO_TARGETS = FIXTURE_BINARIES.filter(({ kind }) => kind === "go-binary")
  .map(({ target }) => target)
  .sort();

export const GO_MODULES: GoModules = {
  ...HEADER,
  modules: [
    { ...TEXT_MODULE, replaces: `${TEXT_ORIGINAL.path}@${TEXT_ORIGINAL.version}`, targets: GO_TARGETS },
    { ...SYS_MODULE, replaces: null, targets: GO_TARGETS },
  ],
};

export const BOOTSTRAP: Bootstrap = {
  ...HEADER,
  releasePackage: ZIP_NAME,
  requiredFiles: [
    sbomFile(PRODUCT),
    provenanceFile(PRODUCT),
    CHECKSUMS_FILE,
    MANIFEST_FILE,
    MANIFEST_MARKDOWN_FILE,
  ].sort(),
  verificationCommands: ["sha256sum -c checksums.txt"],
  operatorNotes: [],
};

export function provenanceOf(files: readonly InspectedFile[]): Provenance {
  return {
    subjects: files.map(({ path, sha256, sha512 }) => ({ name: path, digest: { sha256, sha512 } })),
    buildType: BUILD_TYPE,
    builderId: BUILDER_ID,
    version: VERSION,
    configSha256: CONFIG_SHA256,
    source: { repository: HEADER.repository, ref: HEADER.ref },
    sourceDateEpoch: HEADER.sourceDateEpoch,
    targets: TARGETS,
    dependencies: [
      {
        uri: `git+${HEADER.repository}@${HEADER.ref}`,
        name: "source",
        digest: new Map([
          ["gitCommit", HEADER.commit],
          ["gitTree", "7".repeat(40)],
        ]),
      },
      ...[TEXT_MODULE, SYS_MODULE].map(({ path, version, sum }) => ({
        uri: `pkg:golang/${path}@${version}`,
        name: path,
        digest: new Map([["dirHash", Buffer.from(sum.slice(3), "base64").toString("hex")]]),
      })),
      {
        uri: "pkg:generic/go@1.26.8?os=linux",
        name: "toolchain",
        digest: new Map([["dirHash", "5".repeat(64)]]),
      },
      { uri: "urn:cavra:resolved-config", name: "config", digest: new Map([["sha256", CONFIG_SHA256]]) },
    ],
  };
}

export function manifestOf(artifacts: readonly Artifact[], paths: ReadonlySet<string>): Manifest {
  return {
    product: PRODUCT,
    component: HEADER.component,
    package: "agent",
    line: "main",
    channel: "stable",
    version: VERSION,
    releaseCounter: 7,
    previous: { version: "1.2.2", manifestSha256: "e".repeat(64) },
    source: { repository: HEADER.repository, commit: HEADER.commit, ref: HEADER.ref },
    sourceDateEpoch: HEADER.sourceDateEpoch,
    expires: null,
    dryRun: false,
    targets: TARGETS,
    artifacts,
    controls: provenControls(RELEASE_CONTROLS, {
      product: PRODUCT,
      paths,
      targets: TARGETS,
      binaries: BINARY_RECIPES,
    }),
    zipName: ZIP_NAME,
    zip: { profile: "cavra-zip/1", method: "store", codec: "none", level: 0, codecSha256: "" },
    configSha256: CONFIG_SHA256,
    builderId: BUILDER_ID,
    tool: "cavra 0.1.0",
  };
}
