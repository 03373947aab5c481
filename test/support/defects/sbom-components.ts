import type { PackageStage } from "../../../src/judge/stages.ts";
import type { SpdxPackage } from "../../../src/model/documents.ts";
import { type Defect, withDocument } from "../alter-release.ts";
import { SYS_MODULE } from "../release-binaries.ts";
import { PRODUCT } from "../release-documents.ts";

export function withPackage(
  stage: PackageStage,
  name: string,
  change: (item: SpdxPackage) => Partial<SpdxPackage>,
): PackageStage {
  return withDocument(stage, "sbom", ({ packages }) => ({
    packages: packages.map((item) => (item.name === name ? { ...item, ...change(item) } : item)),
  }));
}

function withoutPackage(stage: PackageStage, name: string): PackageStage {
  return withDocument(stage, "sbom", ({ packages, relationships }) => {
    const id = packages.find((item) => item.name === name)?.id;
    return {
      packages: packages.filter((item) => item.name !== name),
      relationships: relationships.filter(({ from, to }) => from !== id && to !== id),
    };
  });
}

const COMPONENT_LIES: readonly (readonly [string, string, Partial<SpdxPackage>])[] = [
  ["the module is said to come from others", SYS_MODULE.path, { supplier: "Organization: Mallory" }],
  ["the source of a module lies elsewhere", SYS_MODULE.path, { downloadLocation: "https://mallory.example" }],
  ["a module has a CPE name", SYS_MODULE.path, { cpe: "cpe:2.3:a:x:y:1:*:*:*:*:*:*:*" }],
  ["a module is said to be an application", SYS_MODULE.path, { purpose: "APPLICATION" }],
  ["a module is said to have files", SYS_MODULE.path, { verificationCode: "9".repeat(40) }],
  [
    "the CPE name of the standard library is another",
    "stdlib",
    { cpe: "cpe:2.3:a:golang:go:1.26.9:-:*:*:*:*:*:*" },
  ],
  ["the standard library is under another licence", "stdlib", { licenseDeclared: "MIT" }],
  ["the toolchain comes from elsewhere", "go", { downloadLocation: "https://mallory.example" }],
  [
    "the source has another supplier than the package",
    `${PRODUCT}-source`,
    { supplier: "Organization: Mallory" },
  ],
  ["the source is under another licence than the package", `${PRODUCT}-source`, { licenseDeclared: "MIT" }],
  ["the package has a sum of a module", PRODUCT, { goSum: SYS_MODULE.sum }],
];

export const sbomComponentDefects: readonly Defect[] = [
  {
    problem: "sbom.document-differs",
    how: "the SBOM has another name",
    alter: (stage) => withDocument(stage, "sbom", () => ({ name: "acme-agent-1.2.2" })),
  },
  {
    problem: "sbom.document-differs",
    how: "the SBOM names a version of the tool that did not make it",
    alter: (stage) => withDocument(stage, "sbom", () => ({ creators: ["Tool: cavra-9.9.9"] })),
  },
  {
    problem: "sbom.document-differs",
    how: "the author of the SBOM is not who supplies the package",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ creators }) => ({ creators: ["Organization: Mallory", ...creators] })),
  },
  {
    problem: "sbom.component-missing",
    how: "the source is not listed",
    alter: (stage) => withoutPackage(stage, `${PRODUCT}-source`),
  },
  {
    problem: "sbom.component-missing",
    how: "the toolchain is not listed",
    alter: (stage) => withoutPackage(stage, "go"),
  },
  {
    problem: "sbom.component-unknown",
    how: "a module is listed that no binary links",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ packages, describes, relationships }) => {
        const module = packages.find(({ name }) => name === SYS_MODULE.path);
        if (module === undefined) return {};
        const other = { ...module, id: "SPDXRef-Other", name: "example.com/other" };
        const [from = ""] = describes;
        return {
          packages: [...packages, other],
          relationships: [...relationships, { from, type: "DEPENDS_ON", to: other.id }],
        };
      }),
  },
  {
    problem: "sbom.component-repeated",
    how: "the source is listed twice",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ packages, relationships }) => {
        const source = packages.find(({ purpose }) => purpose === "SOURCE");
        if (source === undefined) return {};
        const other = { ...source, id: "SPDXRef-Other" };
        const links = relationships.filter(({ to }) => to === source.id);
        return {
          packages: [...packages, other],
          relationships: [...relationships, ...links.map((link) => ({ ...link, to: other.id }))],
        };
      }),
  },
  ...COMPONENT_LIES.map(([how, name, change]): Defect => ({
    problem: "sbom.component-differs",
    how,
    alter: (stage) => withPackage(stage, name, () => change),
  })),
  {
    problem: "sbom.relationship-missing",
    how: "a link is stated as a dependency only",
    alter: (stage) =>
      withDocument(stage, "sbom", ({ relationships }) => ({
        relationships: relationships.filter(
          ({ type, to }) => type !== "STATIC_LINK" || to !== "SPDXRef-Module-0",
        ),
      })),
  },
  ...["GENERATED_FROM", "BUILD_TOOL_OF"].map((type): Defect => ({
    problem: "sbom.relationship-missing",
    how: `nothing is ${type}`,
    alter: (stage) =>
      withDocument(stage, "sbom", ({ relationships }) => ({
        relationships: relationships.filter((relationship) => relationship.type !== type),
      })),
  })),
  ...[
    { from: "SPDXRef-Package", type: "DEPENDS_ON", to: "SPDXRef-Go" },
    { from: "SPDXRef-Package", type: "DYNAMIC_LINK", to: "SPDXRef-Module-0" },
    { from: "SPDXRef-Module-0", type: "DEPENDS_ON", to: "SPDXRef-Module-1" },
    { from: "SPDXRef-Module-0", type: "CONTAINS", to: "SPDXRef-File-0" },
    { from: "SPDXRef-File-0", type: "STATIC_LINK", to: "SPDXRef-Module-0" },
    { from: "SPDXRef-Package", type: "GENERATED_FROM", to: "SPDXRef-Source" },
    { from: "SPDXRef-DOCUMENT", type: "DESCRIBES", to: "SPDXRef-Source" },
  ].map((lie): Defect => ({
    problem: "sbom.relationship-unknown",
    how: `a link is made up: ${lie.from} ${lie.type} ${lie.to}`,
    alter: (stage) =>
      withDocument(stage, "sbom", ({ relationships }) => ({ relationships: [...relationships, lie] })),
  })),
];
