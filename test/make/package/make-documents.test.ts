import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileDigests, sha256Hex } from "../../../src/crypto/digest.ts";
import { parseBootstrap } from "../../../src/formats/bootstrap.ts";
import { parseChecksums } from "../../../src/formats/checksums.ts";
import { parseInstallers } from "../../../src/formats/installers.ts";
import { parseManifest } from "../../../src/formats/manifest.ts";
import { parseReproducibility } from "../../../src/formats/reproducibility.ts";
import { parseProvenance } from "../../../src/formats/slsa.ts";
import { parseSpdx2 } from "../../../src/formats/spdx2.ts";
import { makeDocuments } from "../../../src/make/package/make-documents.ts";
import type { PackageInput } from "../../../src/make/package/package-input.ts";
import { Failure } from "../../../src/model/failure.ts";
import { layerOf } from "../../../src/model/layers.ts";
import { bytesOf, documents, input, readOf } from "../../support/made-documents.ts";
import { goFile, testPackageInput } from "../../support/package-input.ts";
import { binaryFacts } from "../../support/binary-facts.ts";

function failureOf(change: Partial<PackageInput>): Failure {
  try {
    makeDocuments(testPackageInput(change));
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const productPaths = input.files.map(({ path }) => path);
const layersUpTo = (layer: number): readonly string[] =>
  [...productPaths, ...documents.map(({ path }) => path)].filter((path) => layerOf(path) <= layer).sort();

describe("makeDocuments", () => {
  it("makes every document, each after those it lists", () => {
    expect(documents.map(({ path }) => path)).toEqual([
      "cavra-runtime.installers.json",
      "cavra-runtime.reproducibility.json",
      "go-modules.json",
      "offline-trust-root-bootstrap.json",
      "cavra-runtime.sbom.spdx.json",
      "cavra-runtime.sbom.spdx3.json",
      "cavra-runtime.provenance.intoto.json",
      "release-evidence.json",
      "release-evidence.md",
      "checksums.txt",
    ]);
  });

  it("lists exactly the layers below in each document (trust-spec section 1)", () => {
    const sbom = readOf(parseSpdx2, "cavra-runtime.sbom.spdx.json");
    const provenance = readOf(parseProvenance, "cavra-runtime.provenance.intoto.json");
    const manifest = readOf(parseManifest, "release-evidence.json");
    const checksums = readOf(parseChecksums, "checksums.txt");
    expect(sbom.files.map(({ path }) => path)).toEqual(layersUpTo(0));
    expect(provenance.subjects.map(({ name }) => name)).toEqual(layersUpTo(1));
    expect(manifest.artifacts.map(({ path }) => path)).toEqual(layersUpTo(2));
    expect(checksums.map(({ path }) => path)).toEqual(layersUpTo(4));
  });

  it("agrees on every digest", () => {
    const manifest = readOf(parseManifest, "release-evidence.json");
    const sums = new Map(readOf(parseChecksums, "checksums.txt").map(({ path, sha256 }) => [path, sha256]));
    for (const { path, bytes } of documents) {
      if (path !== "checksums.txt") expect(sums.get(path)).toBe(sha256Hex(bytes));
    }
    for (const artifact of manifest.artifacts) expect(sums.get(artifact.path)).toBe(artifact.sha256);
    const sbom = bytesOf("cavra-runtime.sbom.spdx.json");
    const listed = manifest.artifacts.find(({ kind }) => kind === "sbom");
    expect(listed).toMatchObject({
      sizeBytes: sbom.byteLength,
      sha512: fileDigests(sbom).sha512,
      mode: 0o644,
    });
  });

  it("gives the same bytes whatever the order of its lists", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...input.files], { minLength: input.files.length }),
        fc.shuffledSubarray([...input.targets], { minLength: input.targets.length }),
        (files, targets) => {
          const again = makeDocuments(testPackageInput({ files, targets }));
          expect(again).toEqual(documents);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("refuses a file that would stand in the place of a document", () => {
    for (const path of ["checksums.txt", "go-modules.json", "other.spdx.json", "bin/x.sig.json"]) {
      const failure = failureOf({ files: [...input.files, goFile("linux/amd64", { path })] });
      expect(failure).toMatchObject({ code: "config", details: { at: path } });
    }
  });

  it("refuses what its own reader would not read", () => {
    expect(failureOf({ source: { ...input.source, ref: "refs/heads/führung" } })).toMatchObject({
      code: "refused",
    });
    expect(failureOf({ version: "v0.2.0" }).message).toContain("version must be a strict SemVer version");
    expect(failureOf({ targets: ["linux/amd64", "linux/amd64"] }).message).toContain(
      "stands in the list twice",
    );
  });

  it("refuses two contents for one module", () => {
    const [first] = input.files;
    const go = first?.binary?.go;
    if (first === undefined || go === undefined) throw new Error("the test input has no Go binary");
    const modules = go.modules.map((module) => ({ ...module, sum: `h1:${"A".repeat(43)}=` }));
    const changed = { ...first, binary: binaryFacts({ format: "pe", go: { ...go, modules } }) };
    expect(failureOf({ files: [changed, ...input.files.slice(1)] })).toMatchObject({ code: "build" });
  });

  it("has no go-modules.json without a Go binary, and asks for none", () => {
    const files = input.files.map((file) => ({ ...file, binary: null }));
    const without = makeDocuments(testPackageInput({ files }));
    expect(without.map(({ path }) => path)).not.toContain("go-modules.json");
    expect(readOf(parseBootstrap, "offline-trust-root-bootstrap.json", without).requiredFiles).not.toContain(
      "go-modules.json",
    );
  });

  it("refuses more files than a signed provenance can name", () => {
    const [, , , licence] = testPackageInput().files;
    if (licence === undefined) throw new Error("the sample has no licence");
    const files = (count: number): Partial<PackageInput> => ({
      files: Array.from({ length: count }, (_, index) => ({ ...licence, path: `data/${index}` })),
    });
    expect(failureOf(files(3500))).toMatchObject({
      code: "config",
      message: "the release has too many files: its provenance could not be signed",
    });
  });
});

describe("installers", () => {
  const { targets } = readOf(parseInstallers, "cavra-runtime.installers.json");

  it("names each binary by its path in the package", () => {
    const unix = targets.find(({ target }) => target === "linux/amd64");
    expect(unix?.installCommand).toBe(
      "install -m 0755 bin/cavra-runtime_v0.2.0_linux_amd64 /usr/local/bin/cavra-runtime",
    );
    expect(unix?.verificationCommand).toBe("sha256sum -c checksums.txt");
    expect(targets.map(({ target }) => target)).toEqual(["darwin/arm64", "linux/amd64", "windows/amd64"]);
  });

  it("does not put a vendor into a Windows command that cmd would read as more than a name", () => {
    const windows = targets.find(({ target }) => target === "windows/amd64");
    expect(windows?.installPath).toBe("%ProgramFiles%\\cavra-runtime\\cavra-runtime.exe");
    const plain = makeDocuments(testPackageInput({ vendor: "Acme Inc" }));
    const again = readOf(parseInstallers, "cavra-runtime.installers.json", plain).targets.at(-1);
    expect(again?.installCommand).toBe(
      'copy /Y "bin\\cavra-runtime_v0.2.0_windows_amd64.exe" "%ProgramFiles%\\Acme Inc\\cavra-runtime.exe"',
    );
  });
});

describe("reproducibility", () => {
  it("sums up the flags of the Go binaries in the members that existing readers know", () => {
    const text = Buffer.from(bytesOf("cavra-runtime.reproducibility.json")).toString("utf8");
    expect(JSON.parse(text)).toMatchObject({
      schema_version: "cavra.go-runtime.reproducibility.v1",
      module_dir: "go/cavra-runtime",
      build_environment: { CGO_ENABLED: "0", GOFLAGS: "-trimpath -buildvcs=false -mod=readonly" },
      build_flags: { ldflags: ["-s", "-w", "-buildid="] },
      go_targets: ["darwin/arm64", "linux/amd64", "windows/amd64"],
    });
  });

  it("lists the declared targets, also those whose binary was lost", () => {
    const lost = makeDocuments(
      testPackageInput({ files: input.files.filter(({ target }) => target !== "linux/amd64") }),
    );
    const document = readOf(parseReproducibility, "cavra-runtime.reproducibility.json", lost);
    expect(document.targets).toContain("linux/amd64");
    expect(document.controls).not.toContain("target-matrix-declared");
  });
});

describe("bootstrap", () => {
  it("holds no key and asks for trust that came another way", () => {
    const text = Buffer.from(bytesOf("offline-trust-root-bootstrap.json")).toString("utf8");
    const bootstrap = readOf(parseBootstrap, "offline-trust-root-bootstrap.json");
    expect(text).not.toMatch(/BEGIN|[0-9a-f]{64}|ssh-ed25519/);
    expect(bootstrap.verificationCommands).toEqual([
      "cavra release verify-airgap-bundle cavra-go-runtime-v0.2.0.zip --trust TRUST-ROOT",
      "cavra release verify-go-package go-runtime-v0.2.0 --trust TRUST-ROOT",
    ]);
    const present = new Set([...productPaths, ...documents.map(({ path }) => path)]);
    expect(bootstrap.requiredFiles.filter((path) => !present.has(path))).toEqual([]);
  });
});
