import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { publicHalf } from "../../src/flows/keys.ts";
import { line } from "../../src/report/span.ts";
import { CavraCommand } from "../base-command.ts";

export default class Public extends CavraCommand {
  static override summary = "Print the public half of a private key as PEM.";
  static override examples = [
    {
      description: "to a file",
      command: "<%= config.bin %> <%= command.id %> release.pem > release.pem.pub",
    },
    {
      description: "with its key id, for machines",
      command: "<%= config.bin %> <%= command.id %> release.pem --json",
    },
  ];
  static override args = {
    key: argument({ description: "the private key: a file, or env:NAME", required: true }),
  };
  static override flags = {
    "passphrase-file": string({ summary: "Passphrase of the key.", helpValue: "FILE" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Public);
    const { keyId, pem } = await publicHalf(args.key, flags["passphrase-file"]);
    const lines = pem.trimEnd().split("\n");
    return this.open(flags).result(
      { schema: "cavra.public-key/1", keyId, pem },
      lines.map((text) => line([text])),
    );
  }
}
