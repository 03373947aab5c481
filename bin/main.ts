import { fileURLToPath } from "node:url";
import { Config } from "@oclif/core/config";
import { settings } from "@oclif/core/settings";
import { refuseForeignCode } from "../src/io/foreign-code.ts";
import { openTerminal } from "../src/io/terminal.ts";
import { errorDocument, errorLines } from "../src/report/error.ts";
import { renderJson } from "../src/report/json.ts";
import { layOut } from "../src/report/layout.ts";
import { readRequest, type Request } from "./dispatch.ts";
import { failureOf } from "./failure-of.ts";
import { CavraHelp } from "./help.ts";
import { guardProcess } from "./process-guard.ts";

// From dist/bin; package.json is two folders up.
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs one command line to its exit code. oclif's `execute` and `handle` are not used: they end an internal error with
 * 1, which is the verdict FAIL, and print no JSON for an unknown command.
 */
export async function main(argv: readonly string[]): Promise<void> {
  // NODE_ENV=test or development would make oclif look for TypeScript sources.
  settings.enableAutoTranspile = false;
  const told: Told = { argv, commandLine: "cavra", version: "" };
  guardProcess((error) => tell(error, told));
  try {
    // oclif would load plugins that a package.json in the user's data folder names, and run their hooks.
    const config = await Config.load({ root: ROOT, userPlugins: false, devPlugins: false });
    told.version = config.version;
    const request = readRequest(config, argv);
    if (request.kind === "command") told.commandLine = `cavra ${request.id.replaceAll(":", " ")}`;
    process.exitCode = await run(config, request, argv);
  } catch (error) {
    process.exitCode = tell(error, told);
  }
}

interface Told {
  readonly argv: readonly string[];
  commandLine: string;
  version: string;
}

async function run(config: Config, request: Request, argv: readonly string[]): Promise<number> {
  switch (request.kind) {
    case "help":
      await new CavraHelp(config, openTerminal(styleFlags(argv))).showHelp([...request.argv]);
      return request.exitCode;
    case "command":
      refuseForeignCode();
      return exitCodeOf(await config.runCommand(request.id, [...request.argv]));
  }
}

/** A command that ends without saying how it ended has not passed. */
function exitCodeOf(result: unknown): number {
  if (typeof result === "number") return result;
  throw new TypeError("the command returned no exit code");
}

/** Tells what went wrong, as a document on stdout with `--json`, as lines on stderr without; returns the exit code. */
function tell(error: unknown, { argv, commandLine, version }: Told): number {
  const { failure, reportFile } = failureOf(error, commandLine, version);
  const terminal = openTerminal(styleFlags(argv));
  const document = errorDocument(failure, version, reportFile);
  if (ownFlags(argv).includes("--json")) terminal.writeResult(renderJson(document));
  else terminal.writeTalk(layOut(errorLines(document), terminal.stderrStyle));
  return failure.exitCode;
}

/** Errors come before flags are parsed, or because they cannot be. */
function styleFlags(argv: readonly string[]): {
  readonly ascii: boolean;
  readonly color: boolean | undefined;
} {
  const flags = ownFlags(argv);
  const color = flags.includes("--no-color") ? false : flags.includes("--color") ? true : undefined;
  return { ascii: flags.includes("--ascii"), color };
}

function ownFlags(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end === -1 ? argv : argv.slice(0, end);
}
