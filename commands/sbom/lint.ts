import { string as argument } from "@oclif/core/args";
import { option } from "@oclif/core/flags";
import { lintSbomFile } from "../../src/flows/lint-sbom.ts";
import { SBOM_PROFILES } from "../../src/model/sbom.ts";
import { sbomLintDocument, sbomLintExitCode, sbomLintLines } from "../../src/report/sbom-lint.ts";
import { CavraCommand } from "../base-command.ts";

export default class Lint extends CavraCommand {
  static override summary = "Judge an SBOM of anybody: what the published schemas do not see, too.";
  static override description =
    "Reads SPDX 2.3 and SPDX 3.0.1 in JSON and names every defect with its place (a JSON pointer), its rule and the clause of the standard. A profile adds the minimum elements that an authority asks for. Exits 0 when nothing is wrong, 1 otherwise.";
  static override examples = [
    {
      description: "the rules of the format",
      command: "<%= config.bin %> <%= command.id %> app.spdx.json",
    },
    {
      description: "and the minimum elements of the NTIA",
      command: "<%= config.bin %> <%= command.id %> app.spdx.json --profile ntia",
    },
    {
      description: "what a rule means",
      command: "<%= config.bin %> explain spdx2.reference-dangling",
    },
  ];
  static override args = {
    file: argument({ description: "the SBOM: SPDX 2.3 or SPDX 3.0.1, JSON", required: true }),
  };
  static override flags = {
    profile: option({
      summary: "The minimum elements to ask for as well.",
      options: SBOM_PROFILES,
    })(),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Lint);
    const facts = await lintSbomFile(args.file, flags.profile);
    return this.open(flags).result(sbomLintDocument(facts), sbomLintLines(facts), sbomLintExitCode(facts));
  }
}
