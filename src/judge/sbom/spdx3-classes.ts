import { wordSet } from "../../formats/word-set.ts";
import { anything, list, object, text, word, type ClassTable, type MemberShape } from "./members.ts";

const RELATIONSHIP_TYPES = wordSet(`
  affects amendedBy ancestorOf availableFrom configures contains coordinatedBy copiedTo delegatedTo dependsOn
  descendantOf describes doesNotAffect expandsTo exploitCreatedBy fixedBy fixedIn foundBy generates hasAddedFile
  hasAssessmentFor hasAssociatedVulnerability hasConcludedLicense hasDataFile hasDeclaredLicense hasDeletedFile
  hasDependencyManifest hasDistributionArtifact hasDocumentation hasDynamicLink hasEvidence hasExample hasHost
  hasInput hasMetadata hasOptionalComponent hasOptionalDependency hasOutput hasPrerequisite hasProvidedDependency
  hasRequirement hasSpecification hasStaticLink hasTest hasTestCase hasVariant invokedBy modifiedBy other packagedBy
  patchedBy publishedBy reportedBy republishedBy serializedInArtifact testedOn trainedOn underInvestigationFor usesTool
`);
const ALGORITHMS = wordSet(`
  adler32 blake2b256 blake2b384 blake2b512 blake3 crystalsDilithium crystalsKyber falcon md2 md4 md5 md6 other sha1
  sha224 sha256 sha384 sha3_224 sha3_256 sha3_384 sha3_512 sha512
`);
const IDENTIFIER_TYPES = wordSet(
  "cpe22 cpe23 cve email gitoid other packageUrl securityOther swhid swid urlScheme",
);
const PURPOSES = wordSet(`
  application archive bom configuration container data device deviceDriver diskImage documentation evidence executable
  file filesystemImage firmware framework install library manifest model module operatingSystem other patch platform
  requirement source specification test
`);
const PROFILES = wordSet(
  "ai build core dataset expandedLicensing extension lite security simpleLicensing software",
);
const SCOPES = wordSet("build design development other runtime test");
const SBOM_TYPES = wordSet("analyzed build deployed design runtime source");

/** Types that are read but whose members are not judged: what they say is beyond what a release SBOM needs. */
export const OTHER_SPDX3_TYPES: RegExp =
  /^(?:(?:ai|dataset|expandedlicensing|extension|security|simplelicensing|software|build)_[A-Z][A-Za-z0-9]+|Bundle|IndividualElement|PositiveIntegerRange)$/;

const texts = list(text);
const ELEMENT: Readonly<Record<string, MemberShape>> = {
  "@id": text,
  comment: text,
  creationInfo: anything,
  description: text,
  extension: anything,
  externalIdentifier: list(object("ExternalIdentifier")),
  externalRef: list(object("ExternalRef")),
  name: text,
  spdxId: text,
  summary: text,
  type: text,
  verifiedUsing: list(object("IntegrityMethod")),
};
const COLLECTION: Readonly<Record<string, MemberShape>> = {
  ...ELEMENT,
  element: texts,
  profileConformance: list(word(PROFILES)),
  rootElement: texts,
};
const ARTIFACT: Readonly<Record<string, MemberShape>> = {
  ...ELEMENT,
  builtTime: text,
  originatedBy: texts,
  releaseTime: text,
  software_additionalPurpose: list(word(PURPOSES)),
  software_attributionText: texts,
  software_contentIdentifier: anything,
  software_copyrightText: text,
  software_primaryPurpose: word(PURPOSES),
  standardName: texts,
  suppliedBy: text,
  supportLevel: list(
    word(wordSet("deployed development endOfSupport limitedSupport noAssertion noSupport support")),
  ),
  validUntilTime: text,
};
const RELATIONSHIP: Readonly<Record<string, MemberShape>> = {
  ...ELEMENT,
  completeness: word(wordSet("complete incomplete noAssertion")),
  endTime: text,
  from: text,
  relationshipType: word(RELATIONSHIP_TYPES),
  startTime: text,
  to: list(text, 1),
};

const element = ["creationInfo", "spdxId", "type"];

/** Members of SPDX 3.0.1 (Core, Software, SimpleLicensing and Build profile). */
export const SPDX3_CLASSES: ClassTable = {
  Root: { required: ["@context", "@graph"], members: { "@context": anything, "@graph": anything } },
  CreationInfo: {
    required: ["created", "createdBy", "specVersion", "type"],
    members: {
      "@id": text,
      comment: text,
      created: text,
      createdBy: list(text, 1),
      createdUsing: texts,
      specVersion: text,
      type: text,
    },
  },
  SpdxDocument: {
    required: element,
    members: {
      ...COLLECTION,
      dataLicense: text,
      import: list(object("ExternalMap")),
      namespaceMap: list(object("NamespaceMap")),
    },
  },
  software_Sbom: {
    required: element,
    members: { ...COLLECTION, context: text, software_sbomType: list(word(SBOM_TYPES)) },
  },
  Bom: { required: element, members: { ...COLLECTION, context: text } },
  software_Package: {
    required: [...element, "name"],
    members: {
      ...ARTIFACT,
      software_downloadLocation: text,
      software_homePage: text,
      software_packageUrl: text,
      software_packageVersion: text,
      software_sourceInfo: text,
    },
  },
  software_File: {
    required: [...element, "name"],
    members: { ...ARTIFACT, contentType: text, software_fileKind: word(wordSet("directory file")) },
  },
  Agent: { required: element, members: ELEMENT },
  Organization: { required: element, members: ELEMENT },
  Person: { required: element, members: ELEMENT },
  SoftwareAgent: { required: element, members: ELEMENT },
  Tool: { required: element, members: ELEMENT },
  Relationship: { required: [...element, "from", "relationshipType", "to"], members: RELATIONSHIP },
  LifecycleScopedRelationship: {
    required: [...element, "from", "relationshipType", "to"],
    members: { ...RELATIONSHIP, scope: word(SCOPES) },
  },
  Annotation: {
    required: [...element, "annotationType", "subject"],
    members: {
      ...ELEMENT,
      annotationType: word(wordSet("other review")),
      contentType: text,
      statement: text,
      subject: text,
    },
  },
  simplelicensing_LicenseExpression: {
    required: [...element, "simplelicensing_licenseExpression"],
    members: {
      ...ELEMENT,
      simplelicensing_customIdToUri: list(object("DictionaryEntry")),
      simplelicensing_licenseExpression: text,
      simplelicensing_licenseListVersion: text,
    },
  },
  simplelicensing_SimpleLicensingText: {
    required: [...element, "simplelicensing_licenseText"],
    members: { ...ELEMENT, simplelicensing_licenseText: text },
  },
  build_Build: {
    required: [...element, "build_buildType"],
    members: {
      ...ELEMENT,
      build_buildEndTime: text,
      build_buildId: text,
      build_buildStartTime: text,
      build_buildType: text,
      build_configSourceDigest: list(object("IntegrityMethod")),
      build_configSourceEntrypoint: texts,
      build_configSourceUri: texts,
      build_environment: list(object("DictionaryEntry")),
      build_parameter: list(object("DictionaryEntry")),
    },
  },
  IntegrityMethod: {
    required: ["type", "algorithm", "hashValue"],
    members: {
      "@id": text,
      algorithm: word(ALGORITHMS),
      comment: text,
      hashValue: text,
      packageVerificationCodeExcludedFile: texts,
      type: word(wordSet("Hash PackageVerificationCode")),
    },
  },
  ExternalIdentifier: {
    required: ["type", "externalIdentifierType", "identifier"],
    members: {
      "@id": text,
      comment: text,
      externalIdentifierType: word(IDENTIFIER_TYPES),
      identifier: text,
      identifierLocator: texts,
      issuingAuthority: text,
      type: text,
    },
  },
  ExternalRef: {
    required: ["type"],
    members: {
      "@id": text,
      comment: text,
      contentType: text,
      externalRefType: text,
      locator: texts,
      type: text,
    },
  },
  ExternalMap: {
    required: ["type", "externalSpdxId"],
    members: {
      "@id": text,
      definingArtifact: text,
      externalSpdxId: text,
      locationHint: text,
      type: text,
      verifiedUsing: list(object("IntegrityMethod")),
    },
  },
  NamespaceMap: {
    required: ["type", "namespace", "prefix"],
    members: { "@id": text, namespace: text, prefix: text, type: text },
  },
  DictionaryEntry: {
    required: ["type", "key"],
    members: { "@id": text, key: text, type: text, value: text },
  },
};
