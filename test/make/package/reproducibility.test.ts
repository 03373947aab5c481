import { describe, expect, it } from "vitest";
import type { PackageFile } from "../../../src/make/package/package-input.ts";
import { reproducibilityOf } from "../../../src/make/package/reproducibility.ts";
import { goFile, testPackageInput } from "../../support/package-input.ts";

function prebuilt(target: string): PackageFile {
  const file = goFile(target);
  if (file.recipe === null) throw new Error("the test file has no recipe");
  const recipe = { ...file.recipe, builder: "prebuilt", argv: [], rebuildCommand: null } as const;
  return { ...file, kind: "binary", recipe };
}

function guidanceFor(files: readonly PackageFile[]): string {
  return reproducibilityOf(testPackageInput({ files })).operatorGuidance.join(" ");
}

describe("the guidance for those who rebuild", () => {
  it("names rebuild commands only when there is one", () => {
    expect(guidanceFor([goFile("linux/amd64"), prebuilt("darwin/arm64")])).toContain("run a rebuild command");
    expect(guidanceFor([prebuilt("linux/amd64"), prebuilt("darwin/arm64")])).toMatch(
      /^No binary .* has a rebuild/,
    );
  });
});
