import type { Sbom, SbomComponent } from "../../model/sbom.ts";
import { nodesOf, textOf, textsOf, type Node } from "./json-tree.ts";
import { hashesOf, spdx3Id, typeOf, type Spdx3Tree } from "./spdx3-tree.ts";
import { statedText } from "../../formats/spdx-unstated.ts";

const DEPENDENCIES = new Set(["contains", "dependsOn", "hasDynamicLink", "hasStaticLink"]);
const IDENTIFIERS = new Set(["cpe22", "cpe23", "gitoid", "packageUrl", "swhid", "swid"]);
const AGENT_TYPES = ["Agent", "Organization", "Person"];

/** An SPDX 3.0.1 document as the list of what something is made of. */
export function spdx3Sbom(tree: Spdx3Tree): Sbom {
  const { byType } = tree;
  const [document] = byType.get("SpdxDocument") ?? [];
  const [sbom] = byType.get("software_Sbom") ?? [];
  const [creation] = byType.get("CreationInfo") ?? [];
  const licenses = licensesOf(tree);
  return {
    format: "SPDX-3.0.1",
    name: textOf(document, "name") ?? "",
    namespace: textOf(document, "spdxId") ?? "",
    created: textOf(creation, "created") ?? "",
    authors: agentNames(tree, creation, "createdBy", AGENT_TYPES),
    tools: agentNames(tree, creation, "createdUsing", ["Tool"]),
    context: textsOf(sbom, "software_sbomType")[0]?.text ?? "",
    described: textsOf(sbom ?? document, "rootElement").map(({ text }) => text),
    components: [
      ...(byType.get("software_Package") ?? []).map((node) => componentOf(tree, node, "package", licenses)),
      ...(byType.get("software_File") ?? []).map((node) => componentOf(tree, node, "file", licenses)),
    ],
    dependencies: tree.relationships
      .filter(({ type }) => DEPENDENCIES.has(type))
      .map(({ from, to, completeness }) => ({ from, to, isComplete: completeness === "complete" })),
  };
}

function agentNames(
  { byId }: Spdx3Tree,
  creation: Node | undefined,
  member: string,
  types: readonly string[],
): readonly string[] {
  return textsOf(creation, member).flatMap(({ text }) => {
    const agent = byId.get(text);
    if (agent === undefined || !types.includes(typeOf(agent))) return [];
    return [agentName(agent)];
  });
}

/** Name, and in brackets how to reach it: the minimum-element lists ask for an address. */
function agentName(agent: Node): string {
  const contact = nodesOf(agent, "externalIdentifier")
    .filter((item) => ["email", "urlScheme"].includes(textOf(item, "externalIdentifierType") ?? ""))
    .map((item) => textOf(item, "identifier") ?? "");
  const name = textOf(agent, "name") ?? "";
  return contact.length === 0 ? name : `${name} (${contact.join(", ")})`;
}

interface Licenses {
  readonly declared: ReadonlyMap<string, string>;
  readonly concluded: ReadonlyMap<string, string>;
}

function licensesOf({ relationships, byId }: Spdx3Tree): Licenses {
  const ofType = (wanted: string): ReadonlyMap<string, string> =>
    new Map(
      relationships
        .filter(({ type }) => type === wanted)
        .flatMap(({ from, to }) => {
          const node = byId.get(to);
          const expression = textOf(node, "simplelicensing_licenseExpression");
          return expression === undefined ? [] : [[from, expression] as const];
        }),
    );
  return { declared: ofType("hasDeclaredLicense"), concluded: ofType("hasConcludedLicense") };
}

function componentOf(
  { byId }: Spdx3Tree,
  node: Node,
  kind: SbomComponent["kind"],
  { declared, concluded }: Licenses,
): SbomComponent {
  const id = spdx3Id(node) ?? "";
  const identifiers = nodesOf(node, "externalIdentifier").filter((item) =>
    IDENTIFIERS.has(textOf(item, "externalIdentifierType") ?? ""),
  );
  const purl = textOf(node, "software_packageUrl") ?? "";
  const supplier = byId.get(textOf(node, "suppliedBy") ?? "");
  return {
    pointer: node.pointer,
    id,
    kind,
    name: textOf(node, "name") ?? "",
    version: textOf(node, "software_packageVersion") ?? "",
    supplier: supplier === undefined ? "" : agentName(supplier),
    identifiers: [
      ...(purl === "" ? [] : [purl]),
      ...identifiers.map((item) => textOf(item, "identifier") ?? ""),
    ],
    purl,
    digests: new Map(hashesOf(node).map(({ algorithm, value }) => [algorithm.toUpperCase(), value])),
    licenseDeclared: statedText(declared.get(id)),
    licenseConcluded: statedText(concluded.get(id)),
    purposes: [
      textOf(node, "software_primaryPurpose") ?? "",
      ...textsOf(node, "software_additionalPurpose").map(({ text }) => text),
    ].filter((word) => word !== ""),
    downloadLocation: textOf(node, "software_downloadLocation") ?? "",
  };
}
