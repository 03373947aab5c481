import { initConfig } from "../../src/flows/init-config.ts";
import { line, span } from "../../src/report/span.ts";
import { CavraCommand } from "../base-command.ts";

export default class Init extends CavraCommand {
  static override summary = "Write a first cavra.release.yaml for the project in this folder.";
  static override description =
    "Looks at go.mod, the main packages, the licence and the git remote, and writes a commented config that loads. Replaces nothing.";
  static override examples = [
    { description: "in the folder of a Go module", command: "<%= config.bin %> <%= command.id %>" },
  ];

  async run(): Promise<number> {
    const { flags } = await this.parse(Init);
    const { path, text, ignoreFile, needsRepository } = await initConfig(process.cwd());
    return this.open(flags).result({ schema: "cavra.init/1", path, config: text, ignoreFile }, [
      line([span("wrote ", "good"), path]),
      ...(ignoreFile === null ? [] : [line([span("added ", "good"), `/dist/ to ${ignoreFile}`])]),
      line(
        [
          span("next: ", "strong"),
          needsRepository ? "write product.repository into it, since no git remote says it; " : "",
          "read it, commit it, tag the commit, then: cavra release build --first-release --dry-run",
        ],
        0,
        6,
      ),
    ]);
  }
}
