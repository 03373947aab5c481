import type { Artifact } from "../../../src/model/manifest.ts";
import { broken, parsed } from "../../../src/model/parsed.ts";
import type { InspectedFile } from "../../../src/model/release.ts";
import {
  type Defect,
  withArtifact,
  withBuildInfo,
  withDocument,
  withFacts,
  withFile,
  withManifest,
} from "../alter-release.ts";
import { SYS_MODULE, TEXT_ORIGINAL } from "../release-binaries.ts";
import { binaryFacts } from "../binary-facts.ts";
import type { GoProblem } from "../../../src/model/binary.ts";

const LINUX = "bin/agent_linux_amd64";
const WINDOWS = "bin/agent_windows_amd64.exe";
const DARWIN = "bin/agent_darwin_arm64";

function withoutTarget({ path, kind, sizeBytes, mode, sha256, sha512 }: Artifact): Artifact {
  return { path, kind, sizeBytes, mode, sha256, sha512 };
}

function withoutFacts({ path, mode, sizeBytes, sha1, sha256, sha512 }: InspectedFile): InspectedFile {
  return { path, mode, sizeBytes, sha1, sha256, sha512 };
}

function settingDefect(
  problem: string,
  how: string,
  name: string,
  value: string | undefined,
  besides: readonly string[] = [],
): Defect {
  return {
    problem,
    how,
    besides,
    alter: (stage) =>
      withBuildInfo(stage, LINUX, ({ settings }) => {
        const kept = [...settings].filter(([key]) => key !== name);
        return { settings: new Map(value === undefined ? kept : [...kept, [name, value]]) };
      }),
  };
}

function recipeDefect(
  problem: string,
  how: string,
  change: { argv?: readonly string[]; toolchain?: string; environment?: ReadonlyMap<string, string> },
): Defect {
  return {
    problem,
    how,
    alter: (stage) =>
      withDocument(stage, "reproducibility", ({ binaries, controls }) => ({
        binaries: binaries.map((recipe) => (recipe.binary === LINUX ? { ...recipe, ...change } : recipe)),
        controls: change.argv === undefined ? controls : [],
      })),
    besides: change.argv === undefined ? [] : ["controls.control-unproven"],
  };
}

/** The Go build info is gone from a binary, as far as SBOM, modules and provenance can tell nothing of it either. */
function buildInfoGone(goProblem: GoProblem | undefined): Defect["alter"] {
  return (stage) =>
    withFile(stage, LINUX, (file) => {
      const facts = binaryFacts();
      return { ...file, binary: parsed(LINUX, goProblem === undefined ? facts : { ...facts, goProblem }) };
    });
}

const targetDefects: readonly Defect[] = [
  {
    problem: "binaries.none",
    how: "no artifact is a binary",
    alter: (stage) =>
      withManifest(stage, {
        artifacts: stage.release.documents.manifest.ok
          ? stage.release.documents.manifest.value.artifacts.map((artifact) =>
              artifact.path.startsWith("bin/") ? { ...withoutTarget(artifact), kind: "file" } : artifact,
            )
          : [],
      }),
    besides: [
      "binaries.unlisted-executable",
      "installers.entry-unknown",
      "manifest.target-without-binary",
      "modules.module-unknown",
      "reproducibility.entry-unknown",
      "sbom.component-unknown",
      "sbom.file-differs",
      "sbom.relationship-unknown",
    ],
  },
  {
    problem: "binaries.unreadable",
    how: "a binary is no executable",
    alter: (stage) => withFile(stage, "bin/helper_linux_amd64", withoutFacts),
  },
  {
    problem: "binaries.unreadable",
    how: "a binary is a damaged executable",
    alter: (stage) =>
      withFile(stage, "bin/helper_linux_amd64", (file) => ({
        ...file,
        binary: broken(file.path, "is cut off"),
      })),
  },
  {
    problem: "binaries.target-missing",
    how: "a binary has no target",
    alter: (stage) => withArtifact(stage, "bin/helper_linux_amd64", (artifact) => [withoutTarget(artifact)]),
    besides: ["installers.entry-differs", "reproducibility.entry-differs"],
  },
  {
    problem: "binaries.target-differs",
    how: "a Windows binary is an ELF file",
    alter: (stage) => withFacts(stage, WINDOWS, () => ({ format: "elf" })),
  },
  {
    problem: "binaries.target-differs",
    how: "a macOS binary is for another processor",
    alter: (stage) => withFacts(stage, DARWIN, () => ({ arch: "amd64" })),
  },
  {
    problem: "binaries.target-differs",
    how: "a Linux binary says it is for FreeBSD",
    alter: (stage) => withFacts(stage, LINUX, () => ({ os: "freebsd" })),
  },
  settingDefect("binaries.go-target-differs", "GOOS is another", "GOOS", "freebsd"),
  settingDefect("binaries.go-target-differs", "GOARCH is another", "GOARCH", "arm64"),
  settingDefect("binaries.go-target-differs", "GOARCH is not recorded", "GOARCH", undefined),
];

export const binariesDefects: readonly Defect[] = [
  ...targetDefects,
  {
    problem: "binaries.same-bytes",
    how: "the binary of one target was copied over another",
    alter: (stage) => {
      const { sha256 = "" } = stage.release.files.get(LINUX) ?? {};
      const listed = withDocument(stage, "checksums", (lines) =>
        lines.map((line) => (line.path === WINDOWS ? { ...line, sha256 } : line)),
      );
      return withFile(listed, WINDOWS, (file) => ({ ...file, sha256 }));
    },
    besides: ["manifest.artifact-differs", "provenance.subject-differs", "sbom.file-differs"],
  },
  {
    problem: "binaries.unlisted-executable",
    how: "a plain file is an executable",
    alter: (stage) =>
      withFile(stage, "LICENSE", (file) => ({
        ...file,
        binary: parsed(file.path, binaryFacts({ dynamic: true })),
      })),
  },
  {
    problem: "binaries.unlisted-executable",
    how: "a plain file looks like an executable and cannot be read",
    alter: (stage) =>
      withFile(stage, "LICENSE", (file) => ({ ...file, binary: broken(file.path, "is cut off") })),
  },
  {
    problem: "binaries.no-build-info",
    how: "a Go binary was stripped of its build info",
    alter: buildInfoGone(undefined),
    besides: ["modules.module-differs"],
  },
  {
    problem: "binaries.no-build-info",
    how: "a Go binary has damaged build info",
    alter: buildInfoGone({ kind: "damaged", reason: "the build info is cut off" }),
    besides: ["modules.module-differs"],
  },
  recipeDefect("binaries.toolchain-differs", "the recipe records another Go", { toolchain: "go1.26.7" }),
  recipeDefect("binaries.environment-differs", "the recipe builds for another processor", {
    environment: new Map([
      ["CGO_ENABLED", "0"],
      ["GOARCH", "arm64"],
      ["GOOS", "linux"],
    ]),
  }),
  recipeDefect("binaries.environment-differs", "the recipe leaves the platform to the machine", {
    environment: new Map([["CGO_ENABLED", "0"]]),
  }),
  settingDefect("binaries.recipe-differs", "cgo was on", "CGO_ENABLED", "1", [
    "binaries.environment-differs",
  ]),
  settingDefect("binaries.recipe-differs", "cgo is not recorded", "CGO_ENABLED", undefined),
  settingDefect("binaries.recipe-differs", "paths were not trimmed", "-trimpath", undefined),
  settingDefect("binaries.vcs-stamped", "the revision is stamped", "vcs.revision", "a".repeat(40)),
  settingDefect("binaries.vcs-stamped", "the system is stamped", "vcs", "git"),
  ...[LINUX, WINDOWS, DARWIN].map((path): Defect => ({
    problem: "binaries.dynamic",
    how: `${path} needs other libraries`,
    alter: (stage) => withFacts(stage, path, () => ({ dynamic: true })),
  })),
  recipeDefect("binaries.package-differs", "the recipe builds another folder", {
    argv: ["go", "build", "./cmd/other"],
  }),
  recipeDefect("binaries.package-differs", "the recipe builds another import path", {
    argv: ["go", "build", "example.com/acme/other/cmd/agent"],
  }),
  {
    problem: "binaries.package-differs",
    how: "the main package is outside of the main module",
    alter: (stage) => withBuildInfo(stage, LINUX, () => ({ path: "example.com/evil/cmd/agent" })),
  },
  {
    problem: "binaries.local-replacement",
    how: "P18: a module was replaced by a folder",
    alter: (stage) =>
      withBuildInfo(stage, LINUX, () => ({
        modules: [SYS_MODULE, { ...TEXT_ORIGINAL, replacedBy: { path: "../text", version: "", sum: "" } }],
      })),
    besides: [
      "modules.module-differs",
      "modules.module-missing",
      "provenance.module-missing",
      "sbom.module-missing",
      "sbom.module-unknown",
    ],
  },
];
