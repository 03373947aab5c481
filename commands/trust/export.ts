import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { exportKit } from "../../src/flows/export-kit.ts";
import { timeOf } from "../../src/flows/verify-policy.ts";
import { trustKitLines } from "../../src/report/trust-kit.ts";
import { CavraCommand } from "../base-command.ts";

export default class Export extends CavraCommand {
  static override summary = "Write a kit for people who have to check releases without cavra.";
  static override description =
    "A new folder with the signed root, the public keys of those who release as ssh-keygen, minisign and OpenSSL read them, and OFFLINE-VERIFY.txt: the commands for Linux, macOS and Windows PowerShell, and what they do not prove. The kit travels once, and never with a release.";
  static override examples = [
    {
      description: "with the digest of the verifier that operators get",
      command: "<%= config.bin %> <%= command.id %> trust-root.json --kit kit --verifier cavra-0.1.0.tgz",
    },
    {
      description: "of the root that is pinned on this machine",
      command: "<%= config.bin %> <%= command.id %> --kit kit",
    },
  ];
  static override args = {
    root: argument({ description: "the signed root; the pinned one if not given", required: false }),
  };
  static override flags = {
    kit: string({ summary: "The new folder.", required: true, helpValue: "DIR" }),
    product: string({ summary: "Which one, if several are pinned.", helpValue: "NAME" }),
    verifier: string({ summary: "The package file of cavra that operators get.", helpValue: "FILE" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Export);
    const { root, payloadSha256, verifier, files } = await exportKit({
      file: args.root,
      product: flags.product,
      kit: flags.kit,
      verifier: flags.verifier,
      tool: this.tool,
      now: timeOf(undefined),
    });
    const { product, version } = root;
    const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const document = {
      schema: "cavra.trust-kit/1",
      path: flags.kit,
      product,
      version,
      payloadSha256,
      verifier,
    };
    return this.open(flags).result(
      { ...document, files: sorted },
      trustKitLines(flags.kit, version, payloadSha256, sorted),
    );
  }
}
