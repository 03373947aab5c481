import { describe, expect, it } from "vitest";
import type { PackageStage } from "../../../src/judge/stages.ts";
import { parsed } from "../../../src/model/parsed.ts";
import {
  withArtifact,
  withBrokenDocument,
  withBuildInfo,
  withDocument,
  withFile,
} from "../../support/alter-release.ts";
import { modulesDefects } from "../../support/defects/documents.ts";
import { itSeesEach, problemsOf, resultOf } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";
import { SYS_MODULE } from "../../support/release-binaries.ts";
import { binaryFacts } from "../../support/binary-facts.ts";

const GO_BINARIES = ["bin/agent_darwin_arm64", "bin/agent_linux_amd64", "bin/agent_windows_amd64.exe"];

function withSum(stage: PackageStage, path: string, sum: string): PackageStage {
  return withBuildInfo(stage, path, ({ modules }) => ({
    modules: modules.map((module) => (module.path === SYS_MODULE.path ? { ...module, sum } : module)),
  }));
}

describe("the list of Go modules of a package", () => {
  itSeesEach(modulesDefects);

  it.each(GO_BINARIES)("sees that %s holds other code under the same version", (path) => {
    expect(problemsOf(withSum(VALID_STAGE, path, `h1:${"A".repeat(43)}=`))).toEqual([
      "modules.module-differs",
      "provenance.module-differs",
      "sbom.module-differs",
    ]);
  });

  it("has nothing to compare with when the linker recorded no sums", () => {
    expect(problemsOf(GO_BINARIES.reduce((stage, path) => withSum(stage, path, ""), VALID_STAGE))).toEqual(
      [],
    );
  });

  it("accepts an empty list for binaries without dependencies", () => {
    const bare = GO_BINARIES.reduce(
      (stage, path) => withBuildInfo(stage, path, () => ({ modules: [] })),
      VALID_STAGE,
    );
    const listed = withDocument(bare, "goModules", () => ({ modules: [] }));
    expect(resultOf(listed, "modules.agree")?.status).toBe("pass");
  });

  it("is not asked of a package without Go", () => {
    const without = GO_BINARIES.reduce(
      (stage, path) =>
        withFile(
          withArtifact(stage, path, (artifact) => [{ ...artifact, kind: "binary" }]),
          path,
          (file) => ({ ...file, binary: parsed(path, binaryFacts({ dynamic: true })) }),
        ),
      withArtifact(withBrokenDocument(VALID_STAGE, "goModules"), "go-modules.json", () => []),
    );
    const stage = withFile(without, "go-modules.json", () => undefined);
    const listed = withDocument(stage, "checksums", (lines) =>
      lines.filter(({ path }) => path !== "go-modules.json"),
    );
    expect(resultOf(listed, "modules.agree")).toMatchObject({
      status: "skip",
      reason: "the release holds no Go binary",
    });
  });
});
