import { describe, expect, it } from "vitest";
import { packagedJson } from "../../src/formats/canonical-json.ts";
import { parseManifest, writeManifest } from "../../src/formats/manifest.ts";
import type { Artifact, Manifest } from "../../src/model/manifest.ts";
import { testDocument } from "../support/test-documents.ts";

const AT = "release-evidence.json";
const sample = testDocument(AT);
const result = parseManifest(AT, sample);
if (!result.ok) throw new Error(result.reason);
const manifest = result.value;
const [first] = manifest.artifacts;
if (first === undefined) throw new Error("the test manifest lists nothing");

function reasonFor(change: Partial<Manifest>): string {
  const changed = parseManifest(AT, writeManifest({ ...manifest, ...change }));
  return changed.ok ? "accepted" : changed.reason;
}
const withArtifact = (change: Partial<Artifact>): Partial<Manifest> => ({
  artifacts: [{ ...first, ...change }],
});

describe("release-evidence.json", () => {
  it.each([
    [
      "a file above layer 2",
      withArtifact({ path: "checksums.txt" }),
      "artifacts[0].relative_path names a file that is made after",
    ],
    [
      "the manifest itself",
      withArtifact({ path: AT }),
      "artifacts[0].relative_path names a file that is made after",
    ],
    [
      "a path that leaves the package",
      withArtifact({ path: "../x" }),
      "artifacts[0].relative_path must be a path",
    ],
    ["a path that stands twice", { artifacts: [first, first] }, "artifacts[1] stands in the list twice"],
    ["no artifact", { artifacts: [] }, "artifacts must have 1 to"],
    ["a target that is none", { targets: ["linux"] }, "targets[0] must be os/arch"],
    ["a time before 1980", { sourceDateEpoch: 1 }, "source_date_epoch must be an integer from 315532800"],
    ["a line end in text", { component: "a\nb" }, "component must be one line"],
    ["a direction mark in text", { tool: "cavra\u202e" }, "tool must be one line"],
    [
      "a short commit",
      { source: { ...manifest.source, commit: "abc" } },
      "commit must be 40 or 64 lowercase hex digits",
    ],
    ["another zip profile", { zip: { ...manifest.zip, profile: "cavra-zip/2" } }, "zip.profile must be"],
  ])("is refused with %s", (_title, change, reason) => {
    expect(reasonFor(change)).toContain(reason);
  });

  it.each([
    ["created_at", "2026-01-01T00:00:01Z", 'created_at must be "2026-01-01T00:00:00Z"'],
    ["signature_count", 3, "signature_count must be 0"],
    ["signing_required", false, "signing_required must be true"],
    [
      "schema_version",
      "cavra.go-release.evidence.v2",
      'schema_version must be "cavra.go-release.evidence.v1"',
    ],
  ])("is refused when %s is %j", (member, value, reason) => {
    const document = JSON.parse(Buffer.from(sample).toString("utf8")) as Record<string, string>;
    const changed = parseManifest(AT, packagedJson({ ...document, [member]: value }));
    expect(changed.ok ? "accepted" : changed.reason).toBe(reason);
  });

  it("is refused with artifacts in another order", () => {
    const document = JSON.parse(Buffer.from(sample).toString("utf8")) as { artifacts: [] };
    const changed = parseManifest(
      AT,
      packagedJson({ ...document, artifacts: document.artifacts.toReversed() }),
    );
    expect(changed.ok ? "accepted" : changed.reason).toBe("artifacts[1] is not in ascending order");
  });
});
