import { describe, expect, it } from "vitest";
import { lintRules, lintSbom } from "../../../src/judge/sbom/lint-sbom.ts";
import { spdx3Sample, type Draft } from "../../support/spdx-samples.ts";

/** By the `name` or last part of the `spdxId` of the element in the sample. */
type Find = (name: string) => Draft;
type Change = (document: Draft, find: Find) => void;

const DEFECTS: readonly (readonly [string, string, string, Change])[] = [
  ["another context", "context", "/@context", (document) => (document["@context"] = "https://example.org/")],
  ["no graph", "member-missing", "", (document) => delete document["@graph"]],
  ["an unknown type", "type-unknown", "/@graph/6/type", (_, find) => (find("file")["type"] = "SoftwareFile")],
  [
    "an unknown member",
    "member-unknown",
    "/@graph/1/externalIdentifiers",
    (_, find) => {
      find("org")["externalIdentifiers"] = find("org")["externalIdentifier"];
      delete find("org")["externalIdentifier"];
    },
  ],
  [
    "a member of another kind",
    "member-type",
    "/@graph/8/to",
    (_, find) => (find("r1")["to"] = "https://example.org/spdx/app-1.2.3#file"),
  ],
  [
    "an unknown word",
    "word-unknown",
    "/@graph/8/relationshipType",
    (_, find) => (find("r1")["relationshipType"] = "CONTAINS"),
  ],
  ["an id that is no URI", "id-form", "/@graph/8/spdxId", (_, find) => (find("r1")["spdxId"] = "_:r1")],
  [
    "a duplicate id",
    "id-duplicate",
    "/@graph/9/spdxId",
    (_, find) => (find("r2")["spdxId"] = find("r1")["spdxId"]),
  ],
  [
    "a dangling relationship",
    "reference-dangling",
    "/@graph/8/to/0",
    (_, find) => (find("r1")["to"] = ["https://example.org/spdx/app-1.2.3#nobody"]),
  ],
  [
    "two documents",
    "document-missing",
    "/@graph/10",
    (document, find) =>
      (document["@graph"] as Draft[]).push({ ...find("document"), spdxId: "https://example.org/second" }),
  ],
  ["a collection without root", "root-missing", "/@graph/4", (_, find) => delete find("sbom")["rootElement"]],
  [
    "another version of SPDX",
    "spec-version",
    "/@graph/0/specVersion",
    (_, find) => (find("_:creation")["specVersion"] = "3.1"),
  ],
  [
    "a time with an offset",
    "created-form",
    "/@graph/0/created",
    (_, find) => (find("_:creation")["created"] = "2026-01-02T03:04:05+01:00"),
  ],
  [
    "a digest of the wrong length",
    "digest-length",
    "/@graph/6/verifiedUsing/1/hashValue",
    (_, find) => (hash(find("file"))["hashValue"] = "ab"),
  ],
  [
    "a digest in upper case",
    "digest-case",
    "/@graph/6/verifiedUsing/1/hashValue",
    (_, find) => (hash(find("file"))["hashValue"] = "AB".repeat(32)),
  ],
  [
    "a duplicate relationship",
    "relationship-duplicate",
    "/@graph/10/to/0",
    (document, find) =>
      (document["@graph"] as Draft[]).push({ ...find("r1"), spdxId: "https://example.org/r3" }),
  ],
  [
    "a containment cycle",
    "dependency-cycle",
    "/@graph/8/to/1",
    (_, find) => (find("r1")["to"] as string[]).push("https://example.org/spdx/app-1.2.3#app"),
  ],
  [
    "an illegal licence expression",
    "license-expression",
    "/@graph/7/simplelicensing_licenseExpression",
    (_, find) => (find("license")["simplelicensing_licenseExpression"] = "Apache 2"),
  ],
  [
    "a bad package URL",
    "purl-form",
    "/@graph/5/software_packageUrl",
    (_, find) => (find("app")["software_packageUrl"] = "pkg:golang"),
  ],
  [
    "a bad CPE",
    "cpe-form",
    "/@graph/5/externalIdentifier/0/identifier",
    (_, find) => ((find("app")["externalIdentifier"] as Draft[])[0] = cpe("cpe:2.3:a:*")),
  ],
];

describe("lintSbom on SPDX 3.0.1", () => {
  it("finds nothing in a valid document", () => {
    expect(lint(spdx3Sample())).toEqual([]);
  });

  it.each(DEFECTS)("names %s once, with its place", (_name, rule, pointer, plant) => {
    const document = spdx3Sample();
    plant(document, finder(document));
    const found = lint(document);
    // Without a graph there is no document in it either.
    expect(found.slice(0, 1)).toEqual([[`spdx3.${rule}`, pointer]]);
    expect(found).toHaveLength(document["@graph"] === undefined ? 2 : 1);
  });

  it("plants a defect for every rule", () => {
    const planted = new Set(DEFECTS.map(([, rule]) => `spdx3.${rule}`));
    const rules = lintRules.map(({ id }) => id).filter((id) => id.startsWith("spdx3."));
    expect(rules.filter((id) => !planted.has(id))).toEqual([]);
  });
});

function lint(document: Draft): readonly (readonly [string, string])[] {
  const { defects } = lintSbom("x", Buffer.from(JSON.stringify(document)));
  return defects.map(({ rule, pointer }) => [rule, pointer]);
}

function finder(document: Draft): Find {
  return (name) => {
    const graph = document["@graph"] as Draft[];
    const found = graph.find((item) => item["@id"] === name || String(item["spdxId"]).endsWith(`#${name}`));
    if (found === undefined) throw new Error(`the sample has no ${name}`);
    return found;
  };
}

function hash(file: Draft): Draft {
  const [, second] = file["verifiedUsing"] as Draft[];
  if (second === undefined) throw new Error("the sample has no second digest");
  return second;
}

function cpe(identifier: string): Draft {
  return { type: "ExternalIdentifier", externalIdentifierType: "cpe23", identifier };
}
