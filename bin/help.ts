import type { Command } from "@oclif/core/command";
import type { Config } from "@oclif/core/config";
import { CommandHelp, Help } from "@oclif/core/help";
import type { Terminal } from "../src/io/terminal.ts";

/** What people do, in the order in which they do it. */
const JOURNEY: readonly (readonly [string, string])[] = [
  ["cavra doctor", "what this machine has and lacks"],
  ["cavra release init", "write a release config"],
  ["cavra release build", "build, describe, package and zip a release"],
  ["cavra release sign", "sign it, after every check of it"],
  ["cavra release verify-airgap-bundle", "may this zip be trusted?"],
  ["cavra release validate-upgrade", "is the new release worse than the last one?"],
  ["cavra explain", "what a check or a problem means, and what to do"],
];

/** oclif's help in our order: examples first, then usage and flags. */
export class CavraHelp extends Help {
  readonly #terminal: Terminal;

  constructor(config: Config, terminal: Terminal) {
    const { color, widthColumns } = terminal.stdoutStyle;
    super(config, { stripAnsi: !color, maxWidth: widthColumns });
    this.#terminal = terminal;
    this.CommandHelpClass = ExamplesFirst;
  }

  override formatRoot(): string {
    const known = new Set(this.config.commandIDs.map((id) => `cavra ${id.replaceAll(":", " ")}`));
    const steps = JOURNEY.filter(([command]) => known.has(command));
    const columns = Math.max(...steps.map(([command]) => command.length)) + 2;
    const journey = steps.map(([command, comment]) => `${command.padEnd(columns)}# ${comment}`).join("\n");
    const description = String(this.config.pjson["description"]);
    return [
      `${description}.`,
      this.section("EXAMPLES", journey),
      this.section("USAGE", "cavra COMMAND [FLAGS]\ncavra COMMAND --help"),
    ].join("\n\n");
  }

  protected override log(...lines: string[]): void {
    this.#terminal.writeResult(`${lines.map(stripTrailingBlanks).join("\n")}\n`);
  }
}

class ExamplesFirst extends CommandHelp {
  protected override sections(): ReturnType<CommandHelp["sections"]> {
    const sections = super.sections();
    return sections.toSorted((a, b) => Number(b.header === "EXAMPLES") - Number(a.header === "EXAMPLES"));
  }

  /** Without the flags: they follow, each with its words. */
  protected override defaultUsage(): string {
    const args = Object.values(this.command.args ?? {}).map((arg) => this.arg(arg));
    return [this.command.id, ...args, "[FLAGS]"].join(" ");
  }

  /** Without the summary, which stands above. */
  protected override description(): string | undefined {
    const { description } = this.command;
    return description === undefined ? undefined : this.wrap(description);
  }

  /** `# what for` above each command. */
  protected override examples(examples: Command.Example[] | string | undefined): string | undefined {
    if (examples === undefined || typeof examples === "string") return super.examples(examples);
    return examples
      .map((example) =>
        typeof example === "string" ? example : `# ${example.description}\n${example.command}`,
      )
      .map((example) => example.replaceAll("<%= config.bin %>", this.config.bin))
      .join("\n\n");
  }
}

function stripTrailingBlanks(text: string): string {
  return text.replace(/[ \t]+$/gm, "");
}
