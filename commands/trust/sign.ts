import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { confirmSigning } from "../../src/flows/confirm-signing.ts";
import { openSigner } from "../../src/flows/signers.ts";
import { readRootToSign, signTrustRoot } from "../../src/flows/sign-root.ts";
import { timeOf } from "../../src/flows/verify-policy.ts";
import { signedRootDocument, signedRootLines, shownRootLines } from "../../src/report/signed-root.ts";
import { Failure } from "../../src/model/failure.ts";
import { CavraCommand, toggle } from "../base-command.ts";

export default class Sign extends CavraCommand {
  static override summary = "Sign a trust root as one of its root holders.";
  static override description =
    "Shows what is about to be signed before it signs: the whole of a first root, and of every later one what it changes. Then it asks for the last four digits of the pin. Where nobody can be asked, look with --dry-run and sign with --yes.";
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
    {
      description: "the next version: first look, then sign what you saw",
      command: "<%= config.bin %> <%= command.id %> root-2.draft.json --previous trust-root.json --dry-run",
    },
    {
      description: "and sign it",
      command:
        "<%= config.bin %> <%= command.id %> root-2.draft.json --previous trust-root.json --key root.pem --out root.2.dsse.json",
    },
  ];
  static override args = {
    root: argument({ description: "the draft, or the root that others have signed", required: true }),
  };
  static override flags = {
    key: string({ summary: "A root key.", helpValue: "FILE|env:NAME|signer:FILE" }),
    "passphrase-file": string({ summary: "Passphrase of the key.", helpValue: "FILE|fd:N" }),
    out: string({ summary: "Where the signed root goes; in place by default.", helpValue: "FILE" }),
    previous: string({ summary: "The signed root before this one.", helpValue: "FILE" }),
    "dry-run": toggle({ summary: "Show what would be signed, and sign nothing." }),
    yes: toggle({ summary: "Ask nothing: what --dry-run shows was read." }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Sign);
    const request = {
      input: args.root,
      output: flags.out ?? args.root,
      previous: flags.previous,
      now: timeOf(undefined),
    };
    const shown = await readRootToSign(request);
    const output = this.open(flags);
    if (flags["dry-run"])
      return output.result({ schema: "cavra.trust-to-sign/1", ...shown }, shownRootLines(shown));
    if (flags.key === undefined) {
      throw new Failure("usage", "a signature needs a key", { hint: "add --key FILE, or --dry-run to look" });
    }
    output.talk(shownRootLines(shown));
    await confirmSigning({
      digest: shown.payloadSha256,
      isGiven: flags.yes,
      wasShown: !flags.json && !flags.quiet,
    });
    const signer = await openSigner(flags.key, flags["passphrase-file"]);
    const signed = await signTrustRoot(request, shown, signer);
    return output.result(signedRootDocument(signed, request.output), signedRootLines(signed, request.output));
  }
}
