import type { SpdxDocument, SpdxFile, SpdxPackage, SpdxRelationship } from "../model/documents.ts";
import { contentDigest } from "./content-digest.ts";
import { canonicalJson } from "./canonical-json.ts";
import { inOrder, itself } from "./field-shapes.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { NOASSERTION } from "./spdx-unstated.ts";

export const SPDX_DOCUMENT_ID = "SPDXRef-DOCUMENT";
/** go.sum hashes are no file digests, so they never stand in `checksums`. */
export const GO_SUM_COMMENT = "go.sum ";
const NAMESPACE_BASE = "https://cavra.dev/spdx/";

/** A document whose namespace is still to be made from the rest. */
export type SpdxContent = Omit<SpdxDocument, "namespace">;

/** How a maker such as `cavra 0.1.0` stands among the creators (SPDX 2.3, 6.8: name, hyphen, version). */
export function toolCreator(tool: string): string {
  return `Tool: ${tool.replace(" ", "-")}`;
}

export const idOf = (element: { readonly id: string }): string => element.id;
export const fileKey = (file: SpdxFile): string => file.path;
export const relationshipKey = ({ from, type, to }: SpdxRelationship): string => `${from} ${type} ${to}`;

/**
 * The SPDX 2.3 JSON of a document. The namespace is unique to the content (6.5.2 asks for a unique URI): it ends with
 * the SHA-256 of the RFC 8785 form of everything else, so the same release has the same one and no other release has it.
 */
export function spdxJson(content: SpdxContent): JsonValue {
  const body = bodyJson(content);
  const digest = contentDigest(canonicalJson(body));
  return { ...body, documentNamespace: `${NAMESPACE_BASE}${content.name}-${digest}` };
}

function bodyJson(content: SpdxContent): JsonObject {
  return {
    SPDXID: SPDX_DOCUMENT_ID,
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    name: content.name,
    creationInfo: {
      created: content.created,
      creators: inOrder(content.creators, itself),
      comment: "Generation context: build",
    },
    documentDescribes: inOrder(content.describes, itself),
    packages: inOrder(content.packages, idOf).map(packageJson),
    files: inOrder(content.files, fileKey).map(fileJson),
    relationships: inOrder(content.relationships, relationshipKey).map(({ from, type, to }) => ({
      spdxElementId: from,
      relationshipType: type,
      relatedSpdxElement: to,
    })),
  };
}

function packageJson(item: SpdxPackage): JsonObject {
  const references = [
    ...reference("PACKAGE-MANAGER", "purl", item.purl),
    ...reference("SECURITY", "cpe23Type", item.cpe),
    ...reference("PERSISTENT-ID", "swh", item.swhid),
  ];
  return {
    SPDXID: item.id,
    name: item.name,
    ...(item.version === "" ? {} : { versionInfo: item.version }),
    ...(item.fileName === "" ? {} : { packageFileName: item.fileName }),
    supplier: item.supplier,
    downloadLocation: item.downloadLocation,
    ...analysisJson(item),
    licenseConcluded: item.licenseConcluded,
    licenseDeclared: item.licenseDeclared,
    copyrightText: NOASSERTION,
    primaryPackagePurpose: item.purpose,
    ...(item.goSum === "" ? {} : { comment: `${GO_SUM_COMMENT}${item.goSum}` }),
    ...(references.length === 0 ? {} : { externalRefs: references }),
  };
}

function analysisJson(item: SpdxPackage): JsonObject {
  if (item.verificationCode === "") return { filesAnalyzed: false };
  return {
    filesAnalyzed: true,
    packageVerificationCode: {
      packageVerificationCodeValue: item.verificationCode,
      packageVerificationCodeExcludedFiles: inOrder(item.excludedFiles, itself).map((path) => `./${path}`),
    },
  };
}

function reference(category: string, type: string, locator: string): readonly JsonObject[] {
  return locator === ""
    ? []
    : [{ referenceCategory: category, referenceType: type, referenceLocator: locator }];
}

function fileJson(file: SpdxFile): JsonObject {
  return {
    SPDXID: file.id,
    fileName: `./${file.path}`,
    fileTypes: [file.fileType],
    checksums: [
      { algorithm: "SHA1", checksumValue: file.sha1 },
      { algorithm: "SHA256", checksumValue: file.sha256 },
      { algorithm: "SHA512", checksumValue: file.sha512 },
    ],
    licenseConcluded: NOASSERTION,
    licenseInfoInFiles: [NOASSERTION],
    copyrightText: NOASSERTION,
  };
}
