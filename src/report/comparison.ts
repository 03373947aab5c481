import { visibleText } from "../formats/visible-text.ts";
import { line, span, type Line } from "./span.ts";

/** Longer values say nothing more to a reader; the JSON report holds them whole. */
const MAX_VALUE_CHARACTERS = 400;
/** Below this length a reader sees the difference without a pointer. */
const POINTER_FROM_CHARACTERS = 16;
/** Values of different length that have less in common are different things, not one thing that changed. */
const MIN_COMMON_CHARACTERS = 4;

export interface ComparisonLabels {
  readonly expected: string;
  readonly actual: string;
}

const DEFAULT_LABELS: ComparisonLabels = { expected: "expected", actual: "found" };

/** The two values under one another, and where they begin to differ. */
export function comparisonLines(
  expected: string | undefined,
  actual: string | undefined,
  labels: ComparisonLabels = DEFAULT_LABELS,
): readonly Line[] {
  const columns = Math.max(labels.expected.length, labels.actual.length) + 2;
  const value = (label: string, text: string | undefined): readonly Line[] =>
    text === undefined
      ? []
      : [line([span("|  ", "faint"), span(label.padEnd(columns), "faint"), shortened(text)], 3, 6 + columns)];
  return [
    ...value(labels.expected, expected),
    ...value(labels.actual, actual),
    ...differenceLine(expected, actual, columns),
  ];
}

/** Bare, or behind a word that names what it is of. */
const DIGEST = /^(?:[a-z0-9]+ )?[0-9a-f]{40,128}$/;

function shortened(text: string): string {
  if (text.length <= MAX_VALUE_CHARACTERS) return text;
  return `${text.slice(0, MAX_VALUE_CHARACTERS)} ... (${text.length - MAX_VALUE_CHARACTERS} more characters)`;
}

function differenceLine(
  expected: string | undefined,
  actual: string | undefined,
  columns: number,
): readonly Line[] {
  if (expected === undefined || actual === undefined || expected === actual) return [];
  // Two digests differ everywhere; where they begin to says nothing about the bytes.
  if (DIGEST.test(expected) && DIGEST.test(actual)) return [];
  if (Math.min(expected.length, actual.length) < POINTER_FROM_CHARACTERS) return [];
  const position = firstDifference(expected, actual);
  if (expected.length !== actual.length && position < MIN_COMMON_CHARACTERS) return [];
  const words = `first difference at character ${position + 1}`;
  // Wrapped, escaped and cut values have no column to point at.
  const isOneRow = ![expected, actual].some(
    (text) => text.length > 64 || text.includes(" ") || visibleText(text, true) !== text,
  );
  const pointer = isOneRow ? `${" ".repeat(position)}^ ${words}` : `(${words})`;
  return [line([span("|  ", "faint"), span(" ".repeat(columns)), span(pointer, "faint")], 3, 6 + columns)];
}

function firstDifference(a: string, b: string): number {
  let position = 0;
  while (position < a.length && a[position] === b[position]) position += 1;
  return position;
}
