import type { BinaryFacts, GoBuildInfo, GoModule } from "../../src/model/binary.ts";
import { fileDigests } from "../../src/crypto/digest.ts";
import type { ArtifactKind } from "../../src/model/manifest.ts";
import { parsed } from "../../src/model/parsed.ts";
import type { InspectedFile } from "../../src/model/release.ts";
import { binaryFacts } from "./binary-facts.ts";

export const GO_VERSION = "go1.26.8";
export const MAIN_MODULE: GoModule = { path: "example.com/acme/agent", version: "(devel)", sum: "" };
export const SYS_MODULE: GoModule = { path: "golang.org/x/sys", version: "v0.30.0", sum: h1("sys") };
/** A module that a replace directive put in the place of another. */
export const TEXT_MODULE: GoModule = { path: "example.com/fork/text", version: "v1.1.0", sum: h1("text") };
export const TEXT_ORIGINAL: GoModule = { path: "golang.org/x/text", version: "v0.20.0", sum: "" };

function h1(seed: string): string {
  return `h1:${Buffer.from(fileDigests(Buffer.from(seed)).sha256, "hex").toString("base64")}`;
}

export interface FixtureBinary {
  readonly file: InspectedFile;
  readonly kind: ArtifactKind;
  readonly target: string;
  readonly facts: BinaryFacts;
}

/** Three targets built by Go, and a helper for one of them that was built elsewhere. */
export const FIXTURE_BINARIES: readonly FixtureBinary[] = [
  goBinary("bin/agent_darwin_arm64", "darwin", "arm64", "macho"),
  goBinary("bin/agent_linux_amd64", "linux", "amd64", "elf"),
  goBinary("bin/agent_windows_amd64.exe", "windows", "amd64", "pe"),
  fixtureBinary("bin/helper_linux_amd64", "binary", "linux/amd64", binaryFacts({ dynamic: true })),
];

function goBinary(path: string, os: string, arch: string, format: BinaryFacts["format"]): FixtureBinary {
  const go: GoBuildInfo = {
    goVersion: GO_VERSION,
    path: `${MAIN_MODULE.path}/cmd/agent`,
    main: MAIN_MODULE,
    modules: [SYS_MODULE, { ...TEXT_ORIGINAL, replacedBy: TEXT_MODULE }],
    settings: new Map([
      ["-trimpath", "true"],
      ["CGO_ENABLED", "0"],
      ["GOARCH", arch],
      ["GOOS", os],
    ]),
  };
  const facts = binaryFacts({ format, arch, go });
  return fixtureBinary(path, "go-binary", `${os}/${arch}`, format === "elf" ? facts : { ...facts, os });
}

function fixtureBinary(path: string, kind: ArtifactKind, target: string, facts: BinaryFacts): FixtureBinary {
  const bytes = Buffer.from(`executable ${path}`);
  const file = { path, mode: 0o755, sizeBytes: bytes.byteLength, ...fileDigests(bytes) } as const;
  return { file: { ...file, binary: parsed(path, facts) }, kind, target, facts };
}
