import { string as argument } from "@oclif/core/args";
import { integer, string } from "@oclif/core/flags";
import { initTrustRoot } from "../../src/flows/trust-draft.ts";
import { LOCAL_BUILDER_ID } from "../../src/make/builder-identity.ts";
import { timeOf } from "../../src/flows/verify-policy.ts";
import { line, span } from "../../src/report/span.ts";
import { CavraCommand } from "../base-command.ts";

export default class Init extends CavraCommand {
  static override summary = "Start a trust root: who may release this product, and how many must agree.";
  static override description =
    "Writes a draft in plain JSON. Add keys with cavra trust add-key, then let the root holders sign it with cavra trust sign. The local builder is listed for the release keys, so that a first release cut on your own machine passes.";
  static override examples = [
    {
      description: "a draft for one product",
      command: "<%= config.bin %> <%= command.id %> trust-root.draft.json --product cavra-runtime",
    },
  ];
  static override args = { file: argument({ description: "the new draft", required: true }) };
  static override flags = {
    product: string({ summary: "product.name of the release config.", required: true, helpValue: "NAME" }),
    purpose: string({
      summary: "What the root is for.",
      options: ["production", "test"],
      default: "production",
    }),
    line: string({ summary: "The release line.", default: "main", helpValue: "NAME" }),
    channel: string({
      summary: "A channel to release to; repeat for more.",
      multiple: true,
      options: ["stable", "rc", "dev"],
      default: ["stable", "rc"],
    }),
    "builder-id": string({ summary: "Who builds.", default: LOCAL_BUILDER_ID, helpValue: "URI" }),
    days: integer({ summary: "How long the root and its keys hold.", default: 365, min: 1, max: 3650 }),
    at: string({ summary: "Date it at this time instead of now.", helpValue: "YYYY-MM-DDThh:mm:ssZ" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Init);
    const root = await initTrustRoot(args.file, {
      product: flags.product,
      purpose: flags.purpose === "test" ? "test" : "production",
      line: flags.line,
      channels: flags.channel.map((name) => (name === "rc" || name === "dev" ? name : "stable")),
      builderId: flags["builder-id"],
      issued: timeOf(flags.at),
      validDays: flags.days,
    });
    return this.open(flags).result({ schema: "cavra.trust-draft/1", path: args.file, root }, [
      line([span("drafted ", "good"), args.file, ", without keys"]),
      line(
        [
          span("next: ", "strong"),
          "cavra trust add-key DRAFT --role root --holder NAME --key FILE, then --role release",
        ],
        0,
        6,
      ),
    ]);
  }
}
