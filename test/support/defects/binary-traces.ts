import { recordedFacts } from "../../../src/formats/recorded-binary.ts";
import type { BuildTraces, RecordedBinary } from "../../../src/model/binary.ts";
import type { PackageStage } from "../../../src/judge/stages.ts";
import {
  type Defect,
  withArtifact,
  withBuildInfo,
  withDocument,
  withFacts,
  withFile,
} from "../alter-release.ts";
import { parsed } from "../../../src/model/parsed.ts";
import { binaryFacts } from "../binary-facts.ts";

const LINUX = "bin/agent_linux_amd64";
const WINDOWS = "bin/agent_windows_amd64.exe";
const HELPER = "bin/helper_linux_amd64";

/** The recipe of one binary with other flags for the linker, beside those of a reproducible build. */
export function linkedWith(stage: PackageStage, ldflags: string): PackageStage {
  return withDocument(stage, "reproducibility", ({ binaries }) => ({
    binaries: binaries.map((recipe) =>
      recipe.binary === LINUX
        ? {
            ...recipe,
            argv: recipe.argv.map((word) => (word.startsWith("-ldflags=") ? `-ldflags=${ldflags}` : word)),
          }
        : recipe,
    ),
  }));
}

export function withTraces(stage: PackageStage, path: string, left: Partial<BuildTraces>): PackageStage {
  return withFacts(stage, path, ({ traces }) => ({ traces: { ...traces, ...left } }));
}

function traceDefect(problem: string, how: string, left: Partial<BuildTraces>, path = LINUX): Defect {
  return { problem, how, alter: (stage) => withTraces(stage, path, left) };
}

/** What a manifest records when it is true, and what it says instead. */
export function recordedWith(stage: PackageStage, change: Partial<RecordedBinary>): PackageStage {
  const file = stage.release.files.get(LINUX)?.binary;
  const facts = file?.ok === true ? file.value : binaryFacts();
  const binary = { ...recordedFacts(facts), ...change };
  return withArtifact(stage, LINUX, (artifact) => [{ ...artifact, binary }]);
}

/** P13 to P19: numbers of the rules for what provenance and binaries must agree on. */
export const binaryTraceDefects: readonly Defect[] = [
  {
    problem: "binaries.toolchain-differs",
    how: "P13: one of the binaries was built by another Go",
    alter: (stage) => withBuildInfo(stage, LINUX, () => ({ goVersion: "go1.26.7" })),
    besides: ["provenance.toolchain-missing", "sbom.toolchain-differs"],
  },
  {
    problem: "binaries.target-differs",
    how: "P15: the machine in the header is another",
    alter: (stage) => withFacts(stage, LINUX, () => ({ arch: "arm64" })),
  },
  {
    problem: "binaries.environment-differs",
    how: "P15: a binary needs a newer processor than the recipe says",
    alter: (stage) =>
      withBuildInfo(stage, LINUX, ({ settings }) => ({
        settings: new Map([...settings, ["GOAMD64", "v3"]]),
      })),
  },
  {
    problem: "binaries.environment-differs",
    how: "P15: a binary was built with an experiment of the compiler",
    alter: (stage) =>
      withBuildInfo(stage, WINDOWS, ({ settings }) => ({
        settings: new Map([...settings, ["GOEXPERIMENT", "arenas"]]),
      })),
  },
  {
    problem: "binaries.recipe-differs",
    how: "P16: a binary is a plugin",
    alter: (stage) =>
      withBuildInfo(stage, LINUX, ({ settings }) => ({
        settings: new Map([...settings, ["-buildmode", "c-shared"]]),
      })),
  },
  {
    problem: "binaries.vcs-stamped",
    how: "P16: the checkout was modified",
    alter: (stage) =>
      withBuildInfo(stage, LINUX, ({ settings }) => ({
        settings: new Map([...settings, ["vcs.modified", "true"]]),
      })),
  },
  traceDefect("binaries.build-id-left", "P17: the build id of Go is left", { buildIds: ["go:a/b"] }),
  traceDefect("binaries.build-id-left", "P17: a UUID is left", { buildIds: ["uuid:00"] }, WINDOWS),
  traceDefect("binaries.build-path-left", "P17: a path of the build machine is left", {
    sourcePaths: ["/home/me/main.go"],
  }),
  {
    problem: "binaries.symbols-left",
    how: "P17: -s, and a symbol table is left",
    alter: (stage) => withTraces(linkedWith(stage, "-s -buildid="), LINUX, { symbolTable: true }),
  },
  {
    problem: "binaries.symbols-left",
    how: "P17: -s, and debug information is left",
    alter: (stage) => withTraces(linkedWith(stage, "-s -buildid="), LINUX, { debugInfo: true }),
  },
  {
    problem: "binaries.symbols-left",
    how: "P17: -w, and debug information is left",
    alter: (stage) => withTraces(linkedWith(stage, "-w -buildid="), LINUX, { debugInfo: true }),
  },
  traceDefect("binaries.packed", "a Go binary is packed", { packer: "UPX" }),
  traceDefect("binaries.packed", "a binary of another language is packed", { packer: "UPX" }, HELPER),
  {
    problem: "binaries.copies-differ",
    how: "P19: one copy of the module list was changed",
    alter: (stage) =>
      withFile(stage, LINUX, (file) => {
        const goProblem = {
          kind: "copies-differ",
          reason: "the two copies of the module list differ",
        } as const;
        return { ...file, binary: parsed(LINUX, binaryFacts({ goProblem })) };
      }),
    besides: ["modules.module-differs"],
  },
  {
    problem: "binaries.facts-missing",
    how: "the manifest does not say what a binary is",
    alter: (stage) =>
      withArtifact(stage, LINUX, (artifact) => {
        const { binary: _, ...others } = artifact;
        return [others];
      }),
  },
  {
    problem: "binaries.facts-differ",
    how: "the manifest calls a dynamic binary static",
    alter: (stage) => recordedWith(stage, { dynamic: true }),
  },
  {
    problem: "binaries.facts-differ",
    how: "the manifest records another setting",
    alter: (stage) => recordedWith(stage, { goSettings: ["CGO_ENABLED=0"] }),
  },
];
