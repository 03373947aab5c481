import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { scratchRepository, type ScratchRepository } from "./scratch-repository.ts";
import { smallBinary } from "./small-release.ts";

type Target = Parameters<typeof smallBinary>[0];

export const CHECKOUT_TARGETS: readonly Target[] = ["darwin/arm64", "linux/amd64", "windows/amd64"];

export const CHECKOUT_CONFIG = `schema: cavra.release/1
product: { name: cavra-runtime, vendor: CAVRA, license: Apache-2.0, repository: "https://example.com/acme/runtime" }
version: { from: tag }
source: { require: [clean, tagged] }
targets:
  darwin/arm64: {}
  linux/amd64: {}
  windows/amd64: { ext: .exe }
builds:
  - id: runtime
    prebuilt: { path: out/$(os)-$(arch)/runtime$(ext), expect: out/SHA256SUMS }
    output: bin/cavra-runtime_v$(version)_$(os)_$(arch)$(ext)
files:
  - { from: LICENSE, to: LICENSE, mode: "0644" }
packages:
  - id: go-runtime
    name: cavra-go-runtime-v$(version).zip
    include: [runtime, files]
    format: { kind: zip, profile: cavra-zip/1 }
`;

/** A checkout at tag v0.1.0 whose release needs no compiler: three executables of 16 KB are taken over from `out/`. */
export function prebuiltCheckout(): ScratchRepository {
  const repository = scratchRepository({
    "cavra.release.yaml": CHECKOUT_CONFIG,
    LICENSE: "Apache License 2.0\n",
    ".gitignore": "/dist/\n",
  });
  nextVersion(repository, "0.1.0");
  return repository;
}

/** As prebuiltCheckout, with a config that does not ask for a clean tree. */
export function carelessCheckout(): ScratchRepository {
  const repository = prebuiltCheckout();
  repository.git("tag", "--delete", "v0.1.0");
  repository.write({ "cavra.release.yaml": CHECKOUT_CONFIG.replace("[clean, tagged]", "[tagged]") });
  repository.commit("Be careless");
  repository.git("tag", "v0.1.0");
  return repository;
}

/** Puts the executables of a version in their places, commits, and tags the commit. */
export function nextVersion(
  { folder, commit, git }: ScratchRepository,
  version: string,
  targets: readonly Target[] = CHECKOUT_TARGETS,
): void {
  const sums = targets.map((target) => {
    const path = binaryPath(target);
    const bytes = smallBinary(target, version);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
    return `${sha256Hex(bytes)}  ${path.slice("out/".length)}\n`;
  });
  writeFileSync(join(folder, "out/SHA256SUMS"), sums.join(""));
  commit(`Release v${version}`);
  git("tag", "--annotate", "--message", `v${version}`, `v${version}`);
}

function binaryPath(target: Target): string {
  return `out/${target.replace("/", "-")}/runtime${target.startsWith("windows") ? ".exe" : ""}`;
}
