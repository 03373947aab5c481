import { string as argument } from "@oclif/core/args";
import { boolean, option, string } from "@oclif/core/flags";
import type { SignedRelease } from "../../src/flows/release-to-sign.ts";
import type { KeylessOptions } from "../../src/flows/sign-keyless.ts";
import { COPIES, signZip } from "../../src/flows/sign-release.ts";
import { signedDocument, signedLines } from "../../src/report/creation.ts";
import { CavraCommand } from "../base-command.ts";
import { keylessFlags, keylessOptions } from "../keyless-flags.ts";

/** The packages of Sigstore are loaded for those who sign without a key. */
async function signKeyless(options: KeylessOptions): Promise<SignedRelease> {
  const { signZipKeyless } = await import("../../src/flows/sign-keyless.ts");
  return signZipKeyless(options);
}

export default class Sign extends CavraCommand {
  static override summary = "Sign a zip that was made here, after every check on its local bytes.";
  static override description =
    "Nobody signs blind: the statement is computed from the bytes at hand, and a signature of another holder is joined only when it is over exactly that statement. Writes the folder ZIP.sigs, and the same beside the package directory when that is there. With --keyless a workflow of the trust root signs without a key: its token is judged here first, and what is sent stands in a public log where one is used.";
  static override examples = [
    {
      description: "the first or only holder",
      command:
        "<%= config.bin %> <%= command.id %> dist/cavra-go-runtime-v0.1.0.zip --key release.pem --trust trust-root.json",
    },
    {
      description: "in CI, with the key in a secret",
      command:
        "<%= config.bin %> <%= command.id %> dist/cavra-go-runtime-v0.1.0.zip --key env:RELEASE_KEY --trust trust-root.json",
    },
    {
      description: "as a workflow that the trust root lists",
      command:
        "<%= config.bin %> <%= command.id %> dist/cavra-go-runtime-v0.1.0.zip --keyless --sigstore-root sigstore-root.json --trust trust-root.json",
    },
  ];
  static override args = { zip: argument({ description: "the zip", required: true }) };
  static override flags = {
    key: string({ summary: "The private key.", helpValue: "FILE|env:NAME|signer:FILE" }),
    "passphrase-file": string({ summary: "Passphrase of the key.", helpValue: "FILE|fd:N" }),
    copies: option({
      summary: "Signatures for people without cavra: for SSH, minisign and OpenSSL, for OpenSSL, or none.",
      options: COPIES,
      default: "all",
    })(),
    statements: boolean({
      summary: "Sign the SBOMs and the list of artifacts too, as statements for readers of in-toto.",
      exclusive: ["keyless"],
    }),
    trust: string({ summary: "The trust root that the signature is for.", helpValue: "FILE" }),
    product: string({ summary: "Which pinned product this is.", helpValue: "NAME" }),
    previous: string({
      summary: "The release before this one; nothing older is signed.",
      helpValue: "PACKAGE",
    }),
    ...keylessFlags,
    at: string({ summary: "Judge at this time instead of the clock's.", helpValue: "YYYY-MM-DDThh:mm:ssZ" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Sign);
    const { trust, product, previous, at } = flags;
    const common = { tool: this.tool, path: args.zip, trust, product, previous, at };
    const { key, "passphrase-file": passphraseFile, copies, statements } = flags;
    const signed = flags.keyless
      ? await signKeyless({ ...common, ...keylessOptions(flags) })
      : await signZip({ ...common, key, passphraseFile, copies, statements });
    return this.open(flags).result(signedDocument(signed), signedLines(signed));
  }
}
