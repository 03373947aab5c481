import type { Config } from "@oclif/core/config";
import { normalizeArgv } from "@oclif/core/help";
import { closestTo } from "../src/formats/suggestion.ts";
import { Failure } from "../src/model/failure.ts";

/** What an argument list asks for. */
export type Request =
  | { readonly kind: "help"; readonly argv: readonly string[]; readonly exitCode: number }
  | { readonly kind: "command"; readonly id: string; readonly argv: readonly string[] };

/** Nothing was asked, so nothing was proven: `cavra $COMMAND` with an empty variable must not look like a pass. */
const NOTHING_ASKED = 2;

/**
 * oclif's own dispatch shows a topic's help with exit code 0 for `cavra release verfy-bundle`, a typing error that a
 * script would take for a pass. Throws Failure "usage" for unknown commands.
 */
export function readRequest(config: Config, words: readonly string[]): Request {
  const argv = words[0] === "help" ? [...words.slice(1), "--help"] : words;
  const options = argv.indexOf("--");
  const ownWords = options === -1 ? argv : argv.slice(0, options);
  const isHelp = ownWords.includes("--help") || ownWords.includes("-h");
  const commandWords = leadingWords(ownWords);
  if (commandWords.length === 0) return rootRequest(ownWords, isHelp);

  const [id = "", ...rest] = normalizeArgv(config, [...commandWords]);
  if (config.findCommand(id) !== undefined) {
    if (isHelp) return { kind: "help", argv: id.split(":"), exitCode: 0 };
    return { kind: "command", id, argv: [...rest, ...argv.slice(commandWords.length)] };
  }
  if (config.findTopic(id) === undefined || rest.length > 0) throw unknownCommand(config, commandWords);
  return { kind: "help", argv: id.split(":"), exitCode: isHelp ? 0 : NOTHING_ASKED };
}

function rootRequest(ownWords: readonly string[], isHelp: boolean): Request {
  const [first] = ownWords;
  if (first !== undefined && !isHelp) {
    throw new Failure("usage", `${first} stands before a command`, {
      hint: "cavra COMMAND [FLAGS]; all: cavra --help",
    });
  }
  return { kind: "help", argv: [], exitCode: isHelp ? 0 : NOTHING_ASKED };
}

/** Words up to the first flag: command words always stand first. */
function leadingWords(words: readonly string[]): readonly string[] {
  const flag = words.findIndex((word) => word.startsWith("-"));
  return flag === -1 ? words : words.slice(0, flag);
}

function unknownCommand(config: Config, [first = "", second]: readonly string[]): Failure {
  const known = config.commandIDs.map((id) => id.replaceAll(":", " "));
  const isTopic = config.findTopic(first) !== undefined;
  const typed = isTopic && second !== undefined ? `${first} ${second}` : first;
  const candidates = isTopic ? known.filter((command) => command.startsWith(`${first} `)) : known;
  // The topic is the word that people leave out.
  const meant = known.find((command) => command.endsWith(` ${first}`)) ?? closestTo(typed, candidates);
  const all = isTopic ? `cavra ${first} --help` : "cavra --help";
  return new Failure("usage", `unknown command ${typed}`, {
    hint: meant === undefined ? `all commands: ${all}` : `did you mean cavra ${meant}?`,
  });
}
