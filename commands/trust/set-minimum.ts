import { string as argument } from "@oclif/core/args";
import { integer, string } from "@oclif/core/flags";
import { changeDraft } from "../../src/flows/trust-draft.ts";
import { setMinimum } from "../../src/make/trust-changes.ts";
import { trustRootLines } from "../../src/report/trust-root.ts";
import { CavraCommand, toggle } from "../base-command.ts";

export default class SetMinimum extends CavraCommand {
  static override summary = "Say in a trust root draft which releases are too old to install.";
  static override description =
    "Also holds where no record of earlier releases is kept. The floors only rise. With --new-epoch the counter starts again at --counter, which must be above every counter that an honest release ever had: for the day that a stolen key has signed a counter so high that no honest release comes after it.";
  static override examples = [
    {
      description: "nothing before 1.4.0, which closed a hole",
      command: "<%= config.bin %> <%= command.id %> root-2.draft.json --version 1.4.0",
    },
    {
      description: "after a thief has signed counter 900 and the last honest one was 41",
      command:
        "<%= config.bin %> <%= command.id %> root-2.draft.json --channel stable --counter 42 --new-epoch",
    },
  ];
  static override args = { draft: argument({ description: "the draft", required: true }) };
  static override flags = {
    version: string({
      summary: "The oldest version.",
      helpValue: "VERSION",
      atLeastOne: ["version", "counter"],
    }),
    counter: integer({ summary: "The lowest release counter.", min: 1 }),
    "new-epoch": toggle({ summary: "Count anew from --counter.", dependsOn: ["counter"] }),
    line: string({ summary: "Only this release line.", helpValue: "NAME" }),
    channel: string({ summary: "Only this channel.", options: ["stable", "rc", "dev"] }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(SetMinimum);
    const minimum = { ...flags, newEpoch: flags["new-epoch"] };
    const root = await changeDraft(args.draft, (draft) => setMinimum(draft, minimum, flags));
    const document = { schema: "cavra.trust-draft/1", path: args.draft, root };
    return this.open(flags).result(document, trustRootLines(root, null));
  }
}
