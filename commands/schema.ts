import { join } from "node:path";
import { string } from "@oclif/core/args";
import { readSchema, schemaNames } from "../src/flows/schemas.ts";
import { line } from "../src/report/span.ts";
import { CavraCommand } from "./base-command.ts";

export default class Schema extends CavraCommand {
  static override summary = "Print the JSON Schema of a document that cavra reads or writes.";
  static override examples = [
    { description: "which schemas there are", command: "<%= config.bin %> schema" },
    {
      description: "the schema of a verdict",
      command: "<%= config.bin %> schema report > report.schema.json",
    },
  ];
  static override args = {
    name: string({ description: "for example report, or report-1 for that version" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Schema);
    const output = this.open(flags);
    const folder = join(this.config.root, "schemas");
    if (args.name === undefined) {
      const names = await schemaNames(folder);
      return output.result(
        { schema: "cavra.schemas/1", names },
        names.map((name) => line([name])),
      );
    }
    output.terminal.writeResult(await readSchema(folder, args.name));
    return 0;
  }
}
