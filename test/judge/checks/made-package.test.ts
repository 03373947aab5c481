import { describe, expect, it } from "vitest";
import { fileDigests } from "../../../src/crypto/digest.ts";
import { parseBootstrap } from "../../../src/formats/bootstrap.ts";
import { parseChecksums } from "../../../src/formats/checksums.ts";
import { renderEvidence } from "../../../src/formats/evidence-markdown.ts";
import { parseGoModules } from "../../../src/formats/go-modules.ts";
import { parseInstallers } from "../../../src/formats/installers.ts";
import { parseManifest } from "../../../src/formats/manifest.ts";
import { parseReproducibility } from "../../../src/formats/reproducibility.ts";
import { parseProvenance } from "../../../src/formats/slsa.ts";
import { parseSpdx2 } from "../../../src/formats/spdx2.ts";
import type { PackageStage } from "../../../src/judge/stages.ts";
import { makeDocuments } from "../../../src/make/package/make-documents.ts";
import type { PackageFile, PackageInput } from "../../../src/make/package/package-input.ts";
import type { BinaryFacts } from "../../../src/model/binary.ts";
import { parsed, valueOf } from "../../../src/model/parsed.ts";
import type { InspectedFile } from "../../../src/model/release.ts";
import { goFile, testPackageInput } from "../../support/package-input.ts";
import { testPolicy } from "../../support/policy.ts";
import { problemsOf, runPackageChecks } from "../../support/problems-of.ts";

const FORMATS: Readonly<Record<string, BinaryFacts["format"]>> = { darwin: "macho", windows: "pe" };

/** The sample binary, with the build info that its recipe would have left in it. */
function linkedFile(target: string, change: Partial<PackageFile> = {}): PackageFile {
  const file = goFile(target, change);
  const go = file.binary?.go;
  if (file.binary === null || go === undefined) throw new Error("the sample has no Go build info");
  const settings = new Map([...go.settings, ["CGO_ENABLED", "0"], ["-trimpath", "true"]] as const);
  const format = FORMATS[target.split("/")[0] ?? ""] ?? "elf";
  return { ...file, binary: { ...file.binary, format, go: { ...go, settings } } };
}

const FILES = [
  linkedFile("windows/amd64"),
  linkedFile("linux/amd64"),
  linkedFile("darwin/arm64"),
  ...testPackageInput().files.filter(({ kind }) => kind === "file"),
];

/** The package as the maker writes it, before anyone signs. */
function madeStage(change: Partial<PackageInput> = {}): PackageStage {
  const input = testPackageInput({ files: FILES, ...change });
  const documents = makeDocuments(input);
  const bytesOf = (ending: string): [string, Uint8Array] => {
    const found = documents.find(({ path }) => path.endsWith(ending));
    return [found?.path ?? ending, found?.bytes ?? new Uint8Array()];
  };
  const manifest = parseManifest(...bytesOf("release-evidence.json"));
  const value = valueOf(manifest);
  const renderedEvidence = value === undefined ? undefined : renderEvidence(value);
  const [pagePath, page] = bytesOf("release-evidence.md");
  return {
    policy: testPolicy(),
    statement: undefined,
    provenanceSignature: undefined,
    renderedEvidence,
    release: {
      kind: "directory",
      top: input.topFolder,
      zip: null,
      files: new Map([...input.files.map(builtFile), ...documents.map(documentFile)]),
      documents: {
        checksums: parseChecksums(...bytesOf("checksums.txt")),
        manifest,
        sbom: parseSpdx2(...bytesOf(".sbom.spdx.json")),
        provenance: parseProvenance(...bytesOf(".provenance.intoto.json")),
        installers: parseInstallers(...bytesOf(".installers.json")),
        reproducibility: parseReproducibility(...bytesOf(".reproducibility.json")),
        goModules: parseGoModules(...bytesOf("go-modules.json")),
        bootstrap: parseBootstrap(...bytesOf("offline-trust-root-bootstrap.json")),
      },
      manifestSha256: fileDigests(bytesOf("release-evidence.json")[1]).sha256,
      evidenceMarkdown: parsed(pagePath, Buffer.from(page).toString("utf8")),
    },
  };
}

function builtFile({
  path,
  mode,
  sizeBytes,
  sha1,
  sha256,
  sha512,
  binary,
}: PackageFile): [string, InspectedFile] {
  const file = { path, mode, sizeBytes, sha1, sha256, sha512 };
  return [path, binary === null ? file : { ...file, binary: parsed(path, binary) }];
}

function documentFile({ path, bytes }: { path: string; bytes: Uint8Array }): [string, InspectedFile] {
  return [path, { path, mode: 0o644, sizeBytes: bytes.byteLength, ...fileDigests(bytes) }];
}

describe("a package that the maker wrote", () => {
  it("passes every check that needs no signature", () => {
    const { findings, results } = runPackageChecks(madeStage());
    expect(findings).toEqual([]);
    expect(results.filter(({ status }) => status === "skip").map(({ id }) => id)).toEqual([
      "files.list-signed",
      "files.top",
      "manifest.zip",
      "provenance.signer",
      "vulnerabilities.known",
    ]);
  });

  it("passes with a prebuilt Go binary of another toolchain", () => {
    const prebuilt = linkedFile("linux/amd64", {
      path: "bin/helper_linux_amd64",
      kind: "binary",
      installName: "helper",
      ...fileDigests(Buffer.from("helper")),
      recipe: {
        builder: "prebuilt",
        toolchain: "",
        workingDirectory: ".",
        environment: new Map(),
        argv: [],
        rebuildCommand: null,
      },
    });
    const go = prebuilt.binary?.go;
    if (prebuilt.binary === null || go === undefined) throw new Error("the sample has no Go build info");
    const older = { ...prebuilt, binary: { ...prebuilt.binary, go: { ...go, goVersion: "go1.25.1" } } };
    expect(problemsOf(madeStage({ files: [...FILES, older] }))).toEqual([]);
  });

  it("does not pass as a dry run", () => {
    expect(problemsOf(madeStage({ dryRun: true }))).toEqual(["manifest.dry-run"]);
  });
});
