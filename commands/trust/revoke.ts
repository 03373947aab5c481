import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { changeDraft, statementBeside } from "../../src/flows/trust-draft.ts";
import { revokeManifest, revokeMember } from "../../src/make/trust-changes.ts";
import { trustRootLines } from "../../src/report/trust-root.ts";
import { CavraCommand } from "../base-command.ts";

export default class Revoke extends CavraCommand {
  static override summary = "Say in a trust root draft that a key, or a release, counts no more.";
  static override description =
    "Signatures of a revoked key count for nothing, whenever they were made. A revoked release fails, whoever signed it. Good releases that only a revoked key signed can be endorsed: cavra trust endorse.";
  static override examples = [
    {
      description: "a key that somebody else may have",
      command: "<%= config.bin %> <%= command.id %> root-2.draft.json --key-id KEY-ID",
    },
    {
      description: "a release that should not have been made",
      command: "<%= config.bin %> <%= command.id %> root-2.draft.json --release cavra-go-runtime-v0.1.0.zip",
    },
  ];
  static override args = { draft: argument({ description: "the draft", required: true }) };
  static override flags = {
    "key-id": string({
      summary: "The key, all 64 digits.",
      helpValue: "KEY-ID",
      exactlyOne: ["key-id", "release"],
    }),
    release: string({ summary: "The zip, with its signatures beside it.", helpValue: "ZIP" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Revoke);
    const { "key-id": keyId = "", release } = flags;
    const statement = release === undefined ? undefined : await statementBeside(release);
    const root = await changeDraft(args.draft, (draft) =>
      statement === undefined ? revokeMember(draft, keyId) : revokeManifest(draft, statement.manifestSha256),
    );
    const document = { schema: "cavra.trust-draft/1", path: args.draft, root };
    return this.open(flags).result(document, trustRootLines(root, null));
  }
}
