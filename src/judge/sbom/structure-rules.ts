import type { LintRule } from "./lint-rule.ts";

/** The rules of `StructureReader`, for one format. */
export function structureRules(family: string, clause: string): readonly LintRule[] {
  return [
    {
      id: `${family}.member-missing`,
      severity: "error",
      clause,
      title: "a member is missing that the format demands",
      remedy: "Add it",
    },
    {
      id: `${family}.member-unknown`,
      severity: "error",
      clause,
      title: "a member stands where the format knows none",
      remedy: "Correct its name, or take it out: readers that are strict refuse the document",
    },
    {
      id: `${family}.member-type`,
      severity: "error",
      clause,
      title: "a member holds another kind of value than the format demands",
      remedy: "Write the kind of value that is expected",
    },
    {
      id: `${family}.word-unknown`,
      severity: "error",
      clause,
      title: "a word stands where the format knows only others",
      remedy: "Write one of the words of the format",
    },
  ];
}
