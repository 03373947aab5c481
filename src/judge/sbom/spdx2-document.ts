import { SPDX_DOCUMENT_ID } from "../../formats/spdx2-json.ts";
import { parseUtcTime } from "../../formats/utc-time.ts";
import { nodeOf, nodesOf, textNodes, textsOf, type Node, type TextNode } from "./json-tree.ts";
import { textDefect, type Defect, type LintRule } from "./lint-rule.ts";
import type { Spdx2Tree } from "./spdx2-tree.ts";

export const spdx2DocumentRules: readonly LintRule[] = [
  {
    id: "spdx2.version-unknown",
    severity: "error",
    clause: "SPDX 2.3, 6.1",
    title: "the document names no version of SPDX 2 that readers know",
    remedy: 'Write "spdxVersion": "SPDX-2.3"',
  },
  {
    id: "spdx2.data-license",
    severity: "error",
    clause: "SPDX 2.3, 6.2",
    title: "the document is under another licence than CC0-1.0",
    remedy: 'Write "dataLicense": "CC0-1.0"; it is about the document, not about the software',
  },
  {
    id: "spdx2.document-id",
    severity: "error",
    clause: "SPDX 2.3, 6.3",
    title: "the document does not call itself SPDXRef-DOCUMENT",
    remedy: `Write "SPDXID": "${SPDX_DOCUMENT_ID}"`,
  },
  {
    id: "spdx2.namespace-fragment",
    severity: "error",
    clause: "SPDX 2.3, 6.5",
    title: "the document namespace holds a #",
    remedy: "Leave out # and what follows: the ids of the elements are appended behind it",
  },
  {
    id: "spdx2.namespace-uri",
    severity: "error",
    clause: "SPDX 2.3, 6.5; RFC 3986",
    title: "the document namespace is no absolute URI",
    remedy: "Write a URI that no other document has, for example one that ends with a digest of the content",
  },
  {
    id: "spdx2.created-form",
    severity: "error",
    clause: "SPDX 2.3, 6.9",
    title: "a time has another form than YYYY-MM-DDThh:mm:ssZ",
    remedy: "Write UTC with whole seconds and a final Z: no offset, no fraction",
  },
  {
    id: "spdx2.creator-form",
    severity: "error",
    clause: "SPDX 2.3, 6.8",
    title: "a creator is neither Person: nor Organization: nor Tool:",
    remedy: "Begin with one of the three words, a colon and a blank",
  },
];

const KNOWN_VERSIONS = new Set(["SPDX-2.2", "SPDX-2.3"]);
/** RFC 3986, 4.3, without the characters that no URI may hold. */
const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?[\]@!$&'()*+,;=%-]+$/;
const CREATOR = /^(?:Person|Organization|Tool): \S/;
const AGENT = /^(?:Person|Organization|Tool): ?\S/;

export function lintSpdx2Document(tree: Spdx2Tree): readonly Defect[] {
  const { root } = tree;
  const creation = nodeOf(root, "creationInfo");
  return [
    ...unless(textNodes(root, "spdxVersion"), "version-unknown", "SPDX-2.3", (text) =>
      KNOWN_VERSIONS.has(text),
    ),
    ...unless(textNodes(root, "dataLicense"), "data-license", "CC0-1.0", (text) => text === "CC0-1.0"),
    ...unless(
      textNodes(root, "SPDXID"),
      "document-id",
      SPDX_DOCUMENT_ID,
      (text) => text === SPDX_DOCUMENT_ID,
    ),
    ...textNodes(root, "documentNamespace").flatMap(namespaceDefects),
    ...times(tree, creation),
    ...unless(textsOf(creation, "creators"), "creator-form", "Person:, Organization: or Tool:", (text) =>
      CREATOR.test(text),
    ),
    ...annotators(tree),
  ];
}

function namespaceDefects(node: TextNode): readonly Defect[] {
  if (node.text.includes("#")) return [textDefect("spdx2.namespace-fragment", node, "no #")];
  return ABSOLUTE_URI.test(node.text) ? [] : [textDefect("spdx2.namespace-uri", node, "an absolute URI")];
}

function times(tree: Spdx2Tree, creation: Node | undefined): readonly Defect[] {
  const found = [
    ...textNodes(creation, "created"),
    ...tree.packages.flatMap((item) =>
      ["builtDate", "releaseDate", "validUntilDate"].flatMap((member) => textNodes(item, member)),
    ),
    ...annotations(tree).flatMap((item) => textNodes(item, "annotationDate")),
  ];
  return unless(found, "created-form", "YYYY-MM-DDThh:mm:ssZ", (text) => parseUtcTime(text) !== undefined);
}

function annotators(tree: Spdx2Tree): readonly Defect[] {
  const found = annotations(tree).flatMap((item) => textNodes(item, "annotator"));
  return unless(found, "creator-form", "Person:, Organization: or Tool:", (text) => AGENT.test(text));
}

function annotations({ root, packages, files }: Spdx2Tree): readonly Node[] {
  return [root, ...packages, ...files].flatMap((node) => nodesOf(node, "annotations"));
}

/** One defect for each text that does not hold. */
function unless(
  nodes: readonly TextNode[],
  name: string,
  expected: string,
  holds: (text: string) => boolean,
): readonly Defect[] {
  return nodes.filter(({ text }) => !holds(text)).map((node) => textDefect(`spdx2.${name}`, node, expected));
}
