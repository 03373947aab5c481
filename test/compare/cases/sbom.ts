import type { PackageStage } from "../../../src/judge/stages.ts";
import type { GoModule } from "../../../src/model/binary.ts";
import type { SpdxPackage } from "../../../src/model/documents.ts";
import { broken } from "../../../src/model/parsed.ts";
import {
  withBrokenDocument,
  withBuildInfo,
  withDocument,
  withFacts,
  withFile,
  withManifest,
} from "../../support/alter-release.ts";
import {
  inBoth,
  inCandidate,
  inPrevious,
  manifestOf,
  minorUpgrade,
  type Upgrade,
} from "../../support/upgrade-pair.ts";
import type { RuleCase } from "./rule-case.ts";

const GO_BINARIES = ["bin/agent_darwin_arm64", "bin/agent_linux_amd64", "bin/agent_windows_amd64.exe"];
const SYS = "golang.org/x/sys";

const modules = (change: (modules: readonly GoModule[]) => readonly GoModule[]) => (stage: PackageStage) =>
  GO_BINARIES.reduce(
    (sum, path) => withBuildInfo(sum, path, (go) => ({ modules: change(go.modules) })),
    stage,
  );

const module = (change: Partial<GoModule>) =>
  modules((known) => known.map((item) => (item.path === SYS ? { ...item, ...change } : item)));

const versions = (was: string, now: string): Upgrade =>
  inCandidate(inPrevious(minorUpgrade(), module({ version: was })), module({ version: now }));

const NEW_MODULE: GoModule = { path: "example.com/new", version: "v1.0.0", sum: "h1:new" };

const packages =
  (change: (packages: readonly SpdxPackage[]) => readonly SpdxPackage[]) => (stage: PackageStage) =>
    withDocument(stage, "sbom", (sbom) => ({ packages: change(sbom.packages) }));

const many = packages((known) => [
  ...known,
  ...known.flatMap((item) =>
    Array.from({ length: 3 }, (_, index) => ({ ...item, name: `${item.name}-${index}` })),
  ),
]);

const described = (change: Partial<SpdxPackage>) =>
  packages((known) => known.map((item) => (item.name === SYS ? { ...item, ...change } : item)));

/** The prebuilt helper as a Go program that links its own version of a module that the agent links too. */
const helperModule = (version: string) => (stage: PackageStage) => {
  const agent = stage.release.files.get("bin/agent_linux_amd64")?.binary;
  if (agent?.ok !== true || agent.value.go === undefined) throw new Error("the agent has no build info");
  const go = { ...agent.value.go, modules: [{ path: SYS, version, sum: `h1:${version}` }] };
  return withFacts(stage, "bin/helper_linux_amd64", () => ({ go }));
};

const helperModules = (was: string, now: string): Upgrade =>
  inCandidate(inPrevious(minorUpgrade(), helperModule(was)), helperModule(now));

/** go-modules.json with two versions of a module for one target, and binaries that cannot say more. */
const listedTwice = (versionsOfSys: readonly string[]) => (stage: PackageStage) =>
  withDocument(
    withFile(stage, GO_BINARIES[0] ?? "", (file) => ({ ...file, binary: broken(file.path, "is cut off") })),
    "goModules",
    ({ modules: known }) => ({
      modules: known.flatMap((item) =>
        item.path === SYS ? versionsOfSys.map((version) => ({ ...item, version, sum: "" })) : [item],
      ),
    }),
  );

const listed = (was: readonly string[], now: readonly string[]): Upgrade =>
  inCandidate(inPrevious(minorUpgrade(), listedTwice(was)), listedTwice(now));

export const sbomCases: readonly RuleCase[] = [
  {
    rule: "sbom.lost",
    how: "no SBOM any more",
    trip: () => inCandidate(minorUpgrade(), (stage) => withBrokenDocument(stage, "sbom")),
    quietWhen: "there was none before",
    nearMiss: () => inBoth(minorUpgrade(), (stage) => withBrokenDocument(stage, "sbom")),
  },
  {
    rule: "sbom.components-collapsed",
    how: "a quarter of the packages left, the same modules linked",
    trip: () => inPrevious(minorUpgrade(), many),
    quietWhen: "a package fewer",
    nearMiss: () =>
      inCandidate(
        minorUpgrade(),
        packages((known) => known.filter(({ name }) => name !== SYS)),
      ),
  },
  {
    rule: "sbom.dependency-downgraded",
    how: "v0.30.0 to v0.9.0",
    trip: () => versions("v0.30.0", "v0.9.0"),
    quietWhen: "a pseudo-version to the release behind it",
    nearMiss: () => versions("v0.30.1-0.20260101120000-abcdef123456", "v0.30.1"),
  },
  {
    rule: "sbom.dependency-downgraded",
    how: "a pseudo-version of an earlier day",
    trip: () => versions("v0.0.0-20260102120000-aaaaaaaaaaaa", "v0.0.0-20260101120000-ffffffffffff"),
    quietWhen: "+incompatible does not count",
    nearMiss: () => versions("v2.0.0+incompatible", "v2.0.0"),
  },
  {
    rule: "sbom.dependency-downgraded",
    how: "in a prebuilt Go program",
    trip: () => helperModules("v0.41.0", "v0.40.0"),
    quietWhen: "two programs for one target link different versions, as before",
    nearMiss: () => helperModules("v0.41.0", "v0.41.0"),
  },
  {
    rule: "sbom.dependency-downgraded",
    how: "one of two listed versions",
    trip: () => listed(["v0.30.0", "v0.41.0"], ["v0.30.0", "v0.40.0"]),
    quietWhen: "the lower of two listed versions stays, the higher one rises",
    nearMiss: () => listed(["v0.30.0", "v0.41.0"], ["v0.30.0", "v0.42.0"]),
  },
  {
    rule: "sbom.dependency-sum-changed",
    how: "another sum of the same version",
    trip: () => inCandidate(minorUpgrade(), module({ sum: "h1:other" })),
    quietWhen: "a vendored build records no sum",
    nearMiss: () => inCandidate(minorUpgrade(), module({ sum: "" })),
  },
  {
    rule: "sbom.dependency-added",
    how: "a further module",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        modules((known) => [...known, NEW_MODULE]),
      ),
    quietWhen: "a target that links what another linked before",
    nearMiss: () =>
      inCandidate(
        inPrevious(minorUpgrade(), (stage) =>
          withBuildInfo(stage, "bin/agent_linux_amd64", (go) => ({ modules: [...go.modules, NEW_MODULE] })),
        ),
        modules((known) => [...known, NEW_MODULE]),
      ),
  },
  {
    rule: "sbom.dependency-removed",
    how: "a module fewer",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        modules((known) => known.filter(({ path }) => path !== SYS)),
      ),
    quietWhen: "one target does without it",
    nearMiss: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withBuildInfo(stage, "bin/agent_linux_amd64", (go) => ({
          modules: go.modules.filter(({ path }) => path !== SYS),
        })),
      ),
  },
  {
    rule: "sbom.dependency-updated",
    how: "v0.30.0 to v0.31.0",
    trip: () => versions("v0.30.0", "v0.31.0"),
    quietWhen: "the same version",
    nearMiss: minorUpgrade,
  },
  {
    rule: "sbom.supplier-or-source-changed",
    how: "a module is replaced by a fork",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        module({ replacedBy: { path: "example.com/fork/sys", version: "v0.30.0", sum: "h1:fork" } }),
      ),
    quietWhen: "the fork is given up",
    nearMiss: () =>
      inPrevious(
        minorUpgrade(),
        module({ replacedBy: { path: "example.com/fork/sys", version: "v0.30.0", sum: "h1:fork" } }),
      ),
  },
  {
    rule: "sbom.supplier-or-source-changed",
    how: "a package comes from another host",
    trip: () =>
      inCandidate(
        inPrevious(
          minorUpgrade(),
          described({ downloadLocation: "https://modules.example/golang.org/x/sys/@v/v0.30.0.zip" }),
        ),
        described({ downloadLocation: "https://mirror.example.com/sys.zip" }),
      ),
    quietWhen: "another version from the same host",
    nearMiss: () =>
      inCandidate(
        inPrevious(
          minorUpgrade(),
          described({ downloadLocation: "https://modules.example/golang.org/x/sys/@v/v0.30.0.zip" }),
        ),
        described({ downloadLocation: "https://modules.example/golang.org/x/sys/@v/v0.31.0.zip" }),
      ),
  },
  {
    rule: "sbom.dirty-or-devel-dep",
    how: "a module from a local folder",
    trip: () =>
      inCandidate(minorUpgrade(), module({ replacedBy: { path: "../sys", version: "(devel)", sum: "" } })),
    besides: ["sbom.supplier-or-source-changed"],
    quietWhen: "the module itself is (devel), as every main module is",
    nearMiss: minorUpgrade,
  },
  {
    rule: "sbom.namespace-reused",
    how: "the namespace of the earlier release",
    trip: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withDocument(stage, "sbom", () => ({ namespace: "https://example.com/spdx/1.2.3" })),
      ),
    quietWhen: "a namespace of its own",
    nearMiss: minorUpgrade,
  },
  {
    rule: "sbom.quality-fell",
    how: "modules without checksum",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        packages((known) => known.map((item) => ({ ...item, goSum: "" }))),
      ),
    quietWhen: "modules with a supplier more",
    nearMiss: () =>
      inCandidate(
        minorUpgrade(),
        packages((known) => known.map((item) => ({ ...item, supplier: "Organization: Acme" }))),
      ),
  },
  {
    rule: "sbom.licence-changed",
    how: "another licence",
    trip: () =>
      inCandidate(
        inPrevious(minorUpgrade(), described({ licenseDeclared: "BSD-3-Clause" })),
        described({ licenseDeclared: "BUSL-1.1" }),
      ),
    quietWhen: "a licence where none was stated",
    nearMiss: () => inCandidate(minorUpgrade(), described({ licenseDeclared: "BUSL-1.1" })),
  },
];

export const controlCases: readonly RuleCase[] = [
  {
    rule: "controls.control-removed",
    how: "a control fewer",
    trip: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withManifest(stage, { controls: manifestOf(stage).controls.slice(1) }),
      ),
    quietWhen: "a control more",
    nearMiss: () =>
      inPrevious(minorUpgrade(), (stage) =>
        withManifest(stage, { controls: manifestOf(stage).controls.slice(1) }),
      ),
  },
  {
    rule: "controls.guidance-shrank",
    how: "no verification command",
    trip: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withDocument(stage, "bootstrap", () => ({ verificationCommands: [] })),
      ),
    quietWhen: "another command instead",
    nearMiss: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withDocument(stage, "bootstrap", () => ({ verificationCommands: ["shasum -c checksums.txt"] })),
      ),
  },
  {
    rule: "controls.guidance-changed",
    how: "another command",
    trip: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withDocument(stage, "bootstrap", () => ({ verificationCommands: ["shasum -c checksums.txt"] })),
      ),
    quietWhen: "the same command for another version",
    nearMiss: () =>
      inBoth(minorUpgrade(), (stage) =>
        withDocument(stage, "bootstrap", ({ version }) => ({
          verificationCommands: [`cavra verify agent-v${version}.zip`],
        })),
      ),
  },
];
