import type { PackageStage } from "../../../src/judge/stages.ts";
import type { InspectedFile } from "../../../src/model/release.ts";
import { parsed } from "../../../src/model/parsed.ts";
import { added, renamed, without } from "../../support/alter-files.ts";
import {
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
  patchUpgrade,
  type Upgrade,
  upgradeFrom,
} from "../../support/upgrade-pair.ts";
import type { RuleCase } from "./rule-case.ts";
import { binaryFacts } from "../../support/binary-facts.ts";

const LINUX = "bin/agent_linux_amd64";
const DARWIN = "bin/agent_darwin_arm64";
const WINDOWS = "bin/agent_windows_amd64.exe";
const HELPER = "bin/helper_linux_amd64";
const MIB = 1024 * 1024;

const file = (path: string, change: Partial<InspectedFile>) => (stage: PackageStage) =>
  withFile(stage, path, (known) => ({ ...known, ...change }));

const sizes = (upgrade: Upgrade, path: string, was: number, now: number): Upgrade =>
  inCandidate(inPrevious(upgrade, file(path, { sizeBytes: was })), file(path, { sizeBytes: now }));

const installer =
  (change: { readonly installPath?: string; readonly installMethod?: string }) => (stage: PackageStage) =>
    withDocument(stage, "installers", ({ targets }) => ({
      targets: targets.map((target) => (target.binary === LINUX ? { ...target, ...change } : target)),
    }));

const buildMode = (mode: string) => (stage: PackageStage) =>
  withBuildInfo(stage, LINUX, ({ settings }) => ({ settings: new Map([...settings, ["-buildmode", mode]]) }));

const withNotes = (version: string) => (stage: PackageStage) =>
  withDocument(stage, "bootstrap", ({ requiredFiles }) => ({
    requiredFiles: [...requiredFiles, `notes-v${version}.md`],
  }));

const EXECUTABLE = {
  binary: parsed("share/helper", binaryFacts()),
};

export const fileCases: readonly RuleCase[] = [
  {
    rule: "files.target-removed",
    how: "a target is no longer declared",
    trip: () =>
      inCandidate(patchUpgrade(), (stage) =>
        withManifest(stage, { targets: ["darwin/arm64", "linux/amd64"] }),
      ),
    besides: ["version.bump-too-small"],
    quietWhen: "the targets stand in another order",
    nearMiss: () =>
      inCandidate(patchUpgrade(), (stage) =>
        withManifest(stage, { targets: [...manifestOf(stage).targets].toReversed() }),
      ),
  },
  {
    rule: "files.target-added",
    how: "a further target",
    trip: () =>
      inCandidate(patchUpgrade(), (stage) =>
        withManifest(stage, { targets: [...manifestOf(stage).targets, "linux/riscv64"] }),
      ),
    quietWhen: "the same targets",
    nearMiss: patchUpgrade,
  },
  {
    rule: "files.artifact-kind-removed",
    how: "no go-modules.json",
    trip: () => inCandidate(minorUpgrade(), (stage) => without(stage, "go-modules.json")),
    besides: ["version.bump-too-small"],
    quietWhen: "plain files are no contract",
    nearMiss: () => inCandidate(minorUpgrade(), (stage) => without(stage, "LICENSE")),
  },
  {
    rule: "files.required-file-removed",
    how: "checksums.txt is no longer required",
    trip: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withDocument(stage, "bootstrap", ({ requiredFiles }) => ({
          requiredFiles: requiredFiles.filter((path) => path !== "checksums.txt"),
        })),
      ),
    quietWhen: "only the version in a required name differs",
    nearMiss: () => {
      return inCandidate(inPrevious(minorUpgrade(), withNotes("1.2.3")), withNotes("1.3.0"));
    },
  },
  {
    rule: "files.target-path-changed",
    how: "the binary has another name",
    trip: () => inCandidate(patchUpgrade(), (stage) => renamed(stage, LINUX, "bin/acme_linux_amd64")),
    besides: ["version.bump-too-small"],
    quietWhen: "only the version in the name differs",
    nearMiss: () =>
      inCandidate(
        inPrevious(patchUpgrade(), (stage) => renamed(stage, LINUX, "bin/agent_v1.2.3_linux_amd64")),
        (stage) => renamed(stage, LINUX, "bin/agent_v1.2.4_linux_amd64"),
      ),
  },
  {
    rule: "files.target-path-changed",
    how: "one of two binaries of a target is gone",
    trip: () => inCandidate(patchUpgrade(), (stage) => without(stage, HELPER)),
    besides: ["files.artifact-kind-removed", "version.bump-too-small"],
    quietWhen: "the target goes with its binary",
    nearMiss: () =>
      inCandidate(upgradeFrom("1.2.3", "2.0.0"), (stage) =>
        withManifest(without(stage, WINDOWS), { targets: ["darwin/arm64", "linux/amd64"] }),
      ),
  },
  {
    rule: "files.file-removed",
    how: "no LICENSE",
    trip: () => inCandidate(minorUpgrade(), (stage) => without(stage, "LICENSE")),
    quietWhen: "the file carries the version",
    nearMiss: () =>
      inCandidate(
        inPrevious(minorUpgrade(), (stage) => renamed(stage, "LICENSE", "LICENSE-1.2.3")),
        (stage) => renamed(stage, "LICENSE", "LICENSE-1.3.0"),
      ),
  },
  {
    rule: "files.became-dynamic",
    how: "a static binary needs libraries",
    trip: () => inCandidate(patchUpgrade(), (stage) => withFacts(stage, LINUX, () => ({ dynamic: true }))),
    besides: ["version.bump-too-small"],
    quietWhen: "it was dynamic before",
    nearMiss: () => inBoth(patchUpgrade(), (stage) => withFacts(stage, LINUX, () => ({ dynamic: true }))),
  },
  {
    rule: "files.hardening-lost",
    how: "pie to exe",
    trip: () => inCandidate(inPrevious(minorUpgrade(), buildMode("pie")), buildMode("exe")),
    quietWhen: "exe to pie",
    nearMiss: () => inCandidate(inPrevious(minorUpgrade(), buildMode("exe")), buildMode("pie")),
  },
  {
    rule: "files.install-path-changed",
    how: "another folder",
    trip: () => inCandidate(patchUpgrade(), installer({ installPath: "/opt/agent" })),
    besides: ["version.bump-too-small"],
    quietWhen: "a path with the version in it",
    nearMiss: () =>
      inCandidate(
        inPrevious(patchUpgrade(), installer({ installPath: "/opt/agent-1.2.3" })),
        installer({ installPath: "/opt/agent-1.2.4" }),
      ),
  },
  {
    rule: "files.method-changed",
    how: "another method",
    trip: () => inCandidate(patchUpgrade(), installer({ installMethod: "deb" })),
    besides: ["version.bump-too-small"],
    quietWhen: "another path in a minor bump",
    nearMiss: () => inCandidate(minorUpgrade(), installer({ installPath: "/opt/agent" })),
  },
  {
    rule: "files.same-digest-two-targets",
    how: "linux and darwin share their bytes",
    trip: () =>
      inCandidate(minorUpgrade(), (stage) =>
        file(LINUX, { sha256: stage.release.files.get(DARWIN)?.sha256 ?? "" })(stage),
      ),
    quietWhen: "a script for two targets",
    nearMiss: () =>
      inCandidate(minorUpgrade(), (stage) =>
        added(
          added(stage, "bin/tool_linux_amd64", { mode: 0o755 }, { kind: "binary", target: "linux/amd64" }),
          "bin/tool_darwin_arm64",
          { mode: 0o755 },
          { kind: "binary", target: "darwin/arm64" },
        ),
      ),
  },
  {
    rule: "files.arch-mismatch",
    how: "an arm64 file for amd64",
    trip: () => inCandidate(minorUpgrade(), (stage) => withFacts(stage, LINUX, () => ({ arch: "arm64" }))),
    quietWhen: "an ELF file that does not name its system",
    nearMiss: minorUpgrade,
  },
  {
    rule: "files.binary-unchanged",
    how: "the bytes of the earlier release",
    trip: () => {
      const upgrade = patchUpgrade();
      return inCandidate(
        upgrade,
        file(LINUX, { sha256: upgrade.previous.stage.release.files.get(LINUX)?.sha256 ?? "" }),
      );
    },
    quietWhen: "only the prebuilt helper keeps its bytes",
    nearMiss: patchUpgrade,
  },
  {
    rule: "files.size-growth",
    how: "a fifth more in a patch",
    trip: () => sizes(patchUpgrade(), LINUX, 6 * MIB, 7.2 * MIB),
    quietWhen: "a fifth more in a minor release",
    nearMiss: () => sizes(minorUpgrade(), LINUX, 6 * MIB, 7.2 * MIB),
  },
  {
    rule: "files.size-doubled",
    how: "2.1 times as large",
    trip: () => sizes(minorUpgrade(), LINUX, 6 * MIB, 12.6 * MIB),
    quietWhen: "a small file ten times as large",
    nearMiss: () => sizes(patchUpgrade(), "LICENSE", 1000, 10_000),
  },
  {
    rule: "files.size-shrink",
    how: "a third of it left",
    trip: () => sizes(minorUpgrade(), LINUX, 6 * MIB, 2 * MIB),
    quietWhen: "two thirds left, and a short text cut",
    nearMiss: () => sizes(sizes(minorUpgrade(), LINUX, 6 * MIB, 4 * MIB), "LICENSE", 1000, 100),
  },
  {
    rule: "files.size-shrink",
    how: "an empty file",
    trip: () => sizes(minorUpgrade(), "LICENSE", 1000, 0),
    quietWhen: "a smaller SBOM",
    nearMiss: () => sizes(minorUpgrade(), "acme-agent.sbom.spdx.json", MIB, 100_000),
  },
  {
    rule: "files.mode-widened",
    how: "an executable LICENSE",
    trip: () => inCandidate(minorUpgrade(), file("LICENSE", { mode: 0o755 })),
    quietWhen: "a binary gets the bit that it needs",
    nearMiss: () => inPrevious(minorUpgrade(), file(LINUX, { mode: 0o644 })),
  },
  {
    rule: "files.exec-bit-lost",
    how: "a binary without the bit",
    trip: () => inCandidate(minorUpgrade(), file(LINUX, { mode: 0o644 })),
    quietWhen: "a Windows binary without the bit",
    nearMiss: () => inCandidate(minorUpgrade(), file(WINDOWS, { mode: 0o644 })),
  },
  {
    rule: "files.new-executable",
    how: "an ELF file that nobody declared",
    trip: () => inCandidate(minorUpgrade(), (stage) => added(stage, "share/helper", EXECUTABLE)),
    quietWhen: "a new text, and a binary of a new target",
    nearMiss: () =>
      inCandidate(minorUpgrade(), (stage) =>
        added(
          added(stage, "docs/new.md", {}),
          "bin/agent_linux_arm64",
          { mode: 0o755 },
          { kind: "go-binary", target: "linux/arm64" },
        ),
      ),
  },
  {
    rule: "files.file-type-changed",
    how: "a text became an ELF file",
    trip: () => inCandidate(minorUpgrade(), file("LICENSE", EXECUTABLE)),
    quietWhen: "a text with other words",
    nearMiss: () => inCandidate(minorUpgrade(), file("LICENSE", { sha256: "6".repeat(64) })),
  },
];
