import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { openSigner } from "../../src/flows/signers.ts";
import { signTrustRoot } from "../../src/flows/trust-root.ts";
import { line, row, span } from "../../src/report/span.ts";
import { CavraCommand } from "../base-command.ts";

export default class Sign extends CavraCommand {
  static override summary = "Sign a trust root as one of its root holders.";
  static override examples = [
    {
      description: "the first root holder signs the draft",
      command:
        "<%= config.bin %> <%= command.id %> trust-root.draft.json --key root.pem --out trust-root.json",
    },
    {
      description: "the next one joins",
      command: "<%= config.bin %> <%= command.id %> trust-root.json --key second.pem",
    },
  ];
  static override args = {
    root: argument({ description: "the draft, or the root that others have signed", required: true }),
  };
  static override flags = {
    key: string({ summary: "A root key.", required: true, helpValue: "FILE|env:NAME|signer:FILE" }),
    "passphrase-file": string({ summary: "Passphrase of the key.", helpValue: "FILE|fd:N" }),
    out: string({ summary: "Where the signed root goes; in place by default.", helpValue: "FILE" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Sign);
    const output = flags.out ?? args.root;
    const signer = await openSigner(flags.key, flags["passphrase-file"]);
    const { root, holders, needed, payloadSha256 } = await signTrustRoot(args.root, output, signer);
    const document = {
      schema: "cavra.trust-signed/1",
      path: output,
      product: root.product,
      holders,
      needed,
      payloadSha256,
    };
    const missing =
      holders < needed ? `${needed - holders} more must sign: cavra trust sign ROOT --key FILE` : undefined;
    return this.open(flags).result(document, [
      line([span("signed ", "good"), output, `, ${holders} of ${needed} root holders`]),
      row("pin", payloadSha256),
      line(
        [
          span("next: ", "strong"),
          missing ?? "give file and pin to operators, each by its own way: cavra trust pin --help",
        ],
        0,
        6,
      ),
    ]);
  }
}
