import parse from "semver/functions/parse.js";

const NUMERIC = /^[0-9]+$/;
const WORD_AND_NUMBER = /^([A-Za-z]+)([0-9]*)$/;

/** Pre-release identifiers as written; empty for a stable version and for anything that is no version. */
export function prereleaseIds(version: string): readonly string[] {
  const withoutBuild = version.split("+", 1)[0] ?? "";
  const dash = withoutBuild.indexOf("-");
  return dash < 0 || parse(version) === null ? [] : withoutBuild.slice(dash + 1).split(".");
}

/** Numeric identifiers above 2^53-1, which semver compares as equal: 1.0.0-9007199254740993 "is" ...992. */
export function unsafeNumericIds(version: string): readonly string[] {
  return prereleaseIds(version).filter((id) => NUMERIC.test(id) && !Number.isSafeInteger(Number(id)));
}

/**
 * Sign of the order in which a person reads two pre-releases of one version: rc9 before rc10, alpha before RC.
 * 0 when they read the same, or when an identifier is neither a number nor a word with an optional number behind it
 * (a commit hash has no natural order).
 */
export function naturalPrereleaseOrder(a: readonly string[], b: readonly string[]): number {
  for (const [index, id] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order = naturalOrder(id, other);
    if (order === undefined) return 0;
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

function naturalOrder(a: string, b: string): number | undefined {
  if (a === b) return 0;
  if (NUMERIC.test(a) && NUMERIC.test(b)) return numberOrder(a, b);
  const left = WORD_AND_NUMBER.exec(a);
  const right = WORD_AND_NUMBER.exec(b);
  if (left?.[1] === undefined || right?.[1] === undefined) return undefined;
  const words = textOrder(left[1].toLowerCase(), right[1].toLowerCase());
  return words === 0 ? numberOrder(left[2] || "0", right[2] || "0") : words;
}

function numberOrder(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

function textOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
