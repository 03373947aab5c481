import { describe, expect, it } from "vitest";
import { withBuildInfo, withDocument } from "../../support/alter-release.ts";
import { sbomDefects } from "../../support/defects/sbom.ts";
import { itSeesEach, problemsOf } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";

describe("the SBOM of a package", () => {
  itSeesEach(sbomDefects);

  it("wants the sum of a module wherever a binary records one", () => {
    const changed = withDocument(VALID_STAGE, "sbom", ({ packages }) => ({
      packages: packages.map((item) => ({ ...item, goSum: "" })),
    }));
    expect(problemsOf(changed)).toEqual(["sbom.module-differs"]);
  });

  it("sees a module that only one of the binaries holds", () => {
    const changed = withBuildInfo(VALID_STAGE, "bin/agent_linux_amd64", ({ modules }) => ({
      modules: [...modules, { path: "example.com/added", version: "v1.0.0", sum: "" }],
    }));
    expect(problemsOf(changed)).toEqual([
      "modules.module-missing",
      "provenance.module-missing",
      "sbom.module-missing",
    ]);
  });
});
