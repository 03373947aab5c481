import { describe, expect, it } from "vitest";
import { renderEvidence } from "../../src/formats/evidence-markdown.ts";
import { parseManifest } from "../../src/formats/manifest.ts";
import type { Manifest } from "../../src/model/manifest.ts";
import { testDocument } from "../support/test-documents.ts";

function testManifest(): Manifest {
  const manifest = parseManifest("release-evidence.json", testDocument("release-evidence.json"));
  if (!manifest.ok) throw new Error(manifest.reason);
  return manifest.value;
}

describe("renderEvidence", () => {
  it("names version, commit, ref and every artifact with its digest", () => {
    const manifest = testManifest();
    const text = renderEvidence(manifest);
    expect(text).toMatch(/^# Release evidence: cavra-runtime 0\.2\.0\n/);
    expect(text).toContain("- Commit: `0123456789abcdef0123456789abcdef01234567`\n");
    expect(text).toContain("- Ref: `refs/tags/v0.2.0`\n");
    for (const artifact of manifest.artifacts)
      expect(text).toContain(`- \`${artifact.path}\` \`${artifact.sha256}\` (`);
    expect(text.endsWith("`\n")).toBe(true);
  });

  it("is what the package holds", () => {
    expect(Buffer.from(testDocument("release-evidence.md")).toString("utf8")).toBe(
      renderEvidence(testManifest()),
    );
  });

  it("keeps text with backticks inside its code span", () => {
    const text = renderEvidence({ ...testManifest(), tool: "x` [link](https://example.com) ``y" });
    expect(text).toContain("- Made by: ``` x` [link](https://example.com) ``y ```\n");
  });

  it("says so when nothing is declared", () => {
    const text = renderEvidence({
      ...testManifest(),
      targets: [],
      controls: [],
      previous: null,
      expires: null,
    });
    expect(text).toContain("No target is declared.");
    expect(text).toContain("No control is claimed.");
    expect(text).toContain("- Previous release: `none`");
    expect(text).toContain("- Expires: `never`");
  });
});
