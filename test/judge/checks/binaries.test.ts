import { describe, expect, it } from "vitest";
import { withBuildInfo, withDocument } from "../../support/alter-release.ts";
import { binariesDefects } from "../../support/defects/binaries.ts";
import { itSeesEach, problemsOf, resultOf } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";
import type { PackageStage } from "../../../src/judge/stages.ts";

function builtBy(stage: PackageStage, argv: readonly string[]): PackageStage {
  return withDocument(stage, "reproducibility", ({ binaries }) => ({
    binaries: binaries.map((recipe) => (recipe.builder === "go" ? { ...recipe, argv } : recipe)),
  }));
}

describe("the binaries of a package", () => {
  itSeesEach(binariesDefects);

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

  it("only warns of code from a folder", () => {
    const local = binariesDefects.find(({ problem }) => problem === "binaries.local-replacement");
    expect(resultOf(local?.alter(VALID_STAGE) ?? VALID_STAGE, "binaries.recipe")?.status).toBe("pass");
  });
});
