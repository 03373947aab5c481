import { describe, expect, it } from "vitest";
import { lintRules, lintSbom } from "../../../src/judge/sbom/lint-sbom.ts";
import { related, spdx2Sample, type Draft } from "../../support/spdx-samples.ts";

type Change = (document: Draft, parts: Parts) => void;
interface Parts {
  readonly creation: Draft;
  readonly packages: Draft[];
  readonly files: Draft[];
  readonly relationships: Draft[];
  readonly app: Draft;
  readonly file: Draft;
}

/** One planted defect each: name, the rule that must find it, the place, what is planted. */
const DEFECTS: readonly (readonly [string, string, string, Change])[] = [
  ["an unknown property", "member-unknown", "/packages/0/licence", (_, { app }) => (app["licence"] = "MIT")],
  ["no name", "member-missing", "", (document) => delete document["name"]],
  ["no download location", "member-missing", "/packages/0", (_, { app }) => delete app["downloadLocation"]],
  [
    "a bad relationship type",
    "word-unknown",
    "/relationships/3/relationshipType",
    (_, { relationships }) => (at(relationships, 3)["relationshipType"] = "DEPENDS-ON"),
  ],
  [
    "a bad algorithm",
    "word-unknown",
    "/files/0/checksums/1/algorithm",
    (_, { file }) => (checksum(file, 1)["algorithm"] = "SHA-256"),
  ],
  [
    "a duplicate id",
    "id-duplicate",
    "/files/1/SPDXID",
    (_, { files, relationships }) => {
      at(files, 1)["SPDXID"] = "SPDXRef-Module";
      at(relationships, 2)["relatedSpdxElement"] = "SPDXRef-Module";
    },
  ],
  [
    "a dangling relationship",
    "reference-dangling",
    "/relationships/4/relatedSpdxElement",
    (_, { relationships }) => relationships.push(related("SPDXRef-App", "OTHER", "SPDXRef-Nobody")),
  ],
  [
    "no DESCRIBES",
    "describes-missing",
    "",
    (document, { relationships }) => {
      delete document["documentDescribes"];
      relationships.shift();
    },
  ],
  [
    "an illegal licence expression",
    "license-expression",
    "/packages/0/licenseConcluded",
    (_, { app }) => (app["licenseConcluded"] = "Apache-2.0 AND Apache-9.9"),
  ],
  [
    "an undefined LicenseRef",
    "license-ref-undefined",
    "/packages/0/licenseConcluded",
    (_, { app }) => (app["licenseConcluded"] = "LicenseRef-Other"),
  ],
  [
    "a wrong verification code",
    "verification-code-wrong",
    "/packages/0/packageVerificationCode/packageVerificationCodeValue",
    (_, { app }) => (app["packageVerificationCode"] = { packageVerificationCodeValue: "0".repeat(40) }),
  ],
  [
    "a verification code without analyzed files",
    "verification-code-unexpected",
    "/packages/0/packageVerificationCode",
    (_, { app }) => (app["filesAnalyzed"] = false),
  ],
  [
    "no verification code",
    "verification-code-missing",
    "/packages/0/packageVerificationCode",
    (_, { app }) => delete app["packageVerificationCode"],
  ],
  [
    "no SHA-1 on a file",
    "sha1-missing",
    "/files/0/checksums",
    (_, { file }) => (file["checksums"] as Draft[]).shift(),
  ],
  [
    "a digest of the wrong length",
    "digest-length",
    "/files/0/checksums/1/checksumValue",
    (_, { file }) => (checksum(file, 1)["checksumValue"] = "ab"),
  ],
  [
    "a digest in upper case",
    "digest-case",
    "/files/0/checksums/1/checksumValue",
    (_, { file }) => (checksum(file, 1)["checksumValue"] = "AB".repeat(32)),
  ],
  [
    "a # in the namespace",
    "namespace-fragment",
    "/documentNamespace",
    (document) => (document["documentNamespace"] = "https://example.org/a#b"),
  ],
  [
    "a namespace that is no URI",
    "namespace-uri",
    "/documentNamespace",
    (document) => (document["documentNamespace"] = "my namespace"),
  ],
  [
    "a time with an offset",
    "created-form",
    "/creationInfo/created",
    (_, { creation }) => (creation["created"] = "2026-01-02T03:04:05+00:00"),
  ],
  [
    "a time with fractions",
    "created-form",
    "/creationInfo/created",
    (_, { creation }) => (creation["created"] = "2026-01-02T03:04:05.000Z"),
  ],
  [
    "a creator without a prefix",
    "creator-form",
    "/creationInfo/creators/0",
    (_, { creation }) => (creation["creators"] = ["Example", "Tool: maker-1.0"]),
  ],
  [
    "a supplier without a prefix",
    "agent-form",
    "/packages/0/supplier",
    (_, { app }) => (app["supplier"] = "Example"),
  ],
  [
    "another data licence",
    "data-license",
    "/dataLicense",
    (document) => (document["dataLicense"] = "CC-BY-4.0"),
  ],
  ["a bad version", "version-unknown", "/spdxVersion", (document) => (document["spdxVersion"] = "SPDX-2.9")],
  ["another document id", "document-id", "/SPDXID", (document) => (document["SPDXID"] = "SPDXRef-Document")],
  [
    "illegal characters in an id",
    "id-form",
    "/packages/1/SPDXID",
    (_, { packages, relationships }) => {
      at(packages, 1)["SPDXID"] = "SPDXRef-Module_1";
      at(relationships, 3)["relatedSpdxElement"] = "SPDXRef-Module_1";
    },
  ],
  [
    "a bad package URL",
    "purl-form",
    "/packages/0/externalRefs/0/referenceLocator",
    (_, { app }) => (reference(app, 0)["referenceLocator"] = "golang/example.org/app@v1.2.3"),
  ],
  [
    "a bad CPE",
    "cpe-form",
    "/packages/0/externalRefs/1/referenceLocator",
    (_, { app }) => (reference(app, 1)["referenceLocator"] = "cpe:2.3:a:example:app:1.2.3"),
  ],
  [
    "a type of another category",
    "reference-category",
    "/packages/0/externalRefs/0/referenceType",
    (_, { app }) => (reference(app, 0)["referenceCategory"] = "SECURITY"),
  ],
  [
    "a bad download location",
    "download-location",
    "/packages/0/downloadLocation",
    (_, { app }) => (app["downloadLocation"] = "example.org/app"),
  ],
  [
    "a file in no package",
    "file-in-no-package",
    "/files/2",
    (_, { files }) =>
      files.push({ ...structuredClone(at(files, 1)), SPDXID: "SPDXRef-File-2", fileName: "./other" }),
  ],
  [
    "an absolute file name",
    "file-name-absolute",
    "/files/0/fileName",
    (_, { file }) => (file["fileName"] = "/usr/bin/app"),
  ],
  [
    "a file name that climbs",
    "file-name-climbs",
    "/files/0/fileName",
    (_, { file }) => (file["fileName"] = "./../app"),
  ],
  [
    "a duplicate relationship",
    "relationship-duplicate",
    "/relationships/4",
    (_, { relationships }) => relationships.push({ ...at(relationships, 3) }),
  ],
  [
    "a dependency cycle",
    "dependency-cycle",
    "/relationships/4",
    (_, { relationships }) => relationships.push(related("SPDXRef-Module", "DEPENDS_ON", "SPDXRef-File-0")),
  ],
];

describe("lintSbom on SPDX 2.3", () => {
  it("finds nothing in a valid document", () => {
    expect(lint(spdx2Sample())).toEqual([]);
  });

  it("plants 35 classes of defects, two of them of one rule", () => {
    expect(DEFECTS).toHaveLength(35);
  });

  it.each(DEFECTS)("names %s once, with its place", (_name, rule, pointer, plant) => {
    const document = spdx2Sample();
    plant(document, partsOf(document));
    expect(lint(document)).toEqual([[`spdx2.${rule}`, pointer]]);
    expect(lintRules.map(({ id }) => id)).toContain(`spdx2.${rule}`);
  });

  it.each([
    ["not JSON", "{", "expected a member name (character 2)"],
    ["a member twice", '{"SPDXID": "a", "SPDXID": "b"}', 'has the member "SPDXID" twice (character 25)'],
    ["another format", '{"bomFormat": "CycloneDX"}', "is neither SPDX 2.3 nor SPDX 3.0.1 in JSON"],
    ["a list", "[]", "is not a JSON object"],
  ])("says why it cannot read %s", (_name, text, reason) => {
    const { format, defects } = lintSbom("x", Buffer.from(text));
    expect({ format, defects }).toEqual({
      format: null,
      defects: [{ rule: "sbom.unreadable", pointer: "", actual: reason }],
    });
  });
});

function lint(document: Draft): readonly (readonly [string, string])[] {
  const { defects } = lintSbom("x", Buffer.from(JSON.stringify(document)));
  return defects.map(({ rule, pointer }) => [rule, pointer]);
}

function partsOf(document: Draft): Parts {
  const packages = document["packages"] as Draft[];
  const files = document["files"] as Draft[];
  return {
    creation: document["creationInfo"] as Draft,
    packages,
    files,
    relationships: document["relationships"] as Draft[],
    app: at(packages, 0),
    file: at(files, 0),
  };
}

function checksum(file: Draft, index: number): Draft {
  return at(file["checksums"] as Draft[], index);
}

function reference(item: Draft, index: number): Draft {
  return at(item["externalRefs"] as Draft[], index);
}

function at(list: readonly Draft[], index: number): Draft {
  const item = list[index];
  if (item === undefined) throw new Error(`the sample has no item ${index}`);
  return item;
}
