import { string as argument } from "@oclif/core/args";
import { string } from "@oclif/core/flags";
import { inspectPackage } from "../../src/flows/inspect-package.ts";
import { inspectionDocument, inspectionLines } from "../../src/report/inspection.ts";
import { CavraCommand } from "../base-command.ts";

export default class Inspect extends CavraCommand {
  static override summary = "Show what a package holds and says of itself; proves nothing.";
  static override description =
    "Reads zip or directory with the rules of the verifier and lists files, layers, digests, source and signers as they are written down. Whether any of it may be believed is for the verify commands to say. Exits 0 when the package agrees with itself, 1 when it does not, 5 when the container is hostile.";
  static override examples = [
    { description: "a zip", command: "<%= config.bin %> <%= command.id %> dist/cavra-go-runtime-v0.1.0.zip" },
    {
      description: "for machines",
      command: "<%= config.bin %> <%= command.id %> dist/go-runtime-v0.1.0 --json",
    },
  ];
  static override args = {
    package: argument({ description: "the package: a zip or a directory", required: true }),
  };
  static override flags = {
    signatures: string({
      summary: "The signature set, when it is not beside the package.",
      helpValue: "DIR",
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Inspect);
    const facts = await inspectPackage(args.package, flags.signatures);
    const isHostile = facts.findings.some(({ severity }) => severity === "fatal");
    const exitCode = isHostile ? 5 : facts.findings.length === 0 ? 0 : 1;
    return this.open(flags).result(inspectionDocument(facts), inspectionLines(facts), exitCode);
  }
}
