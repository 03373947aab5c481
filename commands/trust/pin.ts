import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { pinTrustRoot } from "../../src/flows/trust-root.ts";
import { timeOf } from "../../src/flows/verify-policy.ts";
import { fingerprintRows } from "../../src/report/fingerprint.ts";
import { line, row, span } from "../../src/report/span.ts";
import { CavraCommand } from "../base-command.ts";

export default class Pin extends CavraCommand {
  static override summary =
    "Trust a root from now on, after comparing its digest with the one you were told.";
  static override description =
    "The digest comes to you by another way than the file: by telephone, on paper, from a colleague. It is compared at full length. Later verifications find the pinned root by themselves.";
  static override examples = [
    {
      description: "file from the vendor's site, digest from the vendor's letter",
      command: "<%= config.bin %> <%= command.id %> trust-root.json --sha256 DIGEST-FROM-THE-LETTER",
    },
  ];
  static override args = { file: argument({ description: "the signed trust root", required: true }) };
  static override flags = {
    sha256: string({
      summary: "The digest that you were told, all 64 digits.",
      required: true,
      helpValue: "DIGEST",
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Pin);
    const { root, payloadSha256, forgot } = await pinTrustRoot(args.file, flags.sha256, timeOf(undefined));
    return this.open(flags).result(
      { schema: "cavra.pinned/1", product: root.product, version: root.version, payloadSha256 },
      [
        line([
          span("pinned ", "good"),
          `${root.product}, trust root ${root.version}, purpose ${root.purpose}`,
        ]),
        row("pin", payloadSha256),
        ...fingerprintRows(payloadSha256),
        ...(forgot ? [row("record", "the damaged record was replaced: earlier releases are forgotten")] : []),
        line([span("next: ", "strong"), "cavra release verify-airgap-bundle PACKAGE"], 0, 6),
      ],
    );
  }
}
