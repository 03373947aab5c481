import { string } from "@oclif/core/args";
import { explain } from "../src/flows/glossary.ts";
import { entryLines } from "../src/report/glossary-lines.ts";
import { emptyLine } from "../src/report/span.ts";
import { CavraCommand } from "./base-command.ts";

export default class Explain extends CavraCommand {
  static override summary = "Say what a check, a problem or a rule means, why it matters and what to do.";
  static override examples = [
    {
      description: "what a finding in a report means",
      command: "<%= config.bin %> explain files.digest-mismatch",
    },
    { description: "every id there is", command: "<%= config.bin %> rules" },
  ];
  static override args = {
    id: string({ description: "the id in brackets behind error, warning or note", required: true }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Explain);
    const entries = explain(args.id);
    const lines = entries.flatMap((entry, index) => [
      ...(index === 0 ? [] : [emptyLine]),
      ...entryLines(entry),
    ]);
    return this.open(flags).result({ schema: "cavra.explanation/1", id: args.id, entries }, lines);
  }
}
