import { describe, expect, it } from "vitest";
import { goModulesOf } from "../../../src/make/package/linked-modules.ts";
import type { PackageFile } from "../../../src/make/package/package-input.ts";
import type { GoModule } from "../../../src/model/binary.ts";
import { Failure } from "../../../src/model/failure.ts";
import { goFile, testPackageInput } from "../../support/package-input.ts";

const SHARED = { path: "example.com/shared", version: "v1.0.0" };
const SUM = `h1:${"A".repeat(43)}=`;
const OTHER_SUM = `h1:${"B".repeat(42)}A=`;
const ORIGINAL = { path: "example.com/original", version: "v1.2.0", sum: SUM };

/** A program that somebody else built, and that links one module. */
function programWith(target: string, module: GoModule): PackageFile {
  const file = goFile(target);
  const { binary } = file;
  if (binary?.go === undefined) throw new Error("the test file has no build info");
  return { ...file, kind: "binary", binary: { ...binary, go: { ...binary.go, modules: [module] } } };
}

function listed(first: GoModule, second: GoModule) {
  const files = [programWith("linux/amd64", first), programWith("darwin/arm64", second)];
  return goModulesOf(testPackageInput({ files, goSum: () => undefined }))?.modules;
}

describe("one module in two programs", () => {
  it.each([
    [SUM, "", SUM],
    ["", SUM, SUM],
    ["", "", ""],
  ])("takes a missing sum from the other: %j and %j", (first, second, sum) => {
    expect(listed({ ...SHARED, sum: first }, { ...SHARED, sum: second })).toEqual([
      { ...SHARED, sum, replaces: null, targets: ["darwin/arm64", "linux/amd64"] },
    ]);
  });

  it("may stand in for another module in one of them", () => {
    const module = { ...SHARED, sum: SUM };
    const replaced = { ...ORIGINAL, replacedBy: module };
    expect(listed(replaced, module)).toMatchObject([
      { path: SHARED.path, replaces: "example.com/original@v1.2.0" },
    ]);
    expect(listed(module, replaced)).toMatchObject([{ path: SHARED.path, replaces: null }]);
  });

  it("has one content", () => {
    expect(() => listed({ ...SHARED, sum: SUM }, { ...SHARED, sum: OTHER_SUM })).toThrow(Failure);
  });
});
