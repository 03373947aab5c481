import { BUILD_TYPE, type SpdxDocument, type SpdxFile, type SpdxPackage } from "../model/documents.ts";
import { contentDigest } from "./content-digest.ts";
import { canonicalJson, packagedJson } from "./canonical-json.ts";
import { inOrder, itself } from "./field-shapes.ts";
import type { JsonObject } from "./json.ts";
import { GO_SUM_COMMENT } from "./spdx2-json.ts";
import { NOASSERTION } from "./spdx-unstated.ts";
import { agentId, agentsOf, authorsOf, isTool, type Spdx3Part } from "./spdx3-agents.ts";
import {
  BUILD_NAME,
  buildOf,
  DOCUMENT_NAME,
  elementName,
  relationsOf,
  SBOM_NAME,
  type Spdx3Relation,
} from "./spdx3-relations.ts";

const CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";
const NO_LICENSE_ASSERTED = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense";
const NAMESPACE_BASE = "https://cavra.dev/spdx3/";
const CREATION = "_:creation";
const DATA_LICENSE = "CC0-1.0";

/** The URI of an element by its name inside the document. */
type Uri = (name: string) => string;

/**
 * `SPDX-3.0.1` JSON-LD of a release, packaged JSON: what the SPDX 2.3 document says, in the words of SPDX 3. A function
 * of that document alone, so whoever has the one can make the other and compare. The namespace ends with the SHA-256 of
 * the RFC 8785 form of everything else.
 */
export function writeSpdx3(document: SpdxDocument): Uint8Array {
  const nameless = documentJson(document, (name) => `#${name}`);
  const digest = contentDigest(canonicalJson(nameless));
  const namespace = `${NAMESPACE_BASE}${document.name}-${digest}`;
  return packagedJson(documentJson(document, (name) => `${namespace}#${name}`));
}

function documentJson(document: SpdxDocument, uri: Uri): JsonObject {
  const parts = inOrder(partsOf(document, uri), ({ id }) => id);
  const graph = [...parts, ...collections(document, parts, uri)].map(({ id, ...members }) => ({
    ...members,
    spdxId: uri(id),
    creationInfo: CREATION,
  }));
  return {
    "@context": CONTEXT,
    "@graph": [creationInfo(document, uri), ...inOrder(graph, ({ spdxId }) => spdxId)],
  };
}

function partsOf(document: SpdxDocument, uri: Uri): readonly Spdx3Part[] {
  return [
    ...agentsOf(document),
    ...document.packages.map((item) => packagePart(item, document, uri)),
    ...document.files.map(filePart),
    ...licensesOf(document).map(licensePart),
    ...buildParts(document),
    ...[...relationsOf(document), ...artifactRelations(document), ...buildRelations(document)].map(
      (relation) => relationPart(relation, uri),
    ),
    ...document.packages.flatMap((item) => licenseRelations(item, uri)),
  ];
}

function creationInfo(document: SpdxDocument, uri: Uri): JsonObject {
  const tools = document.creators.filter(isTool);
  return {
    "@id": CREATION,
    type: "CreationInfo",
    specVersion: "3.0.1",
    created: document.created,
    createdBy: authorsOf(document).map((author) => uri(agentId(author))),
    ...(tools.length === 0 ? {} : { createdUsing: tools.map((tool) => uri(agentId(tool))) }),
  };
}

function packagePart(item: SpdxPackage, document: SpdxDocument, uri: Uri): Spdx3Part {
  const identifiers = [
    ...identifier("packageUrl", item.purl),
    ...identifier("cpe23", item.cpe),
    ...identifier("swhid", item.swhid),
  ];
  const { supplier, downloadLocation, goSum, verificationCode } = item;
  return {
    id: elementName(item.id),
    type: "software_Package",
    name: item.name,
    software_primaryPurpose: item.purpose.toLowerCase(),
    ...(item.version === "" ? {} : { software_packageVersion: item.version }),
    // Who controls the name of a module made it, and hands it out.
    ...(supplier === NOASSERTION
      ? {}
      : { suppliedBy: uri(agentId(supplier)), originatedBy: [uri(agentId(supplier))] }),
    ...(downloadLocation === NOASSERTION ? {} : { software_downloadLocation: downloadLocation }),
    ...(item.purl === "" ? {} : { software_packageUrl: item.purl }),
    ...(identifiers.length === 0 ? {} : { externalIdentifier: identifiers }),
    ...(goSum === "" ? {} : { comment: `${GO_SUM_COMMENT}${goSum}` }),
    ...(item.fileName === "" ? {} : { externalRef: [zipReference(item.fileName)] }),
    ...(verificationCode === "" ? {} : { verifiedUsing: [verification(item)] }),
    ...(document.describes.includes(item.id) ? { builtTime: document.created } : {}),
  };
}

function identifier(type: string, text: string): readonly JsonObject[] {
  return text === "" ? [] : [{ type: "ExternalIdentifier", externalIdentifierType: type, identifier: text }];
}

/** By name alone: the zip holds this document, so no digest of it can stand here. */
function zipReference(fileName: string): JsonObject {
  return { type: "ExternalRef", externalRefType: "binaryArtifact", locator: [fileName] };
}

function verification({ verificationCode, excludedFiles }: SpdxPackage): JsonObject {
  return {
    type: "PackageVerificationCode",
    algorithm: "sha1",
    hashValue: verificationCode,
    packageVerificationCodeExcludedFile: inOrder(excludedFiles, itself).map((path) => `./${path}`),
  };
}

function filePart({ id, path, fileType, sha256, sha512 }: SpdxFile): Spdx3Part {
  const isBinary = fileType === "BINARY";
  return {
    id: elementName(id),
    type: "software_File",
    name: path,
    software_fileKind: "file",
    software_primaryPurpose: isBinary ? "executable" : "file",
    ...(isBinary ? { software_additionalPurpose: ["executable"] } : {}),
    verifiedUsing: [
      { type: "Hash", algorithm: "sha512", hashValue: sha512 },
      { type: "Hash", algorithm: "sha256", hashValue: sha256 },
    ],
  };
}

function licensesOf({ packages }: SpdxDocument): readonly string[] {
  const stated = packages.flatMap(({ licenseDeclared, licenseConcluded }) => [
    licenseDeclared,
    licenseConcluded,
  ]);
  return [...new Set([DATA_LICENSE, ...stated.filter((text) => text !== NOASSERTION)])];
}

function licenseName(expression: string): string {
  return `License/${contentDigest(expression).slice(0, 16)}`;
}

function licensePart(expression: string): Spdx3Part {
  return {
    id: licenseName(expression),
    type: "simplelicensing_LicenseExpression",
    simplelicensing_licenseExpression: expression,
  };
}

/** Declared is left out where nothing is known; concluded is said to be unknown. */
function licenseRelations(
  { id, licenseDeclared, licenseConcluded }: SpdxPackage,
  uri: Uri,
): readonly Spdx3Part[] {
  const from = elementName(id);
  const relation = (type: string, license: string): Spdx3Part =>
    relationPart({ from, type, to: [license], completeness: "complete" }, (name) =>
      name === NO_LICENSE_ASSERTED ? name : uri(name),
    );
  const concluded = licenseConcluded === NOASSERTION ? NO_LICENSE_ASSERTED : licenseName(licenseConcluded);
  return [
    ...(licenseDeclared === NOASSERTION
      ? []
      : [relation("hasDeclaredLicense", licenseName(licenseDeclared))]),
    relation("hasConcludedLicense", concluded),
  ];
}

/** What of the package is run is what it is distributed as. */
function artifactRelations({ describes, files }: SpdxDocument): readonly Spdx3Relation[] {
  const binaries = files.filter(({ fileType }) => fileType === "BINARY").map(({ id }) => elementName(id));
  if (binaries.length === 0) return [];
  const to = inOrder(binaries, itself);
  return describes.map((id) => {
    return { from: elementName(id), type: "hasDistributionArtifact", to, completeness: "complete" };
  });
}

function buildParts(document: SpdxDocument): readonly Spdx3Part[] {
  const build = buildOf(document);
  if (build === undefined) return [];
  const sources = document.packages.filter(({ id }) => build.sources.includes(elementName(id)));
  const locations = sources.map(({ downloadLocation }) => downloadLocation);
  const known = locations.filter((location) => location !== NOASSERTION);
  return [
    {
      id: BUILD_NAME,
      type: "build_Build",
      build_buildType: BUILD_TYPE,
      ...(known.length === 0 ? {} : { build_configSourceUri: known }),
    },
  ];
}

function buildRelations(document: SpdxDocument): readonly Spdx3Relation[] {
  const build = buildOf(document);
  if (build === undefined) return [];
  const { sources, outputs, tools } = build;
  const shared = { from: BUILD_NAME, scope: "build" } as const;
  return [
    { ...shared, type: "hasInput", to: sources, completeness: "noAssertion" as const },
    { ...shared, type: "hasOutput", to: outputs, completeness: "complete" as const },
    { ...shared, type: "usesTool", to: tools, completeness: "noAssertion" as const },
  ].filter(({ to }) => to.length > 0);
}

function relationPart({ from, to, type, scope, ...others }: Spdx3Relation, uri: Uri): Spdx3Part {
  return {
    ...others,
    id: `${from}/${type}${others.comment === undefined ? "" : `/${others.comment}`}`,
    type: scope === undefined ? "Relationship" : "LifecycleScopedRelationship",
    relationshipType: type,
    from: uri(from),
    to: to.map(uri),
    ...(scope === undefined ? {} : { scope }),
  };
}

function collections(document: SpdxDocument, parts: readonly Spdx3Part[], uri: Uri): readonly Spdx3Part[] {
  const members = parts.map(({ id }) => uri(id));
  return [
    {
      id: SBOM_NAME,
      type: "software_Sbom",
      name: document.name,
      software_sbomType: ["build"],
      rootElement: document.describes.map((id) => uri(elementName(id))),
      element: members,
    },
    {
      id: DOCUMENT_NAME,
      type: "SpdxDocument",
      name: document.name,
      dataLicense: uri(licenseName(DATA_LICENSE)),
      profileConformance: ["build", "core", "simpleLicensing", "software"],
      rootElement: [uri(SBOM_NAME)],
    },
  ];
}
