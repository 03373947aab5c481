import type { TextNode } from "./json-tree.ts";

/** What an SBOM can get wrong. `clause` names the sentence of the standard that asks for it. */
export interface LintRule {
  /** `family.name`; the family is the format or the profile. */
  readonly id: string;
  /** A document with an error says something false or unreadable; a warning is a habit that some reader trips over. */
  readonly severity: "error" | "warning";
  readonly clause: string;
  /** What is wrong, as a sentence without a final stop. */
  readonly title: string;
  readonly remedy: string;
}

/** One place where a rule does not hold. */
export interface Defect {
  readonly rule: string;
  /** RFC 6901, for example `/packages/3/supplier`; empty for the whole document. */
  readonly pointer: string;
  readonly expected?: string;
  readonly actual?: string;
}

/** A text that is not what the rule expects. */
export function textDefect(rule: string, { pointer, text }: TextNode, expected: string): Defect {
  return { rule, pointer, expected, actual: text };
}
