import { sha256Hex } from "../../crypto/digest.ts";
import { SPDX_DOCUMENT_ID, toolCreator, type SpdxContent } from "../../formats/spdx2-json.ts";
import { packageVerificationCode, spdxFileType } from "../../formats/spdx2.ts";
import { formatUtcTime } from "../../formats/utc-time.ts";
import type { SpdxFile, SpdxRelationship } from "../../model/documents.ts";
import { linkedModulesOf, unionOf } from "../package/linked-modules.ts";
import type { ListedFile, PackageFile, PackageInput } from "../package/package-input.ts";
import {
  goPackages,
  mainPackage,
  moduleId,
  modulePackage,
  packageIds,
  sourcePackage,
  vendorOf,
} from "./spdx-packages.ts";

/**
 * The SBOM of a release. `files` are exactly L0; `later` are the paths of L1 and above, which the verification code
 * leaves out because they are made after it.
 */
export function sbomOf(
  input: PackageInput,
  files: readonly ListedFile[],
  later: readonly string[],
): SpdxContent {
  const spdxFiles = files.map(spdxFile);
  const main = mainPackage(input, packageVerificationCode(spdxFiles), later);
  const modules = unionOf(input.files, input.goSum);
  const organization = vendorOf(input);
  return {
    name: `${input.product}-${input.version}`,
    created: formatUtcTime(input.sourceDateEpoch),
    creators: [...(organization === undefined ? [] : [organization]), toolCreator(input.tool)],
    describes: [main.id],
    packages: [
      main,
      sourcePackage(input),
      ...goPackages(goVersionsOf(input.files)),
      ...modules.map((module) => modulePackage(module, input.moduleLicense(module.path, module.version))),
    ],
    files: spdxFiles,
    relationships: relationshipsOf(input, spdxFiles, [
      ...modules.map(moduleId),
      ...goVersionsOf(input.files).map(packageIds.standardLibrary),
    ]),
  };
}

function relationshipsOf(
  input: PackageInput,
  files: readonly SpdxFile[],
  linkedIds: readonly string[],
): readonly SpdxRelationship[] {
  const main = packageIds.main(input.product);
  return [
    { from: SPDX_DOCUMENT_ID, type: "DESCRIBES", to: main },
    ...files.map((file) => ({ from: main, type: "CONTAINS", to: file.id })),
    ...linkedIds.map((to) => ({ from: main, type: "DEPENDS_ON", to })),
    ...input.files.flatMap((file) => fileRelationships(file, input)),
  ];
}

/** What one binary is made of: as the linker recorded it in the binary, not as go.mod wishes. */
function fileRelationships(file: PackageFile, input: PackageInput): readonly SpdxRelationship[] {
  const from = fileId(file.path);
  const goVersion = file.binary?.go?.goVersion;
  const standardLibrary = goVersion === undefined ? [] : [packageIds.standardLibrary(goVersion)];
  const linked = [...linkedModulesOf(file, input.goSum).map(moduleId), ...standardLibrary];
  const isBuilt = file.recipe !== null && file.recipe.builder !== "prebuilt";
  return [
    ...linked.flatMap((to) => [
      { from, type: "STATIC_LINK", to },
      { from, type: "DEPENDS_ON", to },
    ]),
    ...(goVersion === undefined
      ? []
      : [{ from: packageIds.toolchain(goVersion), type: "BUILD_TOOL_OF", to: from }]),
    ...(isBuilt ? [{ from, type: "GENERATED_FROM", to: packageIds.source(input.product) }] : []),
  ];
}

function goVersionsOf(files: readonly PackageFile[]): readonly string[] {
  return [...new Set(files.flatMap((file) => file.binary?.go?.goVersion ?? []))];
}

function spdxFile({ path, kind, sha1, sha256, sha512 }: ListedFile): SpdxFile {
  return {
    id: fileId(path),
    path,
    fileType: spdxFileType(path, kind === "go-binary" || kind === "binary"),
    sha1,
    sha256,
    sha512,
  };
}

/** Made from the path, not from the content: two files with equal bytes are two files. */
function fileId(path: string): string {
  return `SPDXRef-File-${sha256Hex(Buffer.from(path)).slice(0, 32)}`;
}
