import { describe, expect, it } from "vitest";
import { legacyFacts } from "../../src/compare/package-facts.ts";
import { parseLegacyEvidence } from "../../src/formats/legacy-evidence.ts";
import { legacyPackage } from "../support/legacy-package.ts";

const EVIDENCE = "release-evidence.json";
const bytes = legacyPackage().files.find(({ path }) => path === EVIDENCE)?.bytes ?? new Uint8Array();
const read = parseLegacyEvidence(EVIDENCE, bytes);
if (!read.ok) throw new Error(read.reason);
const evidence = read.value;

describe("a manifest of the system before cavra, to be compared", () => {
  const facts = legacyFacts(evidence);

  it("gives the version without v, and the targets that the names of binaries say", () => {
    expect(facts.version).toBe("0.0.9");
    expect(facts.targets).toEqual(["darwin/arm64", "linux/amd64", "windows/amd64"]);
    expect(facts.artifacts.find(({ path }) => path.endsWith(".exe"))?.target).toBe("windows/amd64");
  });

  it("leaves out the kinds and controls that only that system knows", () => {
    expect([...new Set(facts.artifacts.map(({ kind }) => kind))].toSorted()).toEqual([
      "go-binary",
      "go-modules",
      "installer-metadata",
      "offline-trust-bootstrap",
      "reproducibility-manifest",
      "sbom",
      "slsa-provenance",
    ]);
    expect(facts.controls).toEqual([
      "reproducible-go-build-flags",
      "sha256-checksums",
      "spdx-sbom",
      "slsa-provenance",
      "release-evidence-manifest",
    ]);
  });

  it("gives no target to a binary whose name says none", () => {
    const artifacts = [{ path: "bin/agent", kind: "go-binary", sha256: "", sizeBytes: 0 }];
    expect(legacyFacts({ ...evidence, artifacts })).toMatchObject({
      targets: [],
      artifacts: [{ path: "bin/agent", kind: "go-binary" }],
    });
  });
});
