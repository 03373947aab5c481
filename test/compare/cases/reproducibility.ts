import type { PackageStage } from "../../../src/judge/stages.ts";
import type { ReproducibleBinary } from "../../../src/model/documents.ts";
import type { Cause } from "../../../src/model/rebuild.ts";
import type { ZipRecipe } from "../../../src/model/manifest.ts";
import { withBuildInfo, withDocument, withFacts, withManifest } from "../../support/alter-release.ts";
import {
  inBoth,
  inCandidate,
  inPrevious,
  manifestOf,
  minorUpgrade,
  upgradeFrom,
  withTrust,
} from "../../support/upgrade-pair.ts";
import type { RuleCase } from "./rule-case.ts";

const LINUX = "bin/agent_linux_amd64";
const HELPER = "bin/helper_linux_amd64";

const zip = (change: Partial<ZipRecipe>) => (stage: PackageStage) =>
  withManifest(stage, { zip: { ...manifestOf(stage).zip, ...change } });

const recipe =
  (change: (recipe: ReproducibleBinary) => Partial<ReproducibleBinary>, path = LINUX) =>
  (stage: PackageStage) =>
    withDocument(stage, "reproducibility", ({ binaries }) => ({
      binaries: binaries.map((binary) =>
        binary.binary === path ? { ...binary, ...change(binary) } : binary,
      ),
    }));

const toolchain = (goVersion: string) => (stage: PackageStage) =>
  withBuildInfo(stage, LINUX, () => ({ goVersion }));

const stamped = (path: string) => (stage: PackageStage) =>
  withBuildInfo(stage, path, ({ settings }) => ({
    settings: new Map([...settings, ["vcs.revision", "a".repeat(40)]]),
  }));

const BUILD_PATH: Cause = {
  cause: "build-path",
  at: LINUX,
  field: "source files",
  shipped: "/home/ada/agent/main.go",
  rebuilt: "example.com/agent/main.go",
};

/** The prebuilt helper as a Go program. */
function goHelper(stage: PackageStage): PackageStage {
  const agent = stage.release.files.get(LINUX)?.binary;
  if (agent?.ok !== true || agent.value.go === undefined) throw new Error("the agent has no build info");
  const { go } = agent.value;
  return withFacts(stage, HELPER, () => ({ go }));
}

export const reproducibilityCases: readonly RuleCase[] = [
  {
    rule: "reproducibility.rebuild-command-lost",
    how: "no command",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        recipe(() => ({ rebuildCommand: null })),
      ),
    quietWhen: "a prebuilt helper has never had one",
    nearMiss: minorUpgrade,
  },
  {
    rule: "reproducibility.rebuild-command-changed",
    how: "a tag more",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        recipe(() => ({ rebuildCommand: "go build -tags netgo ./cmd/agent" })),
      ),
    quietWhen: "version, commit and time differ",
    nearMiss: () =>
      inBoth(minorUpgrade(), (stage) => {
        const {
          version,
          sourceDateEpoch,
          source: { commit },
        } = manifestOf(stage);
        const rebuildCommand = `SOURCE_DATE_EPOCH=${sourceDateEpoch} make COMMIT=${commit} VERSION=${version}`;
        return recipe(() => ({ rebuildCommand }))(stage);
      }),
  },
  {
    rule: "reproducibility.repro-flag-dropped",
    how: "no -trimpath in the recipe",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        recipe(({ argv }) => ({ argv: argv.filter((word) => word !== "-trimpath") })),
      ),
    quietWhen: "the flags moved into GOFLAGS, and modules are vendored",
    nearMiss: () =>
      inCandidate(
        minorUpgrade(),
        recipe(({ argv }) => ({
          argv: argv.filter((word) => !["-trimpath", "-mod=readonly"].includes(word)),
          environment: new Map([
            ["CGO_ENABLED", "0"],
            ["GOFLAGS", "-trimpath -mod=vendor"],
          ]),
        })),
      ),
  },
  {
    rule: "reproducibility.repro-flag-dropped",
    how: "the binary was built with cgo, whatever the recipe says",
    trip: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withBuildInfo(stage, LINUX, ({ settings }) => ({
          settings: new Map([...settings, ["CGO_ENABLED", "1"]]),
        })),
      ),
    quietWhen: "another experiment was set",
    nearMiss: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withBuildInfo(stage, LINUX, ({ settings }) => ({
          settings: new Map([...settings, ["GOAMD64", "v3"]]),
        })),
      ),
  },
  {
    rule: "reproducibility.repro-flag-dropped",
    how: "the binary carries a stamp of its checkout",
    trip: () => inCandidate(minorUpgrade(), stamped(LINUX)),
    quietWhen: "somebody else built the binary",
    nearMiss: () => inCandidate(inBoth(minorUpgrade(), goHelper), stamped(HELPER)),
  },
  {
    rule: "reproducibility.toolchain-downgraded",
    how: "go1.26.8 to go1.26.3",
    trip: () => inCandidate(minorUpgrade(), toolchain("go1.26.3")),
    quietWhen: "go1.26.8 to go1.26.10",
    nearMiss: () => inCandidate(minorUpgrade(), toolchain("go1.26.10")),
  },
  {
    rule: "reproducibility.toolchain-downgraded",
    how: "a release to its release candidate",
    trip: () => inCandidate(inPrevious(minorUpgrade(), toolchain("go1.27.0")), toolchain("go1.27rc2")),
    quietWhen: "another line keeps its older toolchain",
    nearMiss: () =>
      inCandidate(minorUpgrade(), (stage) => withManifest(toolchain("go1.26.3")(stage), { line: "lts-1" })),
  },
  {
    rule: "reproducibility.toolchain-changed",
    how: "go1.26.8 to go1.27.0",
    trip: () => inCandidate(minorUpgrade(), toolchain("go1.27.0")),
    quietWhen: "the same toolchain",
    nearMiss: minorUpgrade,
  },
  {
    rule: "reproducibility.origin-lost",
    how: "the helper's origin is not verified any more",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        recipe(() => ({ originVerified: false }), "bin/helper_linux_amd64"),
      ),
    quietWhen: "it is verified now",
    nearMiss: () =>
      inPrevious(
        minorUpgrade(),
        recipe(() => ({ originVerified: false }), "bin/helper_linux_amd64"),
      ),
  },
  {
    rule: "reproducibility.zip-profile-changed",
    how: "deflate instead of store",
    trip: () => inCandidate(minorUpgrade(), zip({ method: "deflate", codec: "zlib-canonical", level: 6 })),
    quietWhen: "a new version of the maker brings another build of the compressor",
    nearMiss: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withManifest(zip({ codecSha256: "7".repeat(64) })(stage), { tool: "cavra 0.2.0" }),
      ),
  },
  {
    rule: "reproducibility.rebuild-unpinned",
    how: "@latest",
    trip: () =>
      inCandidate(
        minorUpgrade(),
        recipe(() => ({ rebuildCommand: "go run example.com/gen@latest" })),
      ),
    quietWhen: "a folder that is called home, and a tag that is called latest",
    nearMiss: () =>
      inCandidate(
        upgradeFrom("1.2.3", "1.3.0"),
        recipe(() => ({ rebuildCommand: "go build -tags latest ./home/agent" })),
      ),
  },
  {
    rule: "reproducibility.rebuild-evidence-lost",
    how: "one rebuilder less",
    trip: () => withTrust(minorUpgrade(), { rebuilders: ["Cy", "Di"] }, { rebuilders: ["Di"] }),
    quietWhen: "another rebuilder in the place of the first",
    nearMiss: () => withTrust(minorUpgrade(), { rebuilders: ["Cy"] }, { rebuilders: ["Di"] }),
  },
  {
    rule: "reproducibility.unreproducible",
    how: "a rebuild that came out different",
    trip: () => withTrust(minorUpgrade(), {}, { rebuilt: { verdict: "DIFFERENT", causes: [BUILD_PATH] } }),
    quietWhen: "the earlier release came out different",
    nearMiss: () =>
      withTrust(minorUpgrade(), { rebuilt: { verdict: "DIFFERENT", causes: [BUILD_PATH] } }, {}),
  },
];
