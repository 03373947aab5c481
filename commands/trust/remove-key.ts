import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { changeDraft } from "../../src/flows/trust-draft.ts";
import { removeMember } from "../../src/make/trust-changes.ts";
import { trustRootLines } from "../../src/report/trust-root.ts";
import { CavraCommand } from "../base-command.ts";

export default class RemoveKey extends CavraCommand {
  static override summary = "Take a key out of a trust root draft, and out of all its roles.";
  static override description =
    "For a holder who leaves. A key that somebody else may have is revoked instead: cavra trust revoke.";
  static override examples = [
    {
      description: "the key id stands in cavra trust show",
      command: "<%= config.bin %> <%= command.id %> root-2.draft.json --key-id KEY-ID",
    },
  ];
  static override args = { draft: argument({ description: "the draft", required: true }) };
  static override flags = {
    "key-id": string({ summary: "The key, all 64 digits.", required: true, helpValue: "KEY-ID" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(RemoveKey);
    const root = await changeDraft(args.draft, (draft) => removeMember(draft, flags["key-id"]));
    const document = { schema: "cavra.trust-draft/1", path: args.draft, root };
    return this.open(flags).result(document, trustRootLines(root, null));
  }
}
