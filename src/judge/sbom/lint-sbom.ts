import type { SbomProfile } from "../../model/sbom.ts";
import { lintProfile, profileRules } from "./profiles.ts";
import type { Defect, LintRule } from "./lint-rule.ts";
import { StructureReader } from "./members.ts";
import { openSbom, sbomOf, type SbomFormat } from "./read-sbom.ts";
import { SPDX2_CLASSES } from "./spdx2-classes.ts";
import { lintSpdx2Document, spdx2DocumentRules } from "./spdx2-document.ts";
import { lintSpdx2Elements, spdx2ElementRules } from "./spdx2-elements.ts";
import { lintSpdx2Identifiers, spdx2IdentifierRules } from "./spdx2-identifiers.ts";
import { lintSpdx2References, spdx2ReferenceRules } from "./spdx2-references.ts";
import { spdx2Tree, type Spdx2Tree } from "./spdx2-tree.ts";
import { lintSpdx3 } from "./spdx3-document.ts";
import { spdx3Rules } from "./spdx3-rules.ts";
import { spdx3Tree } from "./spdx3-tree.ts";
import { structureRules } from "./structure-rules.ts";

/** More defects than anybody reads; a hostile document must not make a report of gigabytes. */
export const MAX_DEFECTS = 10_000;

export const lintRules: readonly LintRule[] = [
  {
    id: "sbom.unreadable",
    severity: "error",
    clause: "RFC 8259; SPDX 2.3; SPDX 3.0.1",
    title: "the document cannot be read",
    remedy: "Write SPDX 2.3 or SPDX 3.0.1 as strict JSON: UTF-8, no member twice, integers only",
  },
  ...structureRules("spdx2", "SPDX 2.3, clauses 6 to 12"),
  ...spdx2DocumentRules,
  ...spdx2IdentifierRules,
  ...spdx2ElementRules,
  ...spdx2ReferenceRules,
  ...structureRules("spdx3", "SPDX 3.0.1, Model"),
  ...spdx3Rules,
  ...profileRules,
];

export interface LintResult {
  readonly format: SbomFormat | null;
  /** In the order of the document, at most `MAX_DEFECTS`. */
  readonly defects: readonly Defect[];
  readonly hasMoreDefects: boolean;
}

/**
 * Judges an SBOM of anybody: syntax, structure, and what its words mean together, which the published schemas do not
 * see. With a profile, its minimum elements too. Never throws, whatever the bytes.
 */
export function lintSbom(at: string, bytes: Uint8Array, profile?: SbomProfile): LintResult {
  const opened = openSbom(at, bytes);
  if (!opened.ok) {
    const unreadable: Defect = { rule: "sbom.unreadable", pointer: "", actual: opened.reason };
    return { format: null, defects: [unreadable], hasMoreDefects: false };
  }
  const { format, document } = opened.value;
  const found = [
    ...(format === "SPDX-2.3" ? lintSpdx2(spdx2Tree(document)) : lintSpdx3(spdx3Tree(document))),
    ...(profile === undefined ? [] : lintProfile(sbomOf(opened.value), profile)),
  ];
  return { format, defects: found.slice(0, MAX_DEFECTS), hasMoreDefects: found.length > MAX_DEFECTS };
}

function lintSpdx2(tree: Spdx2Tree): readonly Defect[] {
  const reader = new StructureReader("spdx2", SPDX2_CLASSES);
  reader.readObject(tree.root, "Document");
  return [
    ...reader.defects,
    ...lintSpdx2Document(tree),
    ...lintSpdx2Identifiers(tree),
    ...lintSpdx2Elements(tree),
    ...lintSpdx2References(tree),
  ];
}
