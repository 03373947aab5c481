import type { PackageStage } from "../../../src/judge/stages.ts";
import type { ResolvedDependency } from "../../../src/model/documents.ts";
import type { ManifestSource } from "../../../src/model/manifest.ts";
import { withBrokenDocument, withDocument, withManifest } from "../../support/alter-release.ts";
import { inBoth, inCandidate, manifestOf, minorUpgrade, withTrust } from "../../support/upgrade-pair.ts";
import type { RuleCase } from "./rule-case.ts";

const source = (change: Partial<ManifestSource>) => (stage: PackageStage) =>
  withManifest(stage, { source: { ...manifestOf(stage).source, ...change } });

const dependency =
  (name: string, change: (known: ResolvedDependency) => readonly ResolvedDependency[]) =>
  (stage: PackageStage) =>
    withDocument(stage, "provenance", ({ dependencies }) => ({
      dependencies: dependencies.flatMap((known) => (known.name === name ? change(known) : [known])),
    }));

const OTHER_SOURCE = new Map([["dirHash", "77".repeat(32)]]);

export const provenanceCases: readonly RuleCase[] = [
  {
    rule: "provenance.lost",
    how: "no provenance any more",
    trip: () => inCandidate(minorUpgrade(), (stage) => withBrokenDocument(stage, "provenance")),
    quietWhen: "there was none before",
    nearMiss: () => inBoth(minorUpgrade(), (stage) => withBrokenDocument(stage, "provenance")),
  },
  {
    rule: "provenance.builder-changed",
    how: "another builder",
    trip: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withManifest(stage, { builderId: "https://example.com/laptop" }),
      ),
    quietWhen: "the same builder with another version of cavra",
    nearMiss: () => inCandidate(minorUpgrade(), (stage) => withManifest(stage, { tool: "cavra 0.2.0" })),
  },
  {
    rule: "provenance.builder-weaker",
    how: "level 3 to level 1",
    trip: () => withTrust(minorUpgrade(), { buildLevel: 3 }, { buildLevel: 1 }),
    quietWhen: "level 1 to level 3",
    nearMiss: () => withTrust(minorUpgrade(), { buildLevel: 1 }, { buildLevel: 3 }),
  },
  {
    rule: "provenance.builder-weaker",
    how: "nobody vouches for the builder any more",
    trip: () => withTrust(minorUpgrade(), { buildLevel: 1 }, { buildLevel: null }),
    quietWhen: "nobody vouched for it before",
    nearMiss: () => withTrust(minorUpgrade(), { buildLevel: null }, { buildLevel: null }),
  },
  {
    rule: "provenance.source-repository-changed",
    how: "a fork",
    trip: () => inCandidate(minorUpgrade(), source({ repository: "https://example.com/mallory/agent" })),
    quietWhen: "another spelling of the same repository",
    nearMiss: () =>
      inCandidate(minorUpgrade(), source({ repository: "git+https://EXAMPLE.com/acme/agent.git" })),
  },
  {
    rule: "provenance.ref-weakened",
    how: "a branch after a tag",
    trip: () => inCandidate(minorUpgrade(), source({ ref: "refs/heads/main" })),
    quietWhen: "a branch after a branch",
    nearMiss: () => inBoth(minorUpgrade(), source({ ref: "refs/heads/main" })),
  },
  {
    rule: "provenance.build-type-changed",
    how: "another build type",
    trip: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withDocument(stage, "provenance", () => ({ buildType: "https://cavra.dev/buildtypes/release/v2" })),
      ),
    quietWhen: "the same build type",
    nearMiss: minorUpgrade,
  },
  {
    rule: "provenance.materials-shrank",
    how: "the Go that built it has no digest",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        dependency("toolchain", (known) => [{ ...known, uri: "pkg:generic/go@1.26.9", digest: new Map() }]),
      ),
    quietWhen: "another tool never had one",
    nearMiss: () =>
      inBoth(
        minorUpgrade(),
        dependency("toolchain", (known) => [
          known,
          { ...known, uri: "pkg:generic/make@4.3", digest: new Map() },
        ]),
      ),
  },
  {
    rule: "provenance.toolchain-exchanged",
    how: "the same Go version from other source",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        dependency("toolchain", (known) => [{ ...known, digest: OTHER_SOURCE }]),
      ),
    quietWhen: "another Go version has another source",
    nearMiss: () =>
      inCandidate(
        minorUpgrade(),
        dependency("toolchain", (known) => [
          { ...known, uri: "pkg:generic/go@1.26.9", digest: OTHER_SOURCE },
        ]),
      ),
  },
  {
    rule: "provenance.materials-shrank",
    how: "the source has no digest",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        dependency("source", (known) => [{ ...known, digest: new Map() }]),
      ),
    quietWhen: "a module is no longer needed",
    nearMiss: () =>
      inCandidate(
        minorUpgrade(),
        dependency("golang.org/x/sys", () => []),
      ),
  },
];
