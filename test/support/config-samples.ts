import { configFailure, renderProblem } from "../../src/make/config/config-problem.ts";
import { loadReleaseConfig } from "../../src/make/config/load-config.ts";
import type { ReleaseConfig } from "../../src/make/config/release-config.ts";

/** The smallest config that anyone would write. */
export const SMALL_CONFIG = `schema: cavra.release/1
product: { name: acme-agent }
version: { from: tag }
targets: { linux/amd64: {}, linux/arm64: {}, windows/amd64: { ext: .exe } }
builds: [{ id: agent, go: { package: ./cmd/agent, toolchain: go1.26.3 }, output: bin/agent-$(os)-$(arch)$(ext) }]
packages: [{ id: bundle, name: $(product)-$(version).zip, include: [agent], format: { kind: zip, profile: cavra-zip/1 } }]
`;

/** A config that uses every key. */
export const FULL_CONFIG = `
schema: cavra.release/1
product:
  name: acme-agent
  component: agent
  vendor: Acme Ltd
  license: Apache-2.0 OR MIT
  repository: https://git.example.com/acme/agent
  line: v1
version: { from: tag, pattern: "^agent/v(?<v>.+)$" }
source: { root: go/agent, require: [clean], epoch: { value: 1767225600 } }
targets:
  linux/amd64: { variant: v3 }
  linux/arm64: {}
  windows/amd64: { ext: .exe }
builds:
  - id: agent
    targets: [linux/amd64, windows/amd64]
    output: bin/agent_$(version)_$(os)_$(arch)$(ext)
    install: { name: acme }
    go:
      dir: module
      package: ./cmd/agent
      toolchain: go1.26.3
      tags: [netgo, osusergo]
      ldflags: [-s, -w, "-X main.version=$(version)"]
      mod: vendor
      env: { GODEBUG: "http2client=0", GOFIPS140: v1.0.0 }
  - id: probe
    output: bin/probe-$(target)$(ext)
    prebuilt:
      path: out/$(os)-$(arch)/probe$(ext)
      expect: out/SHA256SUMS
      from: [out/probe.intoto.jsonl]
  - id: manual
    targets: [any]
    output: share/manual.html
    inputs: ["docs/**", LICENSE]
    command:
      argv: [make, -C, docs, "OUT=$(out)"]
      tools: { make: "4.3" }
      env: { TITLE: "$(product) $(version)" }
      timeout: 90s
files:
  - { from: LICENSE, to: LICENSE, mode: "0644" }
  - { from: "install/*.sh", to: install/ }
packages:
  - id: go-agent
    name: acme-$(id)-v$(version).zip
    folder: $(id)-$(shortCommit)
    include: [agent, probe, manual, files]
    format: { kind: zip, profile: cavra-zip/1, method: store }
provenance: { builderId: "https://ci.example.com/builders/release" }
release: { expiresAfterDays: 365 }
sbom:
  contact: sbom@acme.example
  licenses: { gopkg.in/yaml.v3: MIT AND Apache-2.0, github.com/Acme/lib: BSD-3-Clause }
sign: { legacy: { key: ../keys/legacy.pem } }
`;

const FILE = "cavra.release.yaml";

/** The config of a text that must load. */
export function loadConfig(text: string): ReleaseConfig {
  const loaded = loadReleaseConfig(text, FILE);
  if (!loaded.ok) throw configFailure(FILE, loaded.problems);
  return loaded.config;
}

/** Every problem of a text, as people read it; empty when it loads. */
export function configProblems(text: string, fileName: string = FILE): readonly string[] {
  const loaded = loadReleaseConfig(text, fileName);
  return loaded.ok ? [] : loaded.problems.map((problem) => renderProblem(fileName, problem));
}

/** A config with one text replaced; an error when the text is not there. */
export function changedConfig(from: string, to: string, base: string = SMALL_CONFIG): string {
  if (!base.includes(from)) throw new Error(`the sample has no ${from}`);
  return base.replace(from, () => to);
}
