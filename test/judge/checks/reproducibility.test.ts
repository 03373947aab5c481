import { describe, expect, it } from "vitest";
import { withDocument } from "../../support/alter-release.ts";
import { reproducibilityDefects } from "../../support/defects/documents.ts";
import { itSeesEach, resultOf, runPackageChecks } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";

describe("the build record of a package", () => {
  itSeesEach(reproducibilityDefects);

  it("takes an unproven origin for a doubt and not for a contradiction", () => {
    const doubtful = withDocument(VALID_STAGE, "reproducibility", ({ binaries }) => ({
      binaries: binaries.map((recipe) => ({ ...recipe, originVerified: recipe.builder === "go" })),
    }));
    expect(runPackageChecks(doubtful).findings).toMatchObject([
      { severity: "unknown", at: "bin/helper_linux_amd64", actual: "prebuilt" },
    ]);
    expect(resultOf(doubtful, "reproducibility.agree")?.status).toBe("pass");
  });
});
