import { Failure, type FailureCode } from "../model/failure.ts";
import { comparisonLines } from "./comparison.ts";
import { line, span, type Line } from "./span.ts";

/** What stopped a command, as data; schema `cavra.error/1`. */
export interface ErrorDocument {
  readonly schema: "cavra.error/1";
  readonly tool: { readonly name: string; readonly version: string };
  readonly code: FailureCode;
  readonly exitCode: number;
  readonly message: string;
  readonly at: string | null;
  readonly expected: string | null;
  readonly found: string | null;
  readonly hint: string | null;
  /** Output of a child process. */
  readonly output: string | null;
  /** Where the details of an internal error were written. */
  readonly reportFile: string | null;
}

export function errorDocument(
  failure: Failure,
  version: string,
  reportFile: string | null = null,
): ErrorDocument {
  const { at, expected, found, hint, output } = failure.details;
  return {
    schema: "cavra.error/1",
    tool: { name: "cavra", version },
    code: failure.code,
    exitCode: failure.exitCode,
    message: failure.message,
    at: at ?? null,
    expected: expected ?? null,
    found: found ?? null,
    hint: hint ?? null,
    output: output ?? null,
    reportFile,
  };
}

/** `error:` what stopped the command, `-->` where, expected and found, what the child said, `hint:` what to do. */
export function errorLines(document: ErrorDocument): readonly Line[] {
  const { message, at, expected, found, hint, output, reportFile } = document;
  return [
    line([span("error: ", "bad"), message], 0, 7),
    ...(at === null ? [] : [line([span("--> ", "faint"), at], 2, 6)]),
    ...comparisonLines(expected ?? undefined, found ?? undefined),
    ...(output === null ? [] : outputLines(output)),
    ...(reportFile === null ? [] : [line([span("report: ", "faint"), reportFile], 0, 8)]),
    ...(hint === null ? [] : [line([span("hint: ", "strong"), hint], 0, 6)]),
  ];
}

/** A tab is how compilers indent: shown as an escape it would only be in the way. */
function outputLines(output: string): readonly Line[] {
  const lines = output.split(/\r?\n/);
  while (lines.at(-1)?.trim() === "") lines.pop();
  return lines.map((text) => line([span("|  ", "faint"), text.replaceAll("\t", "  ")], 3, 6));
}
