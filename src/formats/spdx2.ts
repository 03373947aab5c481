import { createHash } from "node:crypto";
import { SHA1_HEX } from "../model/digest.ts";
import type { SpdxDocument, SpdxFile, SpdxPackage, SpdxRelationship } from "../model/documents.ts";
import { MAX_ENTRIES } from "../model/limits.ts";
import type { Parsed } from "../model/parsed.ts";
import { packagedJson } from "./canonical-json.ts";
import {
  ascending,
  goSum,
  optionalSentence,
  packagePath,
  sentence,
  sha256,
  sha512,
  textSet,
  utcTime,
} from "./field-shapes.ts";
import { parsePackagedDocument, type DocumentFormat } from "./packaged-document.ts";
import { boolean, list, oneOf, open, optional, shapeProblem, text, textLike, type Shape } from "./shape.ts";
import {
  fileKey,
  GO_SUM_COMMENT,
  idOf,
  relationshipKey,
  spdxJson,
  SPDX_DOCUMENT_ID,
  type SpdxContent,
} from "./spdx2-json.ts";
import { formatUtcTime } from "./utc-time.ts";

const MAX_PACKAGES = 20_000;
const MAX_RELATIONSHIPS = 500_000;
const MAX_CREATORS = 16;

/** `SPDX-2.3` JSON of a release, packaged JSON. The namespace is made from the rest of the document. */
export function writeSpdx2(content: SpdxContent): Uint8Array {
  return packagedJson(spdxJson(content));
}

/**
 * Reads an SBOM in the one form that `writeSpdx2` gives it, with the rules that the SPDX 2.3 schema does not know:
 * unique ids, no dangling relationship, DESCRIBES, `created`, the namespace. Whether it tells the truth about files and
 * binaries (verification code, digests, modules) is for the check that has them.
 */
export function parseSpdx2(at: string, bytes: Uint8Array, maxBytes?: number): Parsed<SpdxDocument> {
  return parsePackagedDocument(format, at, bytes, maxBytes);
}

/** SPDX 2.3, 7.9: SHA-1 over the ascending SHA-1s of the files, without separators. */
export function packageVerificationCode(files: readonly { readonly sha1: string }[]): string {
  const digests = files.map((file) => file.sha1).sort();
  return createHash("sha1").update(digests.join("")).digest("hex");
}

/** What a packaged file is, told from its name where it is no program (SPDX 2.3, 8.3). */
export function spdxFileType(path: string, isProgram: boolean): SpdxFile["fileType"] {
  if (isProgram) return "BINARY";
  return /\.(?:json|md|txt)$/.test(path) ? "TEXT" : "OTHER";
}

const spdxId = textLike(/^SPDXRef-[A-Za-z0-9.-]{1,250}$/, "an SPDX id");
const license = textLike(/^[A-Za-z0-9.:+() -]{1,500}$/, "an SPDX license expression, NOASSERTION or NONE");
const digest1 = textLike(SHA1_HEX, "40 lowercase hex digits");
const dotPath: Shape<string> = (value, at) => {
  const name = text(value, at);
  return name.startsWith("./")
    ? packagePath(name.slice("./".length), at)
    : shapeProblem(at, "must be a path that begins with ./");
};

const packageMembers = open({
  SPDXID: spdxId,
  name: sentence,
  versionInfo: optional(sentence),
  packageFileName: optional(packagePath),
  supplier: textLike(
    /^(?:NOASSERTION|Organization: [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,200})$/u,
    "NOASSERTION or Organization: NAME",
  ),
  downloadLocation: sentence,
  filesAnalyzed: boolean,
  packageVerificationCode: optional(
    open({
      packageVerificationCodeValue: digest1,
      packageVerificationCodeExcludedFiles: textSet(dotPath, MAX_ENTRIES),
    }),
  ),
  licenseConcluded: license,
  licenseDeclared: license,
  primaryPackagePurpose: oneOf("APPLICATION", "LIBRARY", "SOURCE"),
  comment: optional(optionalSentence),
  externalRefs: optional(
    list(open({ referenceType: oneOf("purl", "cpe23Type", "swh"), referenceLocator: sentence }), { max: 3 }),
  ),
});
const spdxPackage: Shape<SpdxPackage> = (value, at) => {
  const fields = packageMembers(value, at);
  const locator = (type: string): string =>
    fields.externalRefs?.find((reference) => reference.referenceType === type)?.referenceLocator ?? "";
  return {
    id: fields.SPDXID,
    name: fields.name,
    version: fields.versionInfo ?? "",
    purl: locator("purl"),
    cpe: locator("cpe23Type"),
    swhid: locator("swh"),
    purpose: fields.primaryPackagePurpose,
    supplier: fields.supplier,
    downloadLocation: fields.downloadLocation,
    licenseDeclared: fields.licenseDeclared,
    licenseConcluded: fields.licenseConcluded,
    goSum: goSumOf(fields.comment, `${at}.comment`),
    fileName: fields.packageFileName ?? "",
    verificationCode: fields.packageVerificationCode?.packageVerificationCodeValue ?? "",
    excludedFiles: fields.packageVerificationCode?.packageVerificationCodeExcludedFiles ?? [],
  };
};

function goSumOf(comment: string | undefined, at: string): string {
  if (comment === undefined) return "";
  if (!comment.startsWith(GO_SUM_COMMENT)) return shapeProblem(at, `must begin with "${GO_SUM_COMMENT}"`);
  return goSum(comment.slice(GO_SUM_COMMENT.length), at);
}

const fileMembers = open({
  SPDXID: spdxId,
  fileName: dotPath,
  fileTypes: list(oneOf("BINARY", "TEXT", "OTHER"), { min: 1, max: 1 }),
  checksums: list(open({ algorithm: oneOf("SHA1", "SHA256", "SHA512"), checksumValue: text }), {
    min: 3,
    max: 3,
  }),
});
const spdxFile: Shape<SpdxFile> = (value, at) => {
  const { SPDXID: id, fileName: path, fileTypes, checksums } = fileMembers(value, at);
  const checksum = (index: number, shape: Shape<string>): string =>
    shape(checksums[index]?.checksumValue ?? "", `${at}.checksums[${index}].checksumValue`);
  const fileType = fileTypes[0] ?? "OTHER";
  return {
    id,
    path,
    fileType,
    sha1: checksum(0, digest1),
    sha256: checksum(1, sha256),
    sha512: checksum(2, sha512),
  };
};

const relationship = open({
  spdxElementId: spdxId,
  relationshipType: textLike(/^[A-Z][A-Z_]{2,49}$/, "an SPDX relationship type"),
  relatedSpdxElement: spdxId,
});
const relationshipOf: Shape<SpdxRelationship> = (value, at) => {
  const { spdxElementId: from, relationshipType: type, relatedSpdxElement: to } = relationship(value, at);
  return { from, type, to };
};

const members = open({
  name: textLike(/^[A-Za-z0-9._+-]{1,250}$/, "a document name"),
  documentNamespace: sentence,
  creationInfo: open({
    created: utcTime,
    creators: textSet(
      textLike(
        /^(?:Organization|Person|Tool): [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,250}$/u,
        "Organization:, Person: or Tool: and a name",
      ),
      MAX_CREATORS,
    ),
  }),
  documentDescribes: textSet(spdxId, MAX_PACKAGES),
  packages: ascending(spdxPackage, idOf, { min: 1, max: MAX_PACKAGES }),
  files: ascending(spdxFile, fileKey, { max: MAX_ENTRIES }),
  relationships: ascending(relationshipOf, relationshipKey, { max: MAX_RELATIONSHIPS }),
});

const document: Shape<SpdxDocument> = (value, at) => {
  const fields = members(value, at);
  const { packages, files, relationships, documentDescribes: describes } = fields;
  refuseBadReferences(packages, files, relationships);
  const described = relationships
    .filter(({ from, type }) => from === SPDX_DOCUMENT_ID && type === "DESCRIBES")
    .map(({ to }) => to);
  if (describes.length === 0) shapeProblem("documentDescribes", "describes nothing");
  if (described.sort().join() !== describes.join()) {
    shapeProblem("documentDescribes", "must be what the DESCRIBES relationships name");
  }
  const { creationInfo } = fields;
  return {
    name: fields.name,
    namespace: fields.documentNamespace,
    created: formatUtcTime(creationInfo.created),
    creators: creationInfo.creators,
    describes,
    packages,
    files,
    relationships,
  };
};

const format: DocumentFormat<SpdxDocument> = { shape: document, toJson: spdxJson };

function refuseBadReferences(
  packages: readonly SpdxPackage[],
  files: readonly SpdxFile[],
  relationships: readonly SpdxRelationship[],
): void {
  const ids = new Set([SPDX_DOCUMENT_ID]);
  for (const [index, { id }] of packages.entries()) claim(ids, id, `packages[${index}].SPDXID`);
  for (const [index, { id }] of files.entries()) claim(ids, id, `files[${index}].SPDXID`);
  for (const [index, { from, to }] of relationships.entries()) {
    if (!ids.has(from))
      shapeProblem(`relationships[${index}].spdxElementId`, "names no element of the document");
    if (!ids.has(to))
      shapeProblem(`relationships[${index}].relatedSpdxElement`, "names no element of the document");
  }
}

function claim(ids: Set<string>, id: string, at: string): void {
  if (ids.has(id)) shapeProblem(at, "is the id of another element");
  ids.add(id);
}
