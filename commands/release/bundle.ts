import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { bundlePackage } from "../../src/flows/bundle-package.ts";
import { line, row, span } from "../../src/report/span.ts";
import { CavraCommand } from "../base-command.ts";

export default class Bundle extends CavraCommand {
  static override summary = "Pack a package directory into its zip, bit for bit as it was.";
  static override description =
    "Everything in the directory must agree first. The zip is a function of the directory alone: a lost zip comes out again with the same digest, and its signatures still hold.";
  static override examples = [
    {
      description: "the zip beside the directory",
      command: "<%= config.bin %> <%= command.id %> dist/go-runtime-v0.1.0",
    },
    {
      description: "into another folder",
      command: "<%= config.bin %> <%= command.id %> dist/go-runtime-v0.1.0 --out again",
    },
  ];
  static override args = { package: argument({ description: "the package directory", required: true }) };
  static override flags = {
    out: string({ summary: "Where the zip goes; beside the directory by default.", helpValue: "DIR" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Bundle);
    const { path, sizeBytes, sha256, sha512 } = await bundlePackage(args.package, flags.out);
    return this.open(flags).result({ schema: "cavra.bundle/1", path, sizeBytes, sha256, sha512 }, [
      line([span("bundled ", "good"), path]),
      row("size", `${sizeBytes} bytes`),
      row("SHA-256", sha256),
      line(
        [
          span("next: ", "strong"),
          "sign it, unless it was signed before: cavra release sign ZIP --key FILE --trust FILE",
        ],
        0,
        6,
      ),
    ]);
  }
}
