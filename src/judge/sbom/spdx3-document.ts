import { isCpe22, isCpe23 } from "../../formats/cpe.ts";
import { parsePurl } from "../../formats/purl.ts";
import { readLicenseExpression } from "../../formats/spdx-expression.ts";
import { parseUtcTime } from "../../formats/utc-time.ts";
import { digestFault } from "./digests.ts";
import { closingEdges } from "./graph.ts";
import { nodesOf, pointerTo, textNodes, textOf, textsOf, type Node, type TextNode } from "./json-tree.ts";
import { textDefect, type Defect } from "./lint-rule.ts";
import { StructureReader } from "./members.ts";
import { OTHER_SPDX3_TYPES, SPDX3_CLASSES } from "./spdx3-classes.ts";
import { hashesOf, typeOf, type Spdx3Relationship, type Spdx3Tree } from "./spdx3-tree.ts";
import { UNSTATED } from "../../formats/spdx-unstated.ts";

export const SPDX3_CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";
const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/;
/** Individuals that the specification itself defines (NoAssertionElement, NoneLicense ...). */
const SPDX_INDIVIDUAL = /^https:\/\/(?:spdx\.org\/rdf\/3\.0\.1\/terms\/|spdx\.org\/licenses\/)|^spdx:/;

export function lintSpdx3(tree: Spdx3Tree): readonly Defect[] {
  return [
    ...structure(tree),
    ...contextDefects(tree),
    ...identifiers(tree),
    ...dangling(tree),
    ...collections(tree),
    ...creation(tree),
    ...tree.elements.flatMap(digestDefects),
    ...relationshipDefects(tree),
    ...names(tree),
  ];
}

function structure({ root, elements }: Spdx3Tree): readonly Defect[] {
  const reader = new StructureReader("spdx3", SPDX3_CLASSES);
  reader.readObject(root, "Root");
  for (const node of elements) {
    const type = typeOf(node);
    if (Object.hasOwn(SPDX3_CLASSES, type)) reader.readObject(node, type);
    else if (!OTHER_SPDX3_TYPES.test(type)) {
      const pointer = pointerTo(node.pointer, "type");
      reader.defects.push({
        rule: "spdx3.type-unknown",
        pointer,
        expected: "a class of SPDX 3.0.1",
        actual: type,
      });
    }
  }
  return reader.defects;
}

function contextDefects({ root }: Spdx3Tree): readonly Defect[] {
  const context = root.object["@context"];
  if (context === undefined || context === SPDX3_CONTEXT) return [];
  const actual = typeof context === "string" ? context : "no text";
  return [{ rule: "spdx3.context", pointer: "/@context", expected: SPDX3_CONTEXT, actual }];
}

function identifiers({ elements }: Spdx3Tree): readonly Defect[] {
  const ids = elements.flatMap((node) => [...textNodes(node, "spdxId"), ...textNodes(node, "@id")]);
  const bad = elements
    .flatMap((node) => textNodes(node, "spdxId"))
    .filter(({ text }) => !IRI.test(text))
    .map((node) => textDefect("spdx3.id-form", node, "an absolute URI"));
  return [...bad, ...repeated(ids, "id-duplicate")];
}

function repeated(nodes: readonly TextNode[], name: string): readonly Defect[] {
  const seen = new Map<string, string>();
  return nodes.flatMap((node) => {
    const first = seen.get(node.text);
    if (first === undefined) seen.set(node.text, node.pointer);
    return first === undefined ? [] : [textDefect(`spdx3.${name}`, node, `only ${first}`)];
  });
}

const REFERENCES = ["from", "suppliedBy", "creationInfo", "dataLicense", "subject"];
const REFERENCE_LISTS = ["to", "createdBy", "createdUsing", "element", "originatedBy", "rootElement"];

function dangling({ elements, byId, byType }: Spdx3Tree): readonly Defect[] {
  const imported = new Set(
    (byType.get("SpdxDocument") ?? []).flatMap((node) =>
      nodesOf(node, "import").flatMap((map) => textOf(map, "externalSpdxId") ?? []),
    ),
  );
  return elements
    .flatMap((node) => [
      ...REFERENCES.flatMap((member) => textNodes(node, member)),
      ...REFERENCE_LISTS.flatMap((member) => textsOf(node, member)),
    ])
    .filter(({ text }) => !byId.has(text) && !imported.has(text) && !SPDX_INDIVIDUAL.test(text))
    .map((node) => textDefect("spdx3.reference-dangling", node, "the id of an element"));
}

function collections({ byType }: Spdx3Tree): readonly Defect[] {
  const documents = byType.get("SpdxDocument") ?? [];
  const [, second] = documents;
  const roots = [...documents, ...(byType.get("software_Sbom") ?? []), ...(byType.get("Bom") ?? [])];
  return [
    ...(documents.length === 1
      ? []
      : [
          {
            rule: "spdx3.document-missing",
            pointer: second?.pointer ?? "/@graph",
            expected: "one SpdxDocument",
            actual: String(documents.length),
          },
        ]),
    ...roots
      .filter((node) => textsOf(node, "rootElement").length === 0)
      .map(({ pointer }) => ({
        rule: "spdx3.root-missing",
        pointer,
        expected: "rootElement",
        actual: "none",
      })),
  ];
}

const TIMES = [
  "builtTime",
  "releaseTime",
  "validUntilTime",
  "startTime",
  "endTime",
  "build_buildStartTime",
  "build_buildEndTime",
];

function creation({ elements, byType }: Spdx3Tree): readonly Defect[] {
  const infos = byType.get("CreationInfo") ?? [];
  const times = [
    ...infos.flatMap((node) => textNodes(node, "created")),
    ...elements.flatMap((node) => TIMES.flatMap((member) => textNodes(node, member))),
  ];
  return [
    ...infos
      .flatMap((node) => textNodes(node, "specVersion"))
      .filter(({ text }) => text !== "3.0.1")
      .map((node) => textDefect("spdx3.spec-version", node, "3.0.1")),
    ...times
      .filter(({ text }) => parseUtcTime(text) === undefined)
      .map((node) => textDefect("spdx3.created-form", node, "YYYY-MM-DDThh:mm:ssZ")),
  ];
}

function digestDefects(node: Node): readonly Defect[] {
  return hashesOf(node).flatMap(({ algorithm, value, pointer }) => {
    // SPDX 3 writes sha3_256 and blake2b256 for what SPDX 2 calls SHA3-256 and BLAKE2b-256.
    const name = algorithm.replace("_", "-").replace(/^blake2b(?=\d)/, "blake2b-");
    if (name === "other" || /^(?:crystals|falcon)/.test(name)) return [];
    const fault = digestFault(name, value);
    if (fault === undefined) return [];
    return [{ rule: `spdx3.digest-${fault.kind}`, pointer, expected: fault.expected, actual: fault.actual }];
  });
}

function relationshipDefects({ relationships }: Spdx3Tree): readonly Defect[] {
  const keys = relationships.map(({ from, type, to, scope, pointer }) => ({
    pointer,
    text: `${from} ${type} ${to} ${scope}`.trimEnd(),
  }));
  return [
    ...repeated(keys, "relationship-duplicate"),
    ...[["dependsOn", "hasStaticLink", "hasDynamicLink"], ["contains"]].flatMap((types) =>
      closingEdges(relationships.filter(({ type }) => types.includes(type))).map(cycle),
    ),
  ];
}

function cycle({ from, to, pointer }: Pick<Spdx3Relationship, "from" | "to" | "pointer">): Defect {
  return { rule: "spdx3.dependency-cycle", pointer, expected: "no way back", actual: `${from} -> ${to}` };
}

/** What other systems look software up by: licences, package URLs, CPE names. */
function names({ elements }: Spdx3Tree): readonly Defect[] {
  return elements.flatMap((node) => [
    ...textNodes(node, "simplelicensing_licenseExpression").flatMap(expressionDefects),
    ...textNodes(node, "software_packageUrl").flatMap(purlDefects),
    ...nodesOf(node, "externalIdentifier").flatMap(identifierDefects),
  ]);
}

function expressionDefects(node: TextNode): readonly Defect[] {
  if (UNSTATED.has(node.text)) return [];
  const { problem } = readLicenseExpression(node.text);
  return problem === undefined ? [] : [textDefect("spdx3.license-expression", node, problem)];
}

function purlDefects(node: TextNode): readonly Defect[] {
  return parsePurl(node.text) === undefined
    ? [textDefect("spdx3.purl-form", node, "pkg:TYPE/NAME@VERSION")]
    : [];
}

function identifierDefects(node: Node): readonly Defect[] {
  const type = textOf(node, "externalIdentifierType");
  return textNodes(node, "identifier").flatMap((identifier) => {
    if (type === "packageUrl") return purlDefects(identifier);
    if (type === "cpe23" && !isCpe23(identifier.text))
      return [textDefect("spdx3.cpe-form", identifier, "cpe:2.3: and eleven parts")];
    if (type === "cpe22" && !isCpe22(identifier.text))
      return [textDefect("spdx3.cpe-form", identifier, "cpe:/ and up to seven parts")];
    return [];
  });
}
