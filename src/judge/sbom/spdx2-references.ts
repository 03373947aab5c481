import { isCpe22, isCpe23 } from "../../formats/cpe.ts";
import { parsePurl } from "../../formats/purl.ts";
import { readLicenseExpression } from "../../formats/spdx-expression.ts";
import { nodesOf, pointerTo, textNodes, textOf, textsOf, type Node, type TextNode } from "./json-tree.ts";
import { textDefect, type Defect, type LintRule } from "./lint-rule.ts";
import type { Spdx2Tree } from "./spdx2-tree.ts";
import { UNSTATED } from "../../formats/spdx-unstated.ts";

export const spdx2ReferenceRules: readonly LintRule[] = [
  {
    id: "spdx2.license-expression",
    severity: "error",
    clause: "SPDX 2.3, 7.13, 7.15 and Annex D",
    title: "a licence is no valid expression",
    remedy: "Use identifiers of the SPDX list or a LicenseRef-, joined by AND, OR and WITH",
  },
  {
    id: "spdx2.license-ref-undefined",
    severity: "error",
    clause: "SPDX 2.3, 10.1",
    title: "a LicenseRef- is used whose text the document does not hold",
    remedy: "Add the text to hasExtractedLicensingInfos",
  },
  {
    id: "spdx2.purl-form",
    severity: "error",
    clause: "SPDX 2.3, 7.21 and F.3.5; purl-spec",
    title: "a package URL cannot be read",
    remedy: "Write pkg:TYPE/NAMESPACE/NAME@VERSION, percent-encoded",
  },
  {
    id: "spdx2.cpe-form",
    severity: "error",
    clause: "SPDX 2.3, 7.21 and F.2; NISTIR 7695",
    title: "a CPE name cannot be read",
    remedy: "Write cpe:2.3: and eleven parts, with special characters escaped",
  },
  {
    id: "spdx2.reference-category",
    severity: "error",
    clause: "SPDX 2.3, 7.21 and Annex F",
    title: "the type of an external reference belongs to another category",
    remedy: "Put purl under PACKAGE-MANAGER, CPE under SECURITY, swh and gitoid under PERSISTENT-ID",
  },
];

const TYPES_BY_CATEGORY: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["SECURITY", new Set(["advisory", "cpe22Type", "cpe23Type", "fix", "swid", "url"])],
  ["PACKAGE-MANAGER", new Set(["bower", "maven-central", "npm", "nuget", "purl"])],
  ["PERSISTENT-ID", new Set(["gitoid", "swh"])],
]);

export function lintSpdx2References(tree: Spdx2Tree): readonly Defect[] {
  return [
    ...licenseDefects(tree),
    ...tree.packages.flatMap((item) => nodesOf(item, "externalRefs").flatMap(externalDefects)),
  ];
}

function licenseDefects({ root, packages, files, snippets }: Spdx2Tree): readonly Defect[] {
  const texts = new Set(
    nodesOf(root, "hasExtractedLicensingInfos").flatMap((node) => textOf(node, "licenseId") ?? []),
  );
  const stated = [
    ...packages.flatMap((item) => [
      ...textNodes(item, "licenseConcluded"),
      ...textNodes(item, "licenseDeclared"),
      ...textsOf(item, "licenseInfoFromFiles"),
    ]),
    ...files.flatMap((file) => [
      ...textNodes(file, "licenseConcluded"),
      ...textsOf(file, "licenseInfoInFiles"),
    ]),
    ...snippets.flatMap((item) => [
      ...textNodes(item, "licenseConcluded"),
      ...textsOf(item, "licenseInfoInSnippets"),
    ]),
  ];
  return stated.filter(({ text }) => !UNSTATED.has(text)).flatMap((node) => expressionDefects(node, texts));
}

function expressionDefects(node: TextNode, texts: ReadonlySet<string>): readonly Defect[] {
  const { problem, references } = readLicenseExpression(node.text);
  if (problem !== undefined) return [textDefect("spdx2.license-expression", node, problem)];
  return references
    .filter((reference) => !texts.has(reference))
    .map((reference) => ({
      rule: "spdx2.license-ref-undefined",
      pointer: node.pointer,
      expected: `${reference} in hasExtractedLicensingInfos`,
      actual: "no such text",
    }));
}

function externalDefects(node: Node): readonly Defect[] {
  const category = textOf(node, "referenceCategory")?.replace("_", "-") ?? "";
  const type = textOf(node, "referenceType") ?? "";
  const allowed = TYPES_BY_CATEGORY.get(category);
  if (allowed !== undefined && !allowed.has(type)) {
    const pointer = pointerTo(node.pointer, "referenceType");
    return [{ rule: "spdx2.reference-category", pointer, expected: [...allowed].join(", "), actual: type }];
  }
  return textNodes(node, "referenceLocator").flatMap((locator) => locatorDefects(type, locator));
}

function locatorDefects(type: string, locator: TextNode): readonly Defect[] {
  if (type === "purl" && parsePurl(locator.text) === undefined)
    return [textDefect("spdx2.purl-form", locator, "pkg:TYPE/NAME@VERSION")];
  if (type === "cpe23Type" && !isCpe23(locator.text))
    return [textDefect("spdx2.cpe-form", locator, "cpe:2.3: and eleven parts")];
  if (type === "cpe22Type" && !isCpe22(locator.text))
    return [textDefect("spdx2.cpe-form", locator, "cpe:/ and up to seven parts")];
  return [];
}
