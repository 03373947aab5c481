import { packageVerificationCode } from "../../formats/spdx2.ts";
import { digestFault } from "./digests.ts";
import { nodeOf, pointerTo, textNodes, textOf, textsOf, type Node, type TextNode } from "./json-tree.ts";
import { textDefect, type Defect, type LintRule } from "./lint-rule.ts";
import { checksumsOf, describedIds, idOf, type Spdx2Tree } from "./spdx2-tree.ts";

export const spdx2ElementRules: readonly LintRule[] = [
  {
    id: "spdx2.agent-form",
    severity: "error",
    clause: "SPDX 2.3, 7.5 and 7.6",
    title: "a supplier or originator is neither Person: nor Organization: nor NOASSERTION",
    remedy: "Begin with one of the two words, a colon and a blank",
  },
  {
    id: "spdx2.download-location",
    severity: "error",
    clause: "SPDX 2.3, 7.7",
    title: "a download location is no URL, no version control location, NONE or NOASSERTION",
    remedy: "Write where exactly these bytes come from, for example git+https://HOST/PATH@COMMIT",
  },
  {
    id: "spdx2.verification-code-missing",
    severity: "error",
    clause: "SPDX 2.3, 7.9",
    title: "a package whose files were analyzed has no verification code",
    remedy: 'Add the code, or write "filesAnalyzed": false',
  },
  {
    id: "spdx2.verification-code-unexpected",
    severity: "error",
    clause: "SPDX 2.3, 7.8 and 7.9",
    title: "a package whose files were not analyzed has a verification code",
    remedy: "Take the code out, or list the files",
  },
  {
    id: "spdx2.verification-code-wrong",
    severity: "error",
    clause: "SPDX 2.3, 7.9",
    title: "a verification code is not that of the files",
    remedy: "Make it again: SHA-1 over the ascending SHA-1 digests of all files that are not excluded",
  },
  {
    id: "spdx2.sha1-missing",
    severity: "error",
    clause: "SPDX 2.3, 8.4",
    title: "a file has no SHA-1",
    remedy: "Add it beside the stronger digests: the verification code is made of it",
  },
  {
    id: "spdx2.digest-length",
    severity: "error",
    clause: "SPDX 2.3, 7.10 and 8.4",
    title: "a digest has the wrong length for its algorithm, or is not hexadecimal",
    remedy: "Write the digest in hexadecimal, whole",
  },
  {
    id: "spdx2.digest-case",
    severity: "error",
    clause: "SPDX 2.3, 7.10 and 8.4",
    title: "a digest is written in upper case",
    remedy: "Write it in lower case: readers compare texts",
  },
  {
    id: "spdx2.file-in-no-package",
    severity: "error",
    clause: "SPDX 2.3, 8",
    title: "a file belongs to no package",
    remedy: "Add a CONTAINS relationship from the package to the file",
  },
  {
    id: "spdx2.file-name-absolute",
    severity: "error",
    clause: "SPDX 2.3, 8.1",
    title: "a file name is an absolute path",
    remedy: "Write it relative to the root of the package, beginning with ./",
  },
  {
    id: "spdx2.file-name-climbs",
    severity: "error",
    clause: "SPDX 2.3, 8.1",
    title: "a file name leads out of the package",
    remedy: "Write it relative to the root of the package: nothing above it belongs to it",
  },
];

const AGENT = /^(?:NOASSERTION|(?:Person|Organization): \S.*)$/su;
const LOCATION =
  /^(?:NONE|NOASSERTION|(?:(?:git|hg|svn|bzr)\+)?[A-Za-z][A-Za-z0-9.-]*:\/\/[^\s#/][^\s]*|(?:git\+)?[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[^\s]+)$/;
/** Other ways to say whose a file is; a file that was removed is in no package by nature. */
const OWNED = new Set([
  "DISTRIBUTION_ARTIFACT",
  "FILE_ADDED",
  "FILE_DELETED",
  "FILE_MODIFIED",
  "METAFILE_OF",
  "OTHER",
  "PACKAGE_OF",
]);

export function lintSpdx2Elements(tree: Spdx2Tree): readonly Defect[] {
  const { packages, files } = tree;
  return [
    ...packages.flatMap((item) => [
      ...["supplier", "originator"].flatMap((member) =>
        textNodes(item, member)
          .filter(({ text }) => !AGENT.test(text))
          .map((node) => textDefect("spdx2.agent-form", node, "Person:, Organization: or NOASSERTION")),
      ),
      ...textNodes(item, "downloadLocation")
        .filter(({ text }) => !LOCATION.test(text))
        .map((node) => textDefect("spdx2.download-location", node, "a location")),
      ...codeDefects(tree, item),
    ]),
    ...files.flatMap((file) => [
      ...(hasSha1(file)
        ? []
        : [{ rule: "spdx2.sha1-missing", pointer: pointerTo(file.pointer, "checksums"), expected: "SHA1" }]),
      ...textNodes(file, "fileName").flatMap(nameDefects),
    ]),
    ...[...packages, ...files].flatMap(digestDefects),
    ...looseFiles(tree),
  ];
}

function hasSha1(file: Node): boolean {
  return checksumsOf(file).some(({ algorithm }) => algorithm.toUpperCase() === "SHA1");
}

function digestDefects(node: Node): readonly Defect[] {
  return checksumsOf(node).flatMap(({ algorithm, value, pointer }) => {
    const fault = digestFault(algorithm, value);
    if (fault === undefined) return [];
    const { kind, expected, actual } = fault;
    return [{ rule: `spdx2.digest-${kind}`, pointer, expected, actual }];
  });
}

function nameDefects(node: TextNode): readonly Defect[] {
  const segments = node.text.split(/[\\/]/);
  if (segments[0] === "" || /^[A-Za-z]:/.test(node.text))
    return [textDefect("spdx2.file-name-absolute", node, "./PATH")];
  return segments.includes("..") ? [textDefect("spdx2.file-name-climbs", node, "./PATH")] : [];
}

function codeDefects(tree: Spdx2Tree, item: Node): readonly Defect[] {
  const code = nodeOf(item, "packageVerificationCode");
  const isAnalyzed = item.object["filesAnalyzed"] !== false;
  if (code === undefined) {
    const pointer = pointerTo(item.pointer, "packageVerificationCode");
    return isAnalyzed ? [{ rule: "spdx2.verification-code-missing", pointer, expected: "a code" }] : [];
  }
  const { pointer } = code;
  if (!isAnalyzed) return [{ rule: "spdx2.verification-code-unexpected", pointer, expected: "no code" }];
  const actual = textOf(code, "packageVerificationCodeValue");
  const expected = codeOf(tree, item, code);
  if (expected === undefined || actual === undefined || expected === actual) return [];
  const at = pointerTo(pointer, "packageVerificationCodeValue");
  return [{ rule: "spdx2.verification-code-wrong", pointer: at, expected, actual }];
}

/** undefined when the document does not list the files, or not their SHA-1. */
function codeOf(tree: Spdx2Tree, item: Node, code: Node): string | undefined {
  const contained = tree.contents.get(idOf(item)) ?? new Set();
  const excluded = new Set(
    textsOf(code, "packageVerificationCodeExcludedFiles").map(({ text }) => bare(text)),
  );
  const files = [...contained].flatMap((id) => tree.filesById.get(id) ?? []);
  if (files.length === 0 || !files.every(hasSha1)) return undefined;
  const counted = files.filter((file) => !excluded.has(bare(textOf(file, "fileName") ?? "")));
  return packageVerificationCode(
    counted.map((file) => ({
      sha1: (
        checksumsOf(file).find(({ algorithm }) => algorithm.toUpperCase() === "SHA1")?.value ?? ""
      ).toLowerCase(),
    })),
  );
}

function bare(name: string): string {
  return name.replace(/^\.\//, "");
}

function looseFiles(tree: Spdx2Tree): readonly Defect[] {
  const owned = new Set([
    ...tree.packages.flatMap((item) => [...(tree.contents.get(idOf(item)) ?? [])]),
    ...describedIds(tree).map(({ id }) => id),
    ...tree.relationships.filter(({ type }) => OWNED.has(type)).flatMap(({ from, to }) => [from, to]),
  ]);
  return tree.files
    .filter((file) => !owned.has(idOf(file)))
    .map((file) => ({
      rule: "spdx2.file-in-no-package",
      pointer: file.pointer,
      expected: "contained in a package",
      actual: textOf(file, "fileName") ?? "",
    }));
}
