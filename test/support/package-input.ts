import { fileDigests } from "../../src/crypto/digest.ts";
import { NOASSERTION } from "../../src/formats/spdx-unstated.ts";
import { NO_LICENSE, type PackageFile, type PackageInput } from "../../src/make/package/package-input.ts";
import type { GoBuildInfo, GoModule } from "../../src/model/binary.ts";
import { binaryFacts } from "./binary-facts.ts";

const H1 = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const H1_LOCAL = "h1:LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=";

/** A small release of cavra-runtime: three Go binaries with two modules, one of them a replacement, and a licence. */
export function testPackageInput(change: Partial<PackageInput> = {}): PackageInput {
  return {
    product: "cavra-runtime",
    component: "go-enforcement-plane",
    vendor: "Müller & Söhne",
    contact: "sbom@acme.example",
    license: { declared: "Apache-2.0", concluded: "Apache-2.0" },
    package: "go-runtime",
    line: "main",
    channel: "stable",
    version: "0.2.0",
    releaseCounter: 2,
    previous: { version: "0.1.0", manifestSha256: "a".repeat(64) },
    source: {
      repository: "https://example.com/acme/cavra-runtime",
      commit: "0123456789abcdef0123456789abcdef01234567",
      ref: "refs/tags/v0.2.0",
    },
    sourceTree: "89abcdef0123456789abcdef0123456789abcdef",
    goSources: new Map([["go1.26.8", "d".repeat(64)]]),
    sourceDateEpoch: 1_767_225_600,
    expires: 1_798_761_600,
    dryRun: false,
    targets: ["windows/amd64", "linux/amd64", "darwin/arm64"],
    builderId: "https://example.com/builders/local/v1",
    configSha256: "b".repeat(64),
    tool: "cavra 0.1.0",
    topFolder: "go-runtime-v0.2.0",
    zipName: "cavra-go-runtime-v0.2.0.zip",
    zip: {
      profile: "cavra-zip/1",
      method: "deflate",
      codec: "zlib-canonical",
      level: 6,
      codecSha256: "c".repeat(64),
    },
    files: [goFile("windows/amd64"), goFile("linux/amd64"), goFile("darwin/arm64"), licenceFile()],
    goSum: (path) => (path === "golang.org/x/text" ? H1 : undefined),
    moduleLicense: (path) =>
      path === "github.com/Fork/yaml" ? NO_LICENSE : { declared: "BSD-3-Clause", concluded: NOASSERTION },
    ...change,
  };
}

export function goFile(target: string, change: Partial<PackageFile> = {}): PackageFile {
  const [os = "", arch = ""] = target.split("/");
  const path = `bin/cavra-runtime_v0.2.0_${os}_${arch}${os === "windows" ? ".exe" : ""}`;
  return {
    path,
    kind: "go-binary",
    mode: 0o755,
    sizeBytes: 1234,
    target,
    installName: "cavra-runtime",
    binary: binaryFacts({ arch, go: goBuildInfo(os, arch) }),
    recipe: {
      builder: "go",
      toolchain: "go1.26.8",
      workingDirectory: "go/cavra-runtime",
      environment: new Map([
        ["CGO_ENABLED", "0"],
        ["GOARCH", arch],
        ["GOFLAGS", ""],
        ["GOOS", os],
      ]),
      argv: [
        "go",
        "build",
        "-trimpath",
        "-buildvcs=false",
        "-mod=readonly",
        "-ldflags=-s -w -buildid=",
        "-o=$(out)",
        ".",
      ],
      rebuildCommand: `(cd ./go/cavra-runtime && CGO_ENABLED=0 GOARCH=${arch} GOOS=${os} go build '-ldflags=-s -w -buildid=')`,
    },
    materials: [],
    originVerified: true,
    ...fileDigests(Buffer.from(path)),
    ...change,
  };
}

function licenceFile(): PackageFile {
  return {
    path: "LICENSE",
    kind: "file",
    mode: 0o644,
    sizeBytes: 7,
    target: null,
    installName: null,
    binary: null,
    recipe: null,
    materials: [],
    originVerified: true,
    ...fileDigests(Buffer.from("licence")),
  };
}

function goBuildInfo(os: string, arch: string): GoBuildInfo {
  const text: GoModule = { path: "golang.org/x/text", version: "v0.30.0", sum: "" };
  const fork: GoModule = { path: "github.com/Fork/yaml", version: "v3.0.1+incompatible", sum: H1_LOCAL };
  const replaced: GoModule = { path: "gopkg.in/yaml.v3", version: "v3.0.0", sum: "", replacedBy: fork };
  return {
    goVersion: "go1.26.8",
    path: "example.com/acme/cavra-runtime/cmd/cavra-runtime",
    main: { path: "example.com/acme/cavra-runtime", version: "(devel)", sum: "" },
    // Only Windows links the fork: the targets of the two modules differ.
    modules: os === "windows" ? [text, replaced] : [text],
    settings: new Map([
      ["GOOS", os],
      ["GOARCH", arch],
    ]),
  };
}
