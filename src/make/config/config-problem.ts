import { Failure } from "../../model/failure.ts";

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
}

/** One thing that is wrong with a release config, with its place in the file. */
export interface ConfigProblem extends Position {
  /** For example `builds[0].go.toolchain`; empty for the document itself. */
  readonly path: string;
  /** Lower case, no final stop. */
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
  /** What was probably meant, or what to do instead. */
  readonly hint?: string;
}

/** Longest text of a config that is repeated in a message. */
const MAX_QUOTED_CHARACTERS = 80;

/** The problem on one line: `FILE:LINE:COLUMN path: message (expected ..., found ...); hint`. */
export function renderProblem(fileName: string, problem: ConfigProblem): string {
  const place = `${fileName}:${problem.line}:${problem.column}`;
  const path = problem.path === "" ? "" : ` ${problem.path}:`;
  const facts = [
    problem.expected === undefined ? [] : [`expected ${problem.expected}`],
    problem.found === undefined ? [] : [`found ${problem.found}`],
  ].flat();
  const detail = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
  const hint = problem.hint === undefined ? "" : `; ${problem.hint}`;
  return `${place}${path} ${problem.message}${detail}${hint}`;
}

/** All problems of one config as the Failure that stops a command: the first in the fields, every one in `output`. */
export function configFailure(fileName: string, problems: readonly ConfigProblem[]): Failure {
  const [first] = problems;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new Failure("config", `${fileName} has ${count}`, {
    ...(first === undefined ? {} : { at: `${fileName}:${first.line}:${first.column}` }),
    output: problems.map((problem) => renderProblem(fileName, problem)).join("\n"),
  });
}

/** Text from a config, made fit for a message: quoted, escaped, bounded. */
export function quoted(text: string): string {
  const short = text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS)}...` : text;
  return JSON.stringify(short);
}
