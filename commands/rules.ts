import { glossary, sbomGlossary, type Entry } from "../src/flows/glossary.ts";
import { listLines } from "../src/report/glossary-lines.ts";
import type { Line } from "../src/report/span.ts";
import { CavraCommand } from "./base-command.ts";

export default class Rules extends CavraCommand {
  static override summary =
    "List every check of a verification, every problem it can find, every upgrade and SBOM rule.";
  static override examples = [
    { description: "every check, problem and rule", command: "<%= config.bin %> rules" },
    { description: "the same for machines", command: "<%= config.bin %> rules --json" },
    { description: "one of them in full", command: "<%= config.bin %> explain files.digests" },
  ];

  async run(): Promise<number> {
    const { flags } = await this.parse(Rules);
    const entries = [...glossary(), ...sbomGlossary()];
    return this.open(flags).result({ schema: "cavra.rules/1", entries }, allLines(entries));
  }
}

function allLines(entries: readonly Entry[]): readonly Line[] {
  const ofKind = (kind: Entry["kind"]): readonly Entry[] => entries.filter((entry) => entry.kind === kind);
  return [
    ...listLines("checks, in the order in which they run", ofKind("check")),
    ...listLines("problems that a verification can find", ofKind("problem")),
    ...listLines("rules of an upgrade", ofKind("rule")),
    ...listLines("rules of an SBOM", ofKind("sbom rule")),
  ];
}
