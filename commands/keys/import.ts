import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { importKey } from "../../src/flows/import-key.ts";
import { line, row, span } from "../../src/report/span.ts";
import { CavraCommand, toggle } from "../base-command.ts";

export default class Import extends CavraCommand {
  static override summary = "Take over a key of ssh-keygen, minisign, cosign or OpenSSL.";
  static override description =
    "Reads Ed25519 and P-256 keys, private or public, protected or not, and writes them as cavra keeps them: PKCS#8 under scrypt, which OpenSSL 3 reads too. The original stays as it is. A key of a trust root signs releases and nothing else: import a key that was made for it, not the one that you log in with.";
  static override examples = [
    {
      description: "a key of ssh-keygen; asks for its passphrase and keeps it",
      command: "<%= config.bin %> <%= command.id %> release_ed25519 --out release.pem",
    },
    {
      description: "a key of cosign, under a new passphrase, where nobody can type",
      command:
        "<%= config.bin %> <%= command.id %> cosign.key --out release.pem --passphrase-file old.txt --new-passphrase-file new.txt",
    },
    {
      description: "the public key that a colleague sent, for cavra trust add-key",
      command: "<%= config.bin %> <%= command.id %> bo_ed25519.pub --out bo.pem.pub",
    },
  ];
  static override args = { file: argument({ description: "the key", required: true }) };
  static override flags = {
    out: string({
      summary: "The new file; beside a private key its public half is written.",
      required: true,
      helpValue: "FILE",
    }),
    "passphrase-file": string({ summary: "Passphrase of the key as it is.", helpValue: "FILE|fd:N" }),
    "new-passphrase-file": string({
      summary: "Another passphrase for the new file.",
      helpValue: "FILE|fd:N",
      exclusive: ["no-passphrase"],
    }),
    "no-passphrase": toggle({ summary: "Keep the new key unprotected." }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Import);
    const { tool, publicKey, privatePath, publicPath } = await importKey({
      path: args.file,
      out: flags.out,
      passphraseFile: flags["passphrase-file"],
      newPassphraseFile: flags["new-passphrase-file"],
      withoutPassphrase: flags["no-passphrase"],
    });
    const { keyId } = publicKey;
    const written =
      privatePath === null ? [publicPath] : [privatePath, " (keep it), ", publicPath, " (give it away)"];
    return this.open(flags).result(
      { schema: "cavra.key/1", keyId, privateKey: privatePath, publicKey: publicPath },
      [
        line([span("imported ", "good"), `the ${tool} key to `, ...written]),
        row("key id", keyId),
        line([span("next: ", "strong"), "list it in a trust root: cavra trust add-key --help"], 0, 6),
      ],
    );
  }
}
