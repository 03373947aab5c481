import type { JsonObject } from "../../formats/json.ts";
import { nodesOf, pointerTo, textOf, textsOf, type Node } from "./json-tree.ts";

export interface Spdx3Relationship {
  readonly from: string;
  readonly type: string;
  readonly to: string;
  /** Empty when it is not stated. */
  readonly completeness: string;
  readonly scope: string;
  readonly pointer: string;
}

/** An SPDX 3.0.1 document as it stands; nothing of it was judged. */
export interface Spdx3Tree {
  readonly root: Node;
  readonly elements: readonly Node[];
  readonly byType: ReadonlyMap<string, readonly Node[]>;
  readonly byId: ReadonlyMap<string, Node>;
  /** One for each end: a relationship to three elements stands here three times. */
  readonly relationships: readonly Spdx3Relationship[];
}

export function spdx3Tree(document: JsonObject): Spdx3Tree {
  const root: Node = { pointer: "", object: document };
  const elements = nodesOf(root, "@graph");
  const byId = new Map<string, Node>();
  for (const element of elements) {
    const id = spdx3Id(element);
    if (id !== undefined && !byId.has(id)) byId.set(id, element);
  }
  return {
    root,
    elements,
    byType: Map.groupBy(elements, typeOf),
    byId,
    relationships: elements.filter(isRelationship).flatMap(relationshipsOf),
  };
}

export function spdx3Id(node: Node): string | undefined {
  return textOf(node, "spdxId") ?? textOf(node, "@id");
}

export function typeOf(node: Node): string {
  return textOf(node, "type") ?? textOf(node, "@type") ?? "";
}

function isRelationship(node: Node): boolean {
  return typeOf(node).endsWith("Relationship");
}

function relationshipsOf(node: Node): readonly Spdx3Relationship[] {
  const from = textOf(node, "from");
  const type = textOf(node, "relationshipType");
  if (from === undefined || type === undefined) return [];
  const completeness = textOf(node, "completeness") ?? "";
  const scope = textOf(node, "scope") ?? "";
  return textsOf(node, "to").map(({ text, pointer }) => ({
    from,
    type,
    to: text,
    completeness,
    scope,
    pointer,
  }));
}

export function hashesOf(node: Node): readonly { algorithm: string; value: string; pointer: string }[] {
  return nodesOf(node, "verifiedUsing").flatMap((hash) => {
    const algorithm = textOf(hash, "algorithm");
    const value = textOf(hash, "hashValue");
    if (algorithm === undefined || value === undefined) return [];
    return [{ algorithm, value, pointer: pointerTo(hash.pointer, "hashValue") }];
  });
}
