import type { Sbom, SbomComponent, SbomDependency } from "../../model/sbom.ts";
import { nodeOf, nodesOf, textOf, textsOf, type Node } from "./json-tree.ts";
import { checksumsOf, describedIds, idOf, type Spdx2Tree } from "./spdx2-tree.ts";
import { statedText } from "../../formats/spdx-unstated.ts";

const AGENT_PREFIX = /^(?:Person|Organization): ?/;
const TOOL_PREFIX = /^Tool: ?/;
const CONTEXT = /Generation context: *([a-z-]+)/i;
const GO_SUM = /\b(h1:[A-Za-z0-9+/]{43}=)/;
const IDENTIFIER_TYPES = new Set(["cpe22Type", "cpe23Type", "gitoid", "purl", "swh", "swid"]);
const FORWARD = new Set(["CONTAINS", "DEPENDS_ON", "DYNAMIC_LINK", "STATIC_LINK"]);
const BACKWARD = new Set(["CONTAINED_BY", "DEPENDENCY_OF", "RUNTIME_DEPENDENCY_OF"]);

/** An SPDX 2.3 document as the list of what something is made of. NOASSERTION and NONE state nothing. */
export function spdx2Sbom(tree: Spdx2Tree): Sbom {
  const creation = nodeOf(tree.root, "creationInfo");
  const creators = textsOf(creation, "creators").map(({ text }) => text);
  return {
    format: "SPDX-2.3",
    name: textOf(tree.root, "name") ?? "",
    namespace: textOf(tree.root, "documentNamespace") ?? "",
    created: textOf(creation, "created") ?? "",
    authors: creators.filter((text) => AGENT_PREFIX.test(text)).map((text) => text.replace(AGENT_PREFIX, "")),
    tools: creators.filter((text) => TOOL_PREFIX.test(text)).map((text) => text.replace(TOOL_PREFIX, "")),
    context: CONTEXT.exec(textOf(creation, "comment") ?? "")?.[1]?.toLowerCase() ?? "",
    described: [...new Set(describedIds(tree).map(({ id }) => id))],
    components: [...tree.packages.map(packageOf), ...tree.files.map(fileOf)],
    dependencies: tree.relationships.flatMap(dependencyOf),
  };
}

function packageOf(node: Node): SbomComponent {
  const references = nodesOf(node, "externalRefs").filter((item) =>
    IDENTIFIER_TYPES.has(textOf(item, "referenceType") ?? ""),
  );
  const locators = references.map((item) => textOf(item, "referenceLocator") ?? "");
  const purl = references.find((item) => textOf(item, "referenceType") === "purl");
  const sum = GO_SUM.exec(textOf(node, "comment") ?? "")?.[1];
  return {
    ...common(node, "package"),
    name: textOf(node, "name") ?? "",
    version: stated(node, "versionInfo"),
    supplier: (stated(node, "supplier") || stated(node, "originator")).replace(AGENT_PREFIX, ""),
    identifiers: locators,
    purl: textOf(purl, "referenceLocator") ?? "",
    digests: new Map([...digestsOf(node), ...(sum === undefined ? [] : [["h1", sum] as const])]),
    purposes: [stated(node, "primaryPackagePurpose")].filter((word) => word !== ""),
    downloadLocation: stated(node, "downloadLocation"),
  };
}

function fileOf(node: Node): SbomComponent {
  return {
    ...common(node, "file"),
    name: textOf(node, "fileName") ?? "",
    version: "",
    supplier: "",
    identifiers: [],
    purl: "",
    digests: new Map(digestsOf(node)),
    purposes: textsOf(node, "fileTypes").map(({ text }) => text),
    downloadLocation: "",
  };
}

function common(
  node: Node,
  kind: SbomComponent["kind"],
): Pick<SbomComponent, "pointer" | "id" | "kind" | "licenseConcluded" | "licenseDeclared"> {
  return {
    pointer: node.pointer,
    id: idOf(node),
    kind,
    licenseDeclared: stated(node, "licenseDeclared"),
    licenseConcluded: stated(node, "licenseConcluded"),
  };
}

function digestsOf(node: Node): readonly (readonly [string, string])[] {
  return checksumsOf(node).map(({ algorithm, value }) => [algorithm, value]);
}

function dependencyOf({ from, to, type }: Spdx2Tree["relationships"][number]): readonly SbomDependency[] {
  if (FORWARD.has(type)) return [{ from, to, isComplete: false }];
  return BACKWARD.has(type) ? [{ from: to, to: from, isComplete: false }] : [];
}

function stated(node: Node, member: string): string {
  return statedText(textOf(node, member));
}
