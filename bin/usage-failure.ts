import { stripVTControlCharacters } from "node:util";
import { CLIError } from "@oclif/core/errors";
import { closestTo } from "../src/formats/suggestion.ts";
import { Failure } from "../src/model/failure.ts";

/** The parts of oclif's parse errors that say more than their message. */
interface ParseErrorFacts {
  readonly flags?: readonly string[];
  readonly args?: readonly (string | { readonly name: string })[];
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

/**
 * What the person at the keyboard did wrong, from an error of oclif's parser; undefined for every other error. oclif's
 * own words carry colour codes and two headings.
 */
export function usageFailure(error: unknown, commandLine: string): Failure | undefined {
  if (!(error instanceof CLIError)) return undefined;
  const facts = error as ParseErrorFacts;
  const help = `${commandLine} --help`;
  switch (error.constructor.name) {
    case "NonExistentFlagsError":
      return unknownFlag(facts, help);
    case "RequiredArgsError":
      return new Failure("usage", `missing ${namesOf(facts).toUpperCase()}`, { hint: help });
    case "UnexpectedArgsError":
      return new Failure("usage", "too many arguments", { at: namesOf(facts), hint: help });
    default:
      return new Failure("usage", plainMessage(error.message), { hint: help });
  }
}

function unknownFlag({ flags = [], parse }: ParseErrorFacts, help: string): Failure {
  const [flag = ""] = flags;
  const known = Object.keys(parse?.input?.flags ?? {}).map((name) => `--${name}`);
  const meant = closestTo(flag, known);
  return new Failure("usage", `unknown flag ${flag}`, {
    hint: meant === undefined ? help : `did you mean ${meant}? All flags: ${help}`,
  });
}

function namesOf({ args = [] }: ParseErrorFacts): string {
  return args.map((arg) => (typeof arg === "string" ? arg : arg.name)).join(", ");
}

function plainMessage(message: string): string {
  const words = stripVTControlCharacters(message)
    .replace(/\n?See more help with --help/, "")
    .replace(/^The following errors? occurred:/, "")
    .replace(/\s+/g, " ")
    .trim();
  return words.charAt(0).toLowerCase() + words.slice(1);
}
