import { string as argument } from "@oclif/core/args";
import { integer, string } from "@oclif/core/flags";
import { openPublicKey } from "../../src/flows/keys.ts";
import { changeDraft } from "../../src/flows/trust-draft.ts";
import { addKey } from "../../src/make/trust-draft.ts";
import { trustRootLines } from "../../src/report/trust-root.ts";
import { CavraCommand } from "../base-command.ts";

const ROLES = ["root", "release", "waiver", "rebuild"] as const;

export default class AddKey extends CavraCommand {
  static override summary = "List a key in a trust root draft, with its holder and role.";
  static override examples = [
    {
      description: "who keeps the root itself",
      command:
        '<%= config.bin %> <%= command.id %> trust-root.draft.json --role root --holder "Ada" --key root.pem.pub',
    },
    {
      description: "two release holders, both of whom must sign",
      command:
        '<%= config.bin %> <%= command.id %> trust-root.draft.json --role release --holder "Bo" --key bo.pem.pub --threshold 2',
    },
  ];
  static override args = { draft: argument({ description: "the draft", required: true }) };
  static override flags = {
    key: string({ summary: "The public key.", required: true, helpValue: "FILE" }),
    holder: string({
      summary: "The person who holds it; thresholds count people.",
      required: true,
      helpValue: "NAME",
    }),
    role: string({ summary: "What the key may sign.", required: true, options: ROLES }),
    threshold: integer({
      summary: "How many holders of this role must agree from now on.",
      min: 1,
      max: 256,
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(AddKey);
    const role = ROLES.find((name) => name === flags.role) ?? "release";
    const key = await openPublicKey(flags.key);
    const root = await changeDraft(args.draft, (draft) =>
      addKey(draft, key, flags.holder, role, flags.threshold),
    );
    return this.open(flags).result(
      { schema: "cavra.trust-draft/1", path: args.draft, root },
      trustRootLines(root, null),
    );
  }
}
