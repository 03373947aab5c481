import { string as argument } from "@oclif/core/args";
import { option, string } from "@oclif/core/flags";
import { publicForms, type PublicForms } from "../../src/flows/public-forms.ts";
import { Failure } from "../../src/model/failure.ts";
import { fingerprintRows } from "../../src/report/fingerprint.ts";
import { line, row, type Line } from "../../src/report/span.ts";
import { CavraCommand } from "../base-command.ts";

const FORMATS = ["pem", "openssh", "minisign", "id", "fingerprint"] as const;

export default class Public extends CavraCommand {
  static override summary = "Print the public half of a key, as PEM or as other tools write it.";
  static override examples = [
    {
      description: "to a file",
      command: "<%= config.bin %> <%= command.id %> release.pem > release.pem.pub",
    },
    {
      description: "to read aloud to whoever keeps the trust root",
      command: "<%= config.bin %> <%= command.id %> release.pem.pub --format fingerprint",
    },
    {
      description: "all forms, for machines",
      command: "<%= config.bin %> <%= command.id %> release.pem --json",
    },
  ];
  static override args = {
    key: argument({
      description: "the key: a private or public one in a file, env:NAME, or signer:FILE",
      required: true,
    }),
  };
  static override flags = {
    format: option({ summary: "How it is written.", options: FORMATS, default: "pem" })(),
    "passphrase-file": string({ summary: "Passphrase of the key.", helpValue: "FILE|fd:N" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Public);
    const forms = await publicForms(args.key, flags["passphrase-file"]);
    return this.open(flags).result({ schema: "cavra.public-key/1", ...forms }, linesOf(forms, flags.format));
  }
}

function linesOf(forms: PublicForms, format: (typeof FORMATS)[number]): readonly Line[] {
  const { keyId, pem, openssh, minisign, sshFingerprint } = forms;
  if (format === "fingerprint")
    return [row("key id", keyId), ...fingerprintRows(keyId), row("ssh", sshFingerprint)];
  const text = { pem, openssh, minisign, id: keyId }[format];
  if (text === null)
    throw new Failure("usage", "minisign knows Ed25519 keys only", { found: forms.algorithm });
  return text
    .trimEnd()
    .split("\n")
    .map((part) => line([part]));
}
