import { describe, expect, it } from "vitest";
import { parseGoModules } from "../../../src/formats/go-modules.ts";
import { parseProvenance } from "../../../src/formats/slsa.ts";
import { packageVerificationCode, parseSpdx2 } from "../../../src/formats/spdx2.ts";
import { input, readOf } from "../../support/made-documents.ts";

describe("go-modules, SBOM and provenance", () => {
  it("take modules from the binaries: replacements in place, h1 from go.sum where the linker has none", () => {
    const { modules } = readOf(parseGoModules, "go-modules.json");
    expect(modules).toEqual([
      {
        path: "github.com/Fork/yaml",
        version: "v3.0.1+incompatible",
        sum: "h1:LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=",
        replaces: "gopkg.in/yaml.v3@v3.0.0",
        targets: ["windows/amd64"],
      },
      {
        path: "golang.org/x/text",
        version: "v0.30.0",
        sum: "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        replaces: null,
        targets: ["darwin/arm64", "linux/amd64", "windows/amd64"],
      },
    ]);
  });

  it("state the h1 of each module as dirHash in hexadecimal", () => {
    const { dependencies } = readOf(parseProvenance, "cavra-runtime.provenance.intoto.json");
    const digests = Object.fromEntries(
      dependencies.map(({ uri, digest }) => [uri, Object.fromEntries(digest)]),
    );
    expect(digests).toEqual({
      "git+https://example.com/acme/cavra-runtime@refs/tags/v0.2.0": {
        gitCommit: input.source.commit,
        gitTree: input.sourceTree,
      },
      "pkg:generic/go@1.26.8": { dirHash: input.goSources.get("go1.26.8") },
      "pkg:golang/github.com/Fork/yaml@v3.0.1%2Bincompatible": {
        dirHash: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
      },
      "pkg:golang/golang.org/x/text@v0.30.0": {
        dirHash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      },
      "urn:cavra:resolved-config": { sha256: input.configSha256 },
    });
  });

  it("link each binary to what its linker recorded and to nothing else", () => {
    const sbom = readOf(parseSpdx2, "cavra-runtime.sbom.spdx.json");
    const names = new Map(sbom.packages.map(({ id, name }) => [id, name]));
    const linkedBy = (path: string): readonly (string | undefined)[] => {
      const id = sbom.files.find((file) => file.path === path)?.id;
      return sbom.relationships
        .filter(({ from, type }) => from === id && type === "STATIC_LINK")
        .map(({ to }) => names.get(to));
    };
    expect(linkedBy("bin/cavra-runtime_v0.2.0_linux_amd64")).toEqual(["golang.org/x/text", "stdlib"]);
    expect(linkedBy("bin/cavra-runtime_v0.2.0_windows_amd64.exe")).toEqual([
      "github.com/Fork/yaml",
      "golang.org/x/text",
      "stdlib",
    ]);
    expect(linkedBy("LICENSE")).toEqual([]);
  });

  it("give the SBOM the verification code of exactly its files", () => {
    const sbom = readOf(parseSpdx2, "cavra-runtime.sbom.spdx.json");
    const main = sbom.packages.find(({ id }) => id === sbom.describes[0]);
    expect(main?.verificationCode).toBe(packageVerificationCode(sbom.files));
    expect(main?.excludedFiles).toEqual([
      "cavra-runtime.provenance.intoto.json",
      "cavra-runtime.sbom.spdx.json",
      "cavra-runtime.sbom.spdx3.json",
      "checksums.txt",
      "release-evidence.json",
      "release-evidence.md",
    ]);
  });
});
