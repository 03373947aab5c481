import { string as argument } from "@oclif/core/args";
import { integer, string } from "@oclif/core/flags";
import { startNextVersion } from "../../src/flows/trust-draft.ts";
import { timeOf } from "../../src/flows/verify-policy.ts";
import { line, span } from "../../src/report/span.ts";
import { CavraCommand } from "../base-command.ts";

export default class Rotate extends CavraCommand {
  static override summary = "Start the next version of a signed trust root.";
  static override description =
    "Writes a draft that differs from the signed root in its version and dates only. Change it with add-key, remove-key, revoke, endorse and set-threshold; then enough holders of both roots sign it: cavra trust sign DRAFT --previous ROOT.";
  static override examples = [
    {
      description: "a year later, or on the day a key is lost",
      command: "<%= config.bin %> <%= command.id %> trust-root.json --out root-2.draft.json",
    },
  ];
  static override args = { root: argument({ description: "the signed root", required: true }) };
  static override flags = {
    out: string({ summary: "The new draft.", required: true, helpValue: "FILE" }),
    days: integer({ summary: "How long the next root holds.", default: 365, min: 1, max: 3650 }),
    at: string({ summary: "Date it at this time instead of now.", helpValue: "YYYY-MM-DDThh:mm:ssZ" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Rotate);
    const root = await startNextVersion(args.root, flags.out, timeOf(flags.at), flags.days);
    return this.open(flags).result({ schema: "cavra.trust-draft/1", path: flags.out, root }, [
      line([span("drafted ", "good"), `${flags.out}, root ${root.version} of ${root.product}`]),
      line(
        [span("next: ", "strong"), "change it, then: cavra trust sign DRAFT --previous ROOT --dry-run"],
        0,
        6,
      ),
    ]);
  }
}
