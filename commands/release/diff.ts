import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { comparePackages } from "../../src/flows/diff-releases.ts";
import { diffDocument, diffExitCode, diffLines } from "../../src/report/diff.ts";
import { CavraCommand } from "../base-command.ts";

export default class Diff extends CavraCommand {
  static override summary = "Show everything that differs between two releases; judges nothing.";
  static override description =
    "Compares two packages (zip or directory): version, targets, files with sizes, signers, source, toolchain and settings, modules, SBOM, recipe, provenance, installation, controls. With trust, signatures are counted; without, the packages are compared all the same. Whether the step is good is for validate-upgrade to say. Exits 0 when both could be read, 5 when one is hostile, 3 when one is unreadable.";
  static override examples = [
    {
      description: "what is new in a candidate",
      command:
        "<%= config.bin %> <%= command.id %> dist/cavra-go-runtime-v0.1.0.zip dist/cavra-go-runtime-v0.2.0-rc.1.zip",
    },
    {
      description: "with the signers, for machines",
      command: "<%= config.bin %> <%= command.id %> OLD NEW --trust trust-root.json --json",
    },
  ];
  static override args = {
    old: argument({ description: "the earlier package: a zip or a directory", required: true }),
    new: argument({ description: "the later package: a zip or a directory", required: true }),
  };
  static override flags = {
    trust: string({ summary: "Count signatures by this trust root.", helpValue: "FILE" }),
    product: string({ summary: "Count them by the pin of this product.", helpValue: "NAME" }),
    at: string({ summary: "Judge keys at this time instead of now.", helpValue: "YYYY-MM-DDThh:mm:ssZ" }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Diff);
    const facts = await comparePackages({
      tool: this.tool,
      previous: args.old,
      candidate: args.new,
      trust: flags.trust,
      product: flags.product,
      at: flags.at,
    });
    return this.open(flags).result(diffDocument(facts), diffLines(facts), diffExitCode(facts));
  }
}
