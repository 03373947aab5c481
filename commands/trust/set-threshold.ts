import { string as argument } from "@oclif/core/args";
import { integer, string } from "@oclif/core/flags";
import { changeDraft } from "../../src/flows/trust-draft.ts";
import { setThreshold } from "../../src/make/trust-changes.ts";
import { trustRootLines } from "../../src/report/trust-root.ts";
import { CavraCommand } from "../base-command.ts";

const ROLES = ["root", "release", "waiver", "rebuild"] as const;

export default class SetThreshold extends CavraCommand {
  static override summary = "Say in a trust root draft how many holders of a role must agree.";
  static override examples = [
    {
      description: "two people for every release",
      command: "<%= config.bin %> <%= command.id %> root-2.draft.json --role release --threshold 2",
    },
    {
      description: "one for release candidates",
      command:
        "<%= config.bin %> <%= command.id %> root-2.draft.json --role release --channel rc --threshold 1",
    },
  ];
  static override args = { draft: argument({ description: "the draft", required: true }) };
  static override flags = {
    role: string({ summary: "Whose threshold.", required: true, options: ROLES }),
    threshold: integer({ summary: "How many holders.", required: true, min: 1, max: 256 }),
    line: string({ summary: "Only this release line.", helpValue: "NAME" }),
    channel: string({ summary: "Only this channel.", options: ["stable", "rc", "dev"] }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(SetThreshold);
    const role = ROLES.find((name) => name === flags.role) ?? "release";
    const root = await changeDraft(args.draft, (draft) => setThreshold(draft, role, flags.threshold, flags));
    const document = { schema: "cavra.trust-draft/1", path: args.draft, root };
    return this.open(flags).result(document, trustRootLines(root, null));
  }
}
