import { describe, expect, it } from "vitest";
import { controlsOf, input } from "../../support/made-documents.ts";

describe("controls", () => {
  it("are all there when every fact is", () => {
    expect(controlsOf({})).toEqual([
      "installer-metadata",
      "offline-trust-bootstrap",
      "release-evidence-manifest",
      "reproducibility-manifest",
      "reproducible-go-build-flags",
      "sha256-checksums",
      "slsa-provenance",
      "spdx-sbom",
      "airgap-rebuild-guidance",
      "binary-digests-declared",
      "buildvcs-disabled",
      "cgo-disabled",
      "empty-go-buildid",
      "readonly-module-resolution",
      "target-matrix-declared",
      "trimpath-enabled",
    ]);
  });

  it.each([
    ["-trimpath", "trimpath-enabled"],
    ["-buildvcs=false", "buildvcs-disabled"],
    ["-ldflags=-s -w -buildid=", "empty-go-buildid"],
  ])("lose a claim when one binary was built without %s", (flag, control) => {
    const [first, ...rest] = input.files;
    if (first?.recipe === undefined || first.recipe === null) throw new Error("the test input has no recipe");
    const recipe = { ...first.recipe, argv: first.recipe.argv.filter((word) => word !== flag) };
    const controls = controlsOf({ files: [{ ...first, recipe }, ...rest] });
    expect(controls).not.toContain(control);
    expect(controls).not.toContain("reproducible-go-build-flags");
    expect(controls).toContain("cgo-disabled");
  });

  it("claim nothing of Go without a Go binary, and never a signature", () => {
    const controls = controlsOf({ files: input.files.filter(({ kind }) => kind === "file") });
    expect(controls).not.toContain("cgo-disabled");
    expect(controls).not.toContain("binary-digests-declared");
    expect(controls.filter((id) => id.includes("sign"))).toEqual([]);
  });
});
