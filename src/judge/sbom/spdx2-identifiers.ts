import { SPDX_DOCUMENT_ID } from "../../formats/spdx2-json.ts";
import { closingEdges, type Edge } from "./graph.ts";
import { nodesOf, pointerTo, textNodes, textsOf, type TextNode } from "./json-tree.ts";
import { textDefect, type Defect, type LintRule } from "./lint-rule.ts";
import { describedIds, idOf, type Spdx2Relationship, type Spdx2Tree } from "./spdx2-tree.ts";
import { UNSTATED } from "../../formats/spdx-unstated.ts";

export const spdx2IdentifierRules: readonly LintRule[] = [
  {
    id: "spdx2.id-form",
    severity: "error",
    clause: "SPDX 2.3, 7.2 and 8.2",
    title: "an id has characters that ids must not have",
    remedy: "Write SPDXRef- and letters, digits, full stops and hyphens",
  },
  {
    id: "spdx2.id-duplicate",
    severity: "error",
    clause: "SPDX 2.3, 7.2 and 8.2",
    title: "two elements have the same id",
    remedy: "Give each element its own id: relationships to either are ambiguous",
  },
  {
    id: "spdx2.reference-dangling",
    severity: "error",
    clause: "SPDX 2.3, 11.1",
    title: "an id is named that no element of the document has",
    remedy: "Add the element, or take out what points to it",
  },
  {
    id: "spdx2.describes-missing",
    severity: "error",
    clause: "SPDX 2.3, 11.1",
    title: "the document does not say what it describes",
    remedy: "Add a DESCRIBES relationship from SPDXRef-DOCUMENT to the element that the SBOM is about",
  },
  {
    id: "spdx2.relationship-duplicate",
    severity: "error",
    clause: "SPDX 2.3, 11.1",
    title: "a relationship is stated twice",
    remedy: "Keep one of the two",
  },
  {
    id: "spdx2.dependency-cycle",
    severity: "error",
    clause: "SPDX 2.3, 11.1",
    title: "an element depends on itself, or contains itself",
    remedy: "Take out the relationship that closes the circle",
  },
];

const ELEMENT_ID = /^SPDXRef-[A-Za-z0-9.-]+$/;
const EXTERNAL_ID = /^(DocumentRef-[A-Za-z0-9.-]+):SPDXRef-[A-Za-z0-9.-]+$/;

export function lintSpdx2Identifiers(tree: Spdx2Tree): readonly Defect[] {
  const { root, packages, files, snippets, relationships } = tree;
  const claims = [...packages, ...files, ...snippets].flatMap((node) => textNodes(node, "SPDXID"));
  return [
    ...claims
      .filter(({ text }) => !ELEMENT_ID.test(text))
      .map((node) => textDefect("spdx2.id-form", node, "SPDXRef- and letters, digits, . and -")),
    ...duplicates([{ pointer: "/SPDXID", text: SPDX_DOCUMENT_ID }, ...claims], "id-duplicate"),
    ...dangling(tree, claims),
    ...(describedIds(tree).length > 0 || packages.length + files.length < 2
      ? []
      : [
          {
            rule: "spdx2.describes-missing",
            pointer: root.pointer,
            expected: "DESCRIBES",
            actual: "nothing",
          },
        ]),
    ...duplicates(relationships.map(asText), "relationship-duplicate"),
    ...[...closingEdges(dependencies(relationships)), ...closingEdges(containment(tree))].map((edge) => ({
      rule: "spdx2.dependency-cycle",
      pointer: edge.pointer,
      expected: "no way back",
      actual: `${edge.from} -> ${edge.to}`,
    })),
  ];
}

function asText({ from, type, to, pointer }: Spdx2Relationship): TextNode {
  return { pointer, text: `${from} ${type} ${to}` };
}

function duplicates(nodes: readonly TextNode[], name: string): readonly Defect[] {
  const seen = new Map<string, string>();
  return nodes.flatMap(({ pointer, text }) => {
    const first = seen.get(text);
    if (first === undefined) seen.set(text, pointer);
    return first === undefined
      ? []
      : [{ rule: `spdx2.${name}`, pointer, expected: `only ${first}`, actual: text }];
  });
}

function dangling(tree: Spdx2Tree, claims: readonly TextNode[]): readonly Defect[] {
  const known = new Set([SPDX_DOCUMENT_ID, ...claims.map(({ text }) => text)]);
  const documents = new Set(
    nodesOf(tree.root, "externalDocumentRefs").flatMap((node) =>
      textNodes(node, "externalDocumentId").map(({ text }) => text),
    ),
  );
  const resolves = (id: string): boolean => {
    const external = EXTERNAL_ID.exec(id)?.[1];
    return external === undefined ? known.has(id) || UNSTATED.has(id) : documents.has(external);
  };
  return references(tree)
    .filter(({ text }) => !resolves(text))
    .map((node) => textDefect("spdx2.reference-dangling", node, "the id of an element"));
}

function references({ root, packages, snippets, relationships }: Spdx2Tree): readonly TextNode[] {
  return [
    ...relationships.flatMap(({ from, to, pointer }) => [
      { pointer: pointerTo(pointer, "spdxElementId"), text: from },
      { pointer: pointerTo(pointer, "relatedSpdxElement"), text: to },
    ]),
    ...textsOf(root, "documentDescribes"),
    ...packages.flatMap((item) => textsOf(item, "hasFiles")),
    ...snippets.flatMap((item) => textNodes(item, "snippetFromFile")),
  ];
}

const FORWARD = new Set(["DEPENDS_ON", "DYNAMIC_LINK", "STATIC_LINK"]);
const BACKWARD = new Set([
  "BUILD_DEPENDENCY_OF",
  "DEPENDENCY_OF",
  "OPTIONAL_DEPENDENCY_OF",
  "PROVIDED_DEPENDENCY_OF",
  "RUNTIME_DEPENDENCY_OF",
]);

function dependencies(relationships: readonly Spdx2Relationship[]): readonly Edge[] {
  return relationships.flatMap((item) => directed(item, FORWARD, BACKWARD));
}

function containment({ relationships, packages }: Spdx2Tree): readonly Edge[] {
  return [
    ...relationships.flatMap((item) => directed(item, new Set(["CONTAINS"]), new Set(["CONTAINED_BY"]))),
    ...packages.flatMap((item) =>
      textsOf(item, "hasFiles").map(({ text, pointer }) => ({ from: idOf(item), to: text, pointer })),
    ),
  ];
}

function directed(
  { from, to, type, pointer }: Spdx2Relationship,
  forward: ReadonlySet<string>,
  backward: ReadonlySet<string>,
): readonly Edge[] {
  if (forward.has(type)) return [{ from, to, pointer }];
  return backward.has(type) ? [{ from: to, to: from, pointer }] : [];
}
