import { describe, expect, it } from "vitest";
import { parseSpdx2 } from "../../src/formats/spdx2.ts";
import { writeSpdx3 } from "../../src/formats/spdx3.ts";
import { lintSbom } from "../../src/judge/sbom/lint-sbom.ts";
import type { SpdxDocument } from "../../src/model/documents.ts";
import { makeDocuments } from "../../src/make/package/make-documents.ts";
import { bytesOf, readOf } from "../support/made-documents.ts";
import { officialSchemaProblems } from "../support/official-schemas.ts";
import type { StatedLicense } from "../../src/make/package/package-input.ts";
import { testPackageInput } from "../support/package-input.ts";

const sbom = readOf(parseSpdx2, "cavra-runtime.sbom.spdx.json");
const made = bytesOf("cavra-runtime.sbom.spdx3.json");

interface Element {
  readonly spdxId: string;
  readonly type: string;
  readonly [member: string]: unknown;
}

function graphOf(document: SpdxDocument): readonly Element[] {
  const json = JSON.parse(Buffer.from(writeSpdx3(document)).toString("utf8")) as { "@graph": Element[] };
  return json["@graph"];
}

function ofType(type: string, document: SpdxDocument = sbom): readonly Element[] {
  return graphOf(document).filter((element) => element.type === type);
}

function name(uri: unknown): string {
  return String(uri).replace(/^.*#/, "");
}

function completenessOfProduct(document: SpdxDocument): unknown {
  const all = relations("dependsOn", document);
  return all.find(({ from }) => from === "Package-cavra-runtime")?.["completeness"];
}

/** The relationships of one type by the names of their ends, without the namespace. */
function relations(type: string, document: SpdxDocument = sbom): readonly Record<string, unknown>[] {
  return graphOf(document)
    .filter(({ relationshipType }) => relationshipType === type)
    .map(({ from, to, completeness, scope }) => ({
      from: name(from),
      to: (to as string[]).map(name),
      completeness,
      ...(scope === undefined ? {} : { scope }),
    }));
}

function concludedMit(): StatedLicense {
  return { declared: "MIT", concluded: "MIT" };
}

describe("writeSpdx3", () => {
  it("makes the bytes of the package from the SPDX 2.3 document alone", () => {
    expect(Buffer.compare(writeSpdx3(sbom), made)).toBe(0);
  });

  it("is valid under the official schema", ({ skip }) => {
    const problems = officialSchemaProblems(
      "spdx-3.0.1.schema.json",
      JSON.parse(Buffer.from(made).toString("utf8")),
    );
    if (problems === undefined) skip("no official schemas beside the repository");
    expect(problems).toBe("");
  });

  it.each([undefined, "ntia"] as const)("has nothing for our own linter to say: %s", (profile) => {
    expect(lintSbom("made", made, profile)).toMatchObject({ format: "SPDX-3.0.1", defects: [] });
  });

  it("lacks of the CISA elements only the licence that nobody found", () => {
    const { defects } = lintSbom("made", made, "cisa-2025");
    const graph = graphOf(sbom);
    expect(
      defects.map(({ rule, pointer }) => [rule, graph[Number(pointer.split("/")[2])]?.["name"]]),
    ).toEqual([["cisa-2025.license", "github.com/Fork/yaml"]]);
  });

  it.each(["ntia", "cisa-2025", "bsi-2.1"] as const)(
    "has every element of %s once the licences of the modules are concluded",
    (profile) => {
      const documents = makeDocuments(testPackageInput({ moduleLicense: concludedMit }));
      const bytes = bytesOf("cavra-runtime.sbom.spdx3.json", documents);
      expect(lintSbom("made", bytes, profile).defects).toEqual([]);
    },
  );

  it("lacks of the BSI elements only the conclusions of lawyers, and says how to reach the vendor", () => {
    const reachable = makeDocuments(testPackageInput({ vendor: "Acme", contact: "sbom@example.com" }));
    const bytes = bytesOf("cavra-runtime.sbom.spdx3.json", reachable);
    const rules = new Set(lintSbom("made", bytes, "bsi-2.1").defects.map(({ rule }) => rule));
    expect([...rules]).toEqual(["bsi-2.1.license"]);
    expect(
      ofType("Organization", readOf(parseSpdx2, "cavra-runtime.sbom.spdx.json", reachable)),
    ).toContainEqual(
      expect.objectContaining({
        name: "Acme",
        externalIdentifier: [
          { type: "ExternalIdentifier", externalIdentifierType: "email", identifier: "sbom@example.com" },
        ],
      }),
    );
  });

  it("sorts its elements, and names none twice", () => {
    const ids = graphOf(sbom)
      .slice(1)
      .map(({ spdxId }) => spdxId);
    expect(ids).toEqual([...new Set(ids)].toSorted());
  });

  it("ends its namespace with a digest of the content", () => {
    const [document] = ofType("SpdxDocument");
    const [later] = ofType("SpdxDocument", { ...sbom, created: "2026-01-01T00:00:01Z" });
    expect(document?.spdxId).toMatch(
      /^https:\/\/cavra\.dev\/spdx3\/cavra-runtime-0\.2\.0-[0-9a-f]{64}#DOCUMENT$/,
    );
    expect(later?.spdxId).not.toBe(document?.spdxId);
  });

  it("has the tool alone for its author when no vendor is named", () => {
    const vendorless = { ...sbom, creators: ["Tool: cavra-0.1.0"] };
    expect(ofType("SoftwareAgent", vendorless)).toEqual([expect.objectContaining({ name: "cavra-0.1.0" })]);
    expect(lintSbom("made", writeSpdx3(vendorless)).defects).toEqual([]);
  });

  it("writes the sum of go.sum as what it is, and no digest of it", () => {
    const sums = ofType("software_Package").filter(({ comment }) => String(comment).startsWith("go.sum h1:"));
    expect(sums).toHaveLength(2);
    for (const item of sums) expect(item).not.toHaveProperty("verifiedUsing");
  });

  it("says of a package with a binary that nobody could read that its dependencies are incomplete", () => {
    const [linked] = sbom.files.filter(({ fileType }) => fileType === "BINARY");
    const unread = sbom.relationships.filter(
      ({ from, type }) => from !== linked?.id || type !== "STATIC_LINK",
    );
    expect(completenessOfProduct(sbom)).toBe("complete");
    expect(completenessOfProduct({ ...sbom, relationships: unread })).toBe("incomplete");
  });

  it("names what was built from what, with what", () => {
    const binaries = sbom.files.filter(({ fileType }) => fileType === "BINARY").map(({ id }) => id.slice(8));
    expect(relations("hasOutput")).toEqual([
      { from: "DOCUMENT/build", to: binaries.toSorted(), completeness: "complete", scope: "build" },
    ]);
    expect(relations("hasInput")[0]?.["to"]).toEqual(["Source-cavra-runtime"]);
    expect(relations("usesTool")).toHaveLength(1 + binaries.length);
    expect(ofType("build_Build", { ...sbom, relationships: [] })).toEqual([]);
  });

  it("keeps a relationship that it has no word for", () => {
    const [first, second] = sbom.packages;
    const relationship = { from: first?.id ?? "", type: "VARIANT_OF", to: second?.id ?? "" };
    const graph = graphOf({ ...sbom, relationships: [relationship] });
    expect(graph).toContainEqual(
      expect.objectContaining({ relationshipType: "other", comment: "VARIANT_OF" }),
    );
  });
});
