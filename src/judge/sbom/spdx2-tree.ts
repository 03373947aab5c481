import type { JsonObject } from "../../formats/json.ts";
import { SPDX_DOCUMENT_ID } from "../../formats/spdx2-json.ts";
import { nodesOf, pointerTo, textOf, textsOf, type Node } from "./json-tree.ts";
import type { Edge } from "./graph.ts";

export interface Spdx2Relationship extends Edge {
  readonly type: string;
}

/** An SPDX 2.3 document as it stands; nothing of it was judged. */
export interface Spdx2Tree {
  readonly root: Node;
  readonly packages: readonly Node[];
  readonly files: readonly Node[];
  readonly filesById: ReadonlyMap<string, Node>;
  readonly snippets: readonly Node[];
  readonly relationships: readonly Spdx2Relationship[];
  /** By the id of a package: the ids of what it holds, by relationship or by its member `hasFiles`. */
  readonly contents: ReadonlyMap<string, ReadonlySet<string>>;
}

export function spdx2Tree(document: JsonObject): Spdx2Tree {
  const root: Node = { pointer: "", object: document };
  const packages = nodesOf(root, "packages");
  const files = nodesOf(root, "files");
  const relationships = nodesOf(root, "relationships").flatMap(relationshipOf);
  return {
    root,
    packages,
    files,
    filesById: new Map(files.map((file) => [idOf(file), file])),
    snippets: nodesOf(root, "snippets"),
    relationships,
    contents: contentsOf(packages, relationships),
  };
}

function contentsOf(
  packages: readonly Node[],
  relationships: readonly Spdx2Relationship[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const pairs = [
    ...relationships.filter(({ type }) => type === "CONTAINS").map(({ from, to }) => [from, to] as const),
    ...relationships.filter(({ type }) => type === "CONTAINED_BY").map(({ from, to }) => [to, from] as const),
    ...packages.flatMap((item) => textsOf(item, "hasFiles").map(({ text }) => [idOf(item), text] as const)),
  ];
  const groups = Map.groupBy(pairs, ([holder]) => holder);
  return new Map([...groups].map(([holder, held]) => [holder, new Set(held.map(([, id]) => id))]));
}

function relationshipOf(node: Node): readonly Spdx2Relationship[] {
  const from = textOf(node, "spdxElementId");
  const type = textOf(node, "relationshipType");
  const to = textOf(node, "relatedSpdxElement");
  const isWhole = from !== undefined && type !== undefined && to !== undefined;
  return isWhole ? [{ from, type, to, pointer: node.pointer }] : [];
}

export function idOf(node: Node): string {
  return textOf(node, "SPDXID") ?? "";
}

/** What the document says that it is about, with the places that say so. */
export function describedIds({ root, relationships }: Spdx2Tree): readonly { id: string; pointer: string }[] {
  return [
    ...textsOf(root, "documentDescribes").map(({ text, pointer }) => ({ id: text, pointer })),
    ...relationships
      .filter(({ from, type }) => type === "DESCRIBES" && from === SPDX_DOCUMENT_ID)
      .map(({ to, pointer }) => ({ id: to, pointer: pointerTo(pointer, "relatedSpdxElement") })),
    ...relationships
      .filter(({ to, type }) => type === "DESCRIBED_BY" && to === SPDX_DOCUMENT_ID)
      .map(({ from, pointer }) => ({ id: from, pointer: pointerTo(pointer, "spdxElementId") })),
  ];
}

export function checksumsOf(node: Node): readonly { algorithm: string; value: string; pointer: string }[] {
  return nodesOf(node, "checksums").flatMap((checksum) => {
    const algorithm = textOf(checksum, "algorithm");
    const value = textOf(checksum, "checksumValue");
    if (algorithm === undefined || value === undefined) return [];
    return [{ algorithm, value, pointer: pointerTo(checksum.pointer, "checksumValue") }];
  });
}
