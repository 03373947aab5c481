import { string as argument } from "@oclif/core/args";
import { option, string } from "@oclif/core/flags";
import { generateKey } from "../../src/flows/keys.ts";
import { line, row, span } from "../../src/report/span.ts";
import { CavraCommand, toggle } from "../base-command.ts";

export default class Generate extends CavraCommand {
  static override summary = "Make a signing key; the public half is written beside it.";
  static override examples = [
    {
      description: "asks for a passphrase, twice",
      command: "<%= config.bin %> <%= command.id %> release.pem",
    },
    {
      description: "where nobody can type",
      command: "<%= config.bin %> <%= command.id %> release.pem --passphrase-file passphrase.txt",
    },
  ];
  static override args = { file: argument({ description: "the new private key", required: true }) };
  static override flags = {
    algorithm: option({
      summary: "P-256 where only NIST curves are allowed.",
      options: ["ed25519", "ecdsa-p256"] as const,
      default: "ed25519",
    })(),
    "passphrase-file": string({ summary: "The passphrase, on one line.", helpValue: "FILE|fd:N" }),
    "no-passphrase": toggle({ summary: "Keep the key unprotected.", exclusive: ["passphrase-file"] }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Generate);
    const key = await generateKey({
      algorithm: flags.algorithm,
      path: args.file,
      passphraseFile: flags["passphrase-file"],
      withoutPassphrase: flags["no-passphrase"],
    });
    const publicPath = `${args.file}.pub`;
    return this.open(flags).result(
      { schema: "cavra.key/1", keyId: key.keyId, privateKey: args.file, publicKey: publicPath },
      [
        line([
          span("made ", "good"),
          args.file,
          " (keep it), ",
          publicPath,
          " (give it to whoever keeps the trust root)",
        ]),
        row("key id", key.keyId),
        line(
          [
            span("next: ", "strong"),
            "list it in a trust root: cavra trust add-key DRAFT --key FILE.pub ...; the draft comes from cavra trust init",
          ],
          0,
          6,
        ),
      ],
    );
  }
}
