import { createHash } from "node:crypto";
import { packageVerificationCode } from "../../src/formats/spdx2.ts";

/** A JSON document that tests change at will. */
export type Draft = Record<string, unknown>;

export function digestOf(algorithm: "sha1" | "sha256" | "sha512", text: string): string {
  return createHash(algorithm).update(text).digest("hex");
}

/** A small valid SPDX 2.3 document: one program with two files, one module, one licence text of its own. */
export function spdx2Sample(): Draft {
  const files = ["bin/app", "LICENSE"];
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: "app-1.2.3",
    documentNamespace: "https://example.org/spdx/app-1.2.3-00",
    creationInfo: {
      created: "2026-01-02T03:04:05Z",
      creators: ["Organization: Example (sbom@example.org)", "Tool: maker-1.0"],
      comment: "Generation context: build",
    },
    documentDescribes: ["SPDXRef-App"],
    hasExtractedLicensingInfos: [{ licenseId: "LicenseRef-House", extractedText: "Do as you like." }],
    packages: [
      {
        SPDXID: "SPDXRef-App",
        name: "app",
        versionInfo: "1.2.3",
        supplier: "Organization: Example (sbom@example.org)",
        downloadLocation: "git+https://example.org/app@0123456789012345678901234567890123456789",
        filesAnalyzed: true,
        packageVerificationCode: {
          packageVerificationCodeValue: packageVerificationCode(
            files.map((file) => ({ sha1: digestOf("sha1", file) })),
          ),
        },
        licenseConcluded: "Apache-2.0",
        licenseDeclared: "(Apache-2.0 OR LicenseRef-House) AND GPL-2.0-only WITH Classpath-exception-2.0",
        externalRefs: [
          {
            referenceCategory: "PACKAGE-MANAGER",
            referenceType: "purl",
            referenceLocator: "pkg:golang/example.org/app@v1.2.3",
          },
          {
            referenceCategory: "SECURITY",
            referenceType: "cpe23Type",
            referenceLocator: "cpe:2.3:a:example:app:1.2.3:*:*:*:*:*:*:*",
          },
        ],
      },
      {
        SPDXID: "SPDXRef-Module",
        name: "example.org/module",
        versionInfo: "v0.1.0",
        supplier: "Person: Ada (ada@example.org)",
        downloadLocation: "https://example.org/module.zip",
        filesAnalyzed: false,
        licenseConcluded: "MIT",
        licenseDeclared: "MIT",
        comment: "go.sum h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        externalRefs: [
          {
            referenceCategory: "PACKAGE-MANAGER",
            referenceType: "purl",
            referenceLocator: "pkg:golang/example.org/module@v0.1.0",
          },
        ],
      },
    ],
    files: files.map((file, index) => ({
      SPDXID: `SPDXRef-File-${index}`,
      fileName: `./${file}`,
      checksums: [
        { algorithm: "SHA1", checksumValue: digestOf("sha1", file) },
        { algorithm: "SHA256", checksumValue: digestOf("sha256", file) },
        { algorithm: "SHA512", checksumValue: digestOf("sha512", file) },
      ],
      licenseConcluded: "NOASSERTION",
      licenseInfoInFiles: ["NOASSERTION"],
    })),
    relationships: [
      related("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-App"),
      related("SPDXRef-App", "CONTAINS", "SPDXRef-File-0"),
      related("SPDXRef-App", "CONTAINS", "SPDXRef-File-1"),
      related("SPDXRef-File-0", "DEPENDS_ON", "SPDXRef-Module"),
    ],
  };
}

export function related(from: string, type: string, to: string): Draft {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

const SPACE = "https://example.org/spdx/app-1.2.3#";

/** The same program in SPDX 3.0.1. */
export function spdx3Sample(): Draft {
  const element = (type: string, id: string, members: Draft): Draft => ({
    type,
    spdxId: `${SPACE}${id}`,
    creationInfo: "_:creation",
    ...members,
  });
  const relation = (id: string, from: string, type: string, to: readonly string[]): Draft =>
    element("Relationship", id, {
      from: `${SPACE}${from}`,
      relationshipType: type,
      to: to.map((name) => `${SPACE}${name}`),
      completeness: "complete",
    });
  const email = {
    type: "ExternalIdentifier",
    externalIdentifierType: "email",
    identifier: "sbom@example.org",
  };
  return {
    "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
    "@graph": [
      {
        "@id": "_:creation",
        type: "CreationInfo",
        specVersion: "3.0.1",
        created: "2026-01-02T03:04:05Z",
        createdBy: [`${SPACE}org`],
        createdUsing: [`${SPACE}tool`],
      },
      element("Organization", "org", { name: "Example", externalIdentifier: [email] }),
      element("Tool", "tool", { name: "maker-1.0" }),
      element("SpdxDocument", "document", {
        name: "app-1.2.3",
        rootElement: [`${SPACE}sbom`],
        profileConformance: ["core", "software", "simpleLicensing"],
      }),
      element("software_Sbom", "sbom", { rootElement: [`${SPACE}app`], software_sbomType: ["build"] }),
      element("software_Package", "app", {
        name: "app",
        software_packageVersion: "1.2.3",
        suppliedBy: `${SPACE}org`,
        software_packageUrl: "pkg:golang/example.org/app@v1.2.3",
        externalIdentifier: [
          {
            type: "ExternalIdentifier",
            externalIdentifierType: "cpe23",
            identifier: "cpe:2.3:a:example:app:1.2.3:*:*:*:*:*:*:*",
          },
        ],
      }),
      element("software_File", "file", {
        name: "app",
        software_primaryPurpose: "executable",
        verifiedUsing: [
          { type: "Hash", algorithm: "sha512", hashValue: digestOf("sha512", "app") },
          { type: "Hash", algorithm: "sha256", hashValue: digestOf("sha256", "app") },
        ],
      }),
      element("simplelicensing_LicenseExpression", "license", {
        simplelicensing_licenseExpression: "Apache-2.0",
      }),
      relation("r1", "app", "contains", ["file"]),
      relation("r2", "app", "hasConcludedLicense", ["license"]),
    ],
  };
}
