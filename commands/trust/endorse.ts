import { string as argument } from "@oclif/core/args";
import { changeDraft, statementBeside } from "../../src/flows/trust-draft.ts";
import { endorse } from "../../src/make/trust-changes.ts";
import { row } from "../../src/report/span.ts";
import { trustRootLines } from "../../src/report/trust-root.ts";
import { CavraCommand } from "../base-command.ts";

export default class Endorse extends CavraCommand {
  static override summary = "Vouch in a trust root draft for a release in place of its signers.";
  static override description =
    "For a good release whose signing key was stolen or has run out: the root holders name the exact statement, and it passes without its threshold and after its end. What is revoked stays revoked. The statement is read from beside the zip and must be about exactly these bytes; verify them first.";
  static override examples = [
    {
      description: "a release that was verified before the key was stolen",
      command: "<%= config.bin %> <%= command.id %> root-2.draft.json cavra-go-runtime-v0.1.0.zip",
    },
  ];
  static override args = {
    draft: argument({ description: "the draft", required: true }),
    zip: argument({ description: "the release, with its signatures beside it", required: true }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Endorse);
    const { version, statementSha256 } = await statementBeside(args.zip);
    const root = await changeDraft(args.draft, (draft) => endorse(draft, version, statementSha256));
    const document = { schema: "cavra.trust-draft/1", path: args.draft, root };
    const endorsed = row("endorsed", `version ${version}, statement ${statementSha256}`);
    return this.open(flags).result(document, [...trustRootLines(root, null), endorsed]);
  }
}
