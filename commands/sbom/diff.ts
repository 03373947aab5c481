import { string as argument } from "@oclif/core/args";
import { diffSbomFiles } from "../../src/flows/diff-sboms.ts";
import { sbomDiffDocument, sbomDiffLines } from "../../src/report/sbom-diff.ts";
import { CavraCommand } from "../base-command.ts";

export default class Diff extends CavraCommand {
  static override summary = "Show what two SBOMs list differently, with the direction of each change.";
  static override description =
    "Components that were added, removed, upgraded, downgraded or replaced, the same version with other bytes, and licences and suppliers that changed. Both may be of another format. Exits 0 when both could be read: it informs, `release validate-upgrade` judges.";
  static override examples = [
    {
      description: "two releases",
      command: "<%= config.bin %> <%= command.id %> old.spdx.json new.spdx.json",
    },
  ];
  static override args = {
    old: argument({ description: "the earlier SBOM", required: true }),
    new: argument({ description: "the later SBOM", required: true }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Diff);
    const facts = await diffSbomFiles(args.old, args.new);
    return this.open(flags).result(sbomDiffDocument(facts), sbomDiffLines(facts));
  }
}
