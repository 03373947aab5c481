import { string as argument } from "@oclif/core/args";
import { showTrust } from "../../src/flows/trust-root.ts";
import { timeOf } from "../../src/flows/verify-policy.ts";
import { emptyLine } from "../../src/report/span.ts";
import { trustRootLines } from "../../src/report/trust-root.ts";
import { CavraCommand } from "../base-command.ts";

export default class Show extends CavraCommand {
  static override summary = "Show what you trust: the pinned roots, or one file.";
  static override examples = [
    { description: "what is pinned on this machine", command: "<%= config.bin %> <%= command.id %>" },
    {
      description: "a file, before you pin it",
      command: "<%= config.bin %> <%= command.id %> trust-root.json",
    },
  ];
  static override args = { file: argument({ description: "a trust root or a draft", required: false }) };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Show);
    const roots = await showTrust(args.file, timeOf(undefined));
    const lines = roots.flatMap(({ root, facts }, index) => [
      ...(index === 0 ? [] : [emptyLine]),
      ...trustRootLines(root, facts),
    ]);
    return this.open(flags).result({ schema: "cavra.trust/1", roots }, lines);
  }
}
