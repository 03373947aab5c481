import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import type { Command } from "@oclif/core/command";
import { page } from "./glossary-pages.ts";
import { ROOT } from "./root.ts";

/** What a command class says of itself. */
type CommandClass = Pick<
  typeof Command,
  "summary" | "description" | "examples" | "args" | "flags" | "baseFlags"
>;
interface FlagWords {
  readonly type: string;
  readonly summary?: string;
  readonly description?: string;
  readonly hidden?: boolean;
  readonly required?: boolean;
  readonly allowNo?: boolean;
  readonly helpValue?: string | readonly string[];
  readonly options?: readonly string[];
  readonly default?: unknown;
}

/** docs/commands.md: every command with its examples, arguments and flags, from the classes themselves. */
export async function commandsPage(): Promise<string> {
  const files = readdirSync(join(ROOT, "commands"), { recursive: true, encoding: "utf8" })
    .map((name) => name.split(sep).join("/"))
    .filter((name) => name.endsWith(".ts") && !/-(?:command|flags)\.ts$/.test(name))
    .toSorted();
  const sections: string[] = [];
  let base: CommandClass["baseFlags"];
  for (const file of files) {
    const { default: command } = (await import(`../commands/${file}`)) as { readonly default: CommandClass };
    sections.push(...commandSection(file.replace(/\.ts$/, "").replaceAll("/", " "), command));
    base ??= command.baseFlags;
  }
  return page([
    "# Commands",
    "<!-- Made by `npm run generate` from the code. Do not edit. -->",
    "Exit codes: 0 PASS or done, 1 FAIL, 2 usage, 3 INCOMPLETE, 4 UNKNOWN, 5 REFUSED, 70 defect of cavra, 130 interrupted. stdout is the result, stderr everything else.",
    "Every command has `--json`, `--[no-]color`, `--ascii`, `--quiet` and `--help`.",
    ...sections,
  ]);
}

const COMMON = new Set(["json", "color", "ascii", "quiet"]);

function commandSection(id: string, command: CommandClass): readonly string[] {
  const args = Object.entries(command.args ?? {});
  const flags = Object.entries({ ...command.baseFlags, ...command.flags } as Record<
    string,
    FlagWords
  >).filter(([name, { hidden }]) => hidden !== true && !COMMON.has(name));
  const usage = args.map(([name, { required }]) =>
    required === true ? name.toUpperCase() : `[${name.toUpperCase()}]`,
  );
  return [
    `## cavra ${[id, ...usage].join(" ")}`,
    command.summary ?? "",
    ...(command.description === undefined ? [] : [command.description]),
    `\`\`\`sh\n${examplesOf(id, command)}\n\`\`\``,
    ...(args.length === 0
      ? []
      : [args.map(([name, arg]) => `- \`${name.toUpperCase()}\`: ${arg.description ?? ""}`).join("\n")]),
    ...(flags.length === 0 ? [] : [flags.map(([name, flag]) => flagLine(name, flag)).join("\n")]),
  ];
}

function examplesOf(id: string, command: CommandClass): string {
  const examples = Array.isArray(command.examples) ? command.examples : [];
  return examples
    .map((example) =>
      typeof example === "string" ? example : `# ${example.description}\n${example.command}`,
    )
    .join("\n\n")
    .replaceAll("<%= config.bin %>", "cavra")
    .replaceAll("<%= command.id %>", id);
}

function flagLine(name: string, flag: FlagWords): string {
  const value =
    flag.type === "option" ? ` ${String(flag.helpValue ?? flag.options?.join("|") ?? "VALUE")}` : "";
  const words = flag.summary ?? flag.description ?? "";
  const notes = [
    ...(flag.required === true ? ["required"] : []),
    ...(flag.type === "option" && ["string", "number"].includes(typeof flag.default)
      ? [`default ${String(flag.default)}`]
      : []),
  ];
  const dashes = flag.allowNo === true ? "--[no-]" : "--";
  return `- \`${dashes}${name}${value}\`: ${words}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
}
