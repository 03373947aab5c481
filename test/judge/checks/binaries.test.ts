import { describe, expect, it } from "vitest";
import { withBuildInfo, withDocument, withFile } from "../../support/alter-release.ts";
import { binaryFacts } from "../../support/binary-facts.ts";
import {
  binaryTraceDefects,
  linkedWith,
  recordedWith,
  withTraces,
} from "../../support/defects/binary-traces.ts";
import { binariesDefects } from "../../support/defects/binaries.ts";
import { itSeesEach, problemsOf } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";
import { parsed } from "../../../src/model/parsed.ts";
import type { PackageStage } from "../../../src/judge/stages.ts";

const LINUX = "bin/agent_linux_amd64";

function builtBy(stage: PackageStage, argv: readonly string[]): PackageStage {
  return withDocument(stage, "reproducibility", ({ binaries }) => ({
    binaries: binaries.map((recipe) => (recipe.builder === "go" ? { ...recipe, argv } : recipe)),
  }));
}

describe("the binaries of a package", () => {
  itSeesEach(binariesDefects);
  itSeesEach(binaryTraceDefects);

  it.each([
    [".", "example.com/acme/agent"],
    ["./cmd/agent/", "example.com/acme/agent/cmd/agent"],
    ["./agent", "example.com/acme/agent/cmd/agent"],
    ["example.com/tool/cmd", "example.com/tool/cmd"],
  ])("accepts the package %s as %s", (named, path) => {
    const renamed = ["darwin_arm64", "linux_amd64", "windows_amd64.exe"].reduce(
      (stage, suffix) => withBuildInfo(stage, `bin/agent_${suffix}`, () => ({ path })),
      VALID_STAGE,
    );
    const problems = problemsOf(builtBy(renamed, ["go", "build", named]));
    expect(problems).not.toContain("binaries.package-differs");
  });

  it.each<[string, PackageStage]>([
    [
      "symbols without -s and -w",
      withTraces(linkedWith(VALID_STAGE, "-buildid="), LINUX, { symbolTable: true, debugInfo: true }),
    ],
    [
      "symbols with -w alone",
      withTraces(linkedWith(VALID_STAGE, "-w -buildid="), LINUX, { symbolTable: true }),
    ],
    [
      "traces of a prebuilt binary",
      withTraces(VALID_STAGE, "bin/helper_linux_amd64", { buildIds: ["gnu:00"], symbolTable: true }),
    ],
    ["facts recorded as they are", recordedWith(VALID_STAGE, {})],
    [
      "a WebAssembly module among the files",
      withFile(VALID_STAGE, "LICENSE", (file) => ({
        ...file,
        binary: parsed(file.path, binaryFacts({ format: "wasm", arch: "wasm" })),
      })),
    ],
  ])("accepts %s", (_, stage) => {
    expect(problemsOf(stage)).toEqual([]);
  });
});
