import { wordSet } from "../../formats/word-set.ts";
import {
  anything,
  boolean,
  integer,
  list,
  object,
  text,
  word,
  type ClassTable,
  type MemberShape,
} from "./members.ts";

const RELATIONSHIP_TYPES = wordSet(`
  AMENDS ANCESTOR_OF BUILD_DEPENDENCY_OF BUILD_TOOL_OF CONTAINED_BY CONTAINS COPY_OF DATA_FILE_OF
  DEPENDENCY_MANIFEST_OF DEPENDENCY_OF DEPENDS_ON DESCENDANT_OF DESCRIBED_BY DESCRIBES DEV_DEPENDENCY_OF
  DEV_TOOL_OF DISTRIBUTION_ARTIFACT DOCUMENTATION_OF DYNAMIC_LINK EXAMPLE_OF EXPANDED_FROM_ARCHIVE FILE_ADDED
  FILE_DELETED FILE_MODIFIED GENERATED_FROM GENERATES HAS_PREREQUISITE METAFILE_OF OPTIONAL_COMPONENT_OF
  OPTIONAL_DEPENDENCY_OF OTHER PACKAGE_OF PATCH_APPLIED PATCH_FOR PREREQUISITE_FOR PROVIDED_DEPENDENCY_OF
  REQUIREMENT_DESCRIPTION_FOR RUNTIME_DEPENDENCY_OF SPECIFICATION_FOR STATIC_LINK TEST_CASE_OF TEST_DEPENDENCY_OF
  TEST_OF TEST_TOOL_OF VARIANT_OF
`);
const ALGORITHMS = wordSet(`
  ADLER32 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3 MD2 MD4 MD5 MD6 SHA1 SHA224 SHA256 SHA3-256 SHA3-384 SHA3-512
  SHA384 SHA512
`);
const PURPOSES = wordSet(`
  APPLICATION ARCHIVE CONTAINER DEVICE FILE FIRMWARE FRAMEWORK INSTALL LIBRARY OPERATING_SYSTEM
  OPERATING-SYSTEM OTHER SOURCE
`);
const FILE_TYPES = wordSet(`
  APPLICATION ARCHIVE AUDIO BINARY DOCUMENTATION IMAGE OTHER SOURCE SPDX TEXT VIDEO
`);
/** With underscore since SPDX 2.3.1 only; readers meet both. */
const CATEGORIES = wordSet("OTHER PACKAGE-MANAGER PACKAGE_MANAGER PERSISTENT-ID PERSISTENT_ID SECURITY");

const texts = list(text);
const checksums = list(object("Checksum"));
const annotations = list(object("Annotation"));

const PACKAGE: Readonly<Record<string, MemberShape>> = {
  SPDXID: text,
  annotations,
  attributionTexts: texts,
  builtDate: text,
  checksums,
  comment: text,
  copyrightText: text,
  description: text,
  downloadLocation: text,
  externalRefs: list(object("ExternalRef")),
  filesAnalyzed: boolean,
  hasFiles: texts,
  homepage: text,
  licenseComments: text,
  licenseConcluded: text,
  licenseDeclared: text,
  licenseInfoFromFiles: texts,
  name: text,
  originator: text,
  packageFileName: text,
  packageVerificationCode: object("VerificationCode"),
  primaryPackagePurpose: word(PURPOSES),
  releaseDate: text,
  sourceInfo: text,
  summary: text,
  supplier: text,
  validUntilDate: text,
  versionInfo: text,
};

const FILE: Readonly<Record<string, MemberShape>> = {
  SPDXID: text,
  annotations,
  artifactOfs: anything,
  attributionTexts: texts,
  checksums,
  comment: text,
  copyrightText: text,
  fileContributors: texts,
  fileDependencies: texts,
  fileName: text,
  fileTypes: list(word(FILE_TYPES)),
  licenseComments: text,
  licenseConcluded: text,
  licenseInfoInFiles: texts,
  noticeText: text,
};

/** Members of SPDX 2.3 JSON (clauses 6 to 12); where 2.3 and 2.3.1 differ, both are read. */
export const SPDX2_CLASSES: ClassTable = {
  Document: {
    required: ["SPDXID", "creationInfo", "dataLicense", "documentNamespace", "name", "spdxVersion"],
    members: {
      $schema: text,
      SPDXID: text,
      annotations,
      comment: text,
      creationInfo: object("CreationInfo"),
      dataLicense: text,
      documentDescribes: texts,
      documentNamespace: text,
      externalDocumentRefs: list(object("ExternalDocumentRef")),
      files: list(object("File")),
      hasExtractedLicensingInfos: list(object("ExtractedLicensingInfo")),
      name: text,
      packages: list(object("Package")),
      relationships: list(object("Relationship")),
      revieweds: anything,
      snippets: list(object("Snippet")),
      spdxVersion: text,
    },
  },
  CreationInfo: {
    required: ["created", "creators"],
    members: { comment: text, created: text, creators: list(text, 1), licenseListVersion: text },
  },
  Package: { required: ["SPDXID", "downloadLocation", "name"], members: PACKAGE },
  File: { required: ["SPDXID", "checksums", "fileName"], members: FILE },
  Checksum: {
    required: ["algorithm", "checksumValue"],
    members: { algorithm: word(ALGORITHMS), checksumValue: text },
  },
  VerificationCode: {
    required: ["packageVerificationCodeValue"],
    members: { packageVerificationCodeExcludedFiles: texts, packageVerificationCodeValue: text },
  },
  ExternalRef: {
    required: ["referenceCategory", "referenceLocator", "referenceType"],
    members: {
      comment: text,
      referenceCategory: word(CATEGORIES),
      referenceLocator: text,
      referenceType: text,
    },
  },
  ExternalDocumentRef: {
    required: ["checksum", "externalDocumentId", "spdxDocument"],
    members: { checksum: object("Checksum"), externalDocumentId: text, spdxDocument: text },
  },
  ExtractedLicensingInfo: {
    required: ["extractedText", "licenseId"],
    members: {
      comment: text,
      crossRefs: anything,
      extractedText: text,
      licenseId: text,
      name: text,
      seeAlsos: texts,
    },
  },
  Relationship: {
    required: ["relatedSpdxElement", "relationshipType", "spdxElementId"],
    members: {
      comment: text,
      relatedSpdxElement: text,
      relationshipType: word(RELATIONSHIP_TYPES),
      spdxElementId: text,
    },
  },
  Annotation: {
    required: ["annotationDate", "annotationType", "annotator", "comment"],
    members: {
      annotationDate: text,
      annotationType: word(wordSet("OTHER REVIEW")),
      annotator: text,
      comment: text,
    },
  },
  Snippet: {
    required: ["SPDXID", "name", "ranges", "snippetFromFile"],
    members: {
      SPDXID: text,
      annotations,
      attributionTexts: texts,
      comment: text,
      copyrightText: text,
      licenseComments: text,
      licenseConcluded: text,
      licenseInfoInSnippets: texts,
      name: text,
      ranges: list(object("Range"), 1),
      snippetFromFile: text,
    },
  },
  Range: {
    required: ["endPointer", "startPointer"],
    members: { endPointer: object("Pointer"), startPointer: object("Pointer") },
  },
  Pointer: { required: ["reference"], members: { lineNumber: integer, offset: integer, reference: text } },
};
