import type { SpdxDocument, SpdxRelationship } from "../model/documents.ts";
import { inOrder, itself } from "./field-shapes.ts";
import { SPDX_DOCUMENT_ID } from "./spdx2-json.ts";

/** A relationship of SPDX 3: from one element to many. Ids are those of the elements inside the document. */
export interface Spdx3Relation {
  readonly from: string;
  readonly type: string;
  /** Ascending, never empty. */
  readonly to: readonly string[];
  readonly scope?: "build" | "runtime";
  readonly completeness: "complete" | "incomplete" | "noAssertion";
  /** What SPDX 2.3 calls a relationship that has no word in SPDX 3. */
  readonly comment?: string;
}

interface Word {
  readonly type: string;
  /** SPDX 2.3 says it from the other end. */
  readonly isTurned?: boolean;
  readonly scope?: "build" | "runtime";
}

const WORDS: ReadonlyMap<string, Word> = new Map([
  ["BUILD_TOOL_OF", { type: "usesTool", isTurned: true, scope: "build" }],
  ["CONTAINS", { type: "contains" }],
  ["DEPENDS_ON", { type: "dependsOn", scope: "runtime" }],
  ["GENERATED_FROM", { type: "generates", isTurned: true }],
  ["STATIC_LINK", { type: "hasStaticLink" }],
]);

export const DOCUMENT_NAME = "DOCUMENT";
export const SBOM_NAME = "DOCUMENT/sbom";
export const BUILD_NAME = "DOCUMENT/build";

/** The id of an SPDX 2.3 element without its fixed beginning; ids that only SPDX 3 has hold a slash. */
export function elementName(id: string): string {
  return id.slice("SPDXRef-".length);
}

/** Files that were built for this release, the source they come from, and what built them. */
export interface ReleaseBuild {
  readonly sources: readonly string[];
  readonly outputs: readonly string[];
  readonly tools: readonly string[];
}

/** undefined: nothing was built, all was brought along. */
export function buildOf({ relationships }: SpdxDocument): ReleaseBuild | undefined {
  const generated = relationships.filter(({ type }) => type === "GENERATED_FROM");
  if (generated.length === 0) return undefined;
  const outputs = new Set(generated.map(({ from }) => from));
  const tools = relationships.filter(({ type, to }) => type === "BUILD_TOOL_OF" && outputs.has(to));
  return {
    sources: names(generated.map(({ to }) => to)),
    outputs: names([...outputs]),
    tools: names(tools.map(({ from }) => from)),
  };
}

/** What the relationships of SPDX 2.3 say, joined by their first end. */
export function relationsOf(document: SpdxDocument): readonly Spdx3Relation[] {
  const stated = document.relationships.filter(
    ({ from, type }) => from !== SPDX_DOCUMENT_ID || type !== "DESCRIBES",
  );
  const unread = unreadBinaries(document);
  const groups = Map.groupBy(stated.map(turned), ({ from, type }) => `${from} ${type}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { from, type } = first;
    const { isTurned: _, ...word } = WORDS.get(type) ?? { type: "other" };
    const isKnown = type === "DEPENDS_ON" ? !document.describes.includes(from) || !unread : true;
    return [
      {
        ...word,
        from: elementName(from),
        to: names(group.map(({ to }) => to)),
        completeness: completenessOf(word.type, isKnown),
        ...(word.type === "other" ? { comment: type } : {}),
      },
    ];
  });
}

function turned({ from, type, to }: SpdxRelationship): SpdxRelationship {
  return WORDS.get(type)?.isTurned === true ? { from: to, type, to: from } : { from, type, to };
}

/** A tool of SPDX 2.3 is one that is known: nobody lists the shells and linkers behind it. */
function completenessOf(type: string, isKnown: boolean): Spdx3Relation["completeness"] {
  if (type === "usesTool" || type === "other") return "noAssertion";
  return isKnown ? "complete" : "incomplete";
}

/** A binary that no code is linked to is one of which nothing is known. */
function unreadBinaries({ files, relationships }: SpdxDocument): boolean {
  const linked = new Set(relationships.filter(({ type }) => type === "STATIC_LINK").map(({ from }) => from));
  return files.some(({ id, fileType }) => fileType === "BINARY" && !linked.has(id));
}

function names(ids: readonly string[]): readonly string[] {
  return inOrder([...new Set(ids)].map(elementName), itself);
}
