import { didYouMean } from "../formats/suggestion.ts";
import { Failure } from "../model/failure.ts";
import {
  DEFAULT_LIMITS,
  FIXED_LIMITS,
  RAISABLE_LIMITS,
  type Limits,
  type RaisableLimit,
} from "../model/limits.ts";
import type { RaisedLimit } from "../model/report.ts";

const UNIT_BYTES: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["KiB", 1024],
  ["MiB", 1024 ** 2],
  ["GiB", 1024 ** 3],
]);
const FLAG = "--raise-limit";

/**
 * The default limits with those raised that `--raise-limit NAME=VALUE` names, for example `entry-size=2GiB`. Throws
 * Failure "usage" for a name that is unknown, given twice or fixed by the profile, and for a value that is no number,
 * not above the default, or above what cavra can hold.
 */
export function raisedLimits(texts: readonly string[]): Limits {
  const raised = new Map<keyof Limits, number>();
  for (const text of texts) {
    const [name = "", value = ""] = splitAtFirst(text);
    const limit = limitOf(name, text);
    if (raised.has(limit.member)) throw misused(`raises ${name} twice`, text);
    raised.set(limit.member, valueOf(limit, value, text));
  }
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(raised) };
}

function splitAtFirst(text: string): readonly string[] {
  const sign = text.indexOf("=");
  return sign === -1 ? [text] : [text.slice(0, sign), text.slice(sign + 1)];
}

function limitOf(name: string, text: string): RaisableLimit {
  const limit = RAISABLE_LIMITS.find((known) => known.name === name);
  if (limit !== undefined) return limit;
  const fixed = FIXED_LIMITS.get(name);
  const names = RAISABLE_LIMITS.map((known) => known.name);
  if (fixed === undefined) throw misused("names an unknown limit", text, didYouMean(name, names));
  throw misused(
    `names a limit that is fixed: ${name} is ${fixed} in the format itself`,
    text,
    `can be raised: ${names.join(", ")}`,
  );
}

function valueOf(limit: RaisableLimit, value: string, text: string): number {
  const { name, member, most } = limit;
  const least = DEFAULT_LIMITS[member];
  const [, digits, unit = ""] = /^([1-9][0-9]{0,14})(KiB|MiB|GiB)?$/.exec(value) ?? [];
  const number = Number(digits) * (UNIT_BYTES.get(unit) ?? 1);
  const isNumber = digits !== undefined && (unit === "" || limit.unit === "bytes");
  if (isNumber && number > least && number <= most) return number;
  const example = limit.unit === "bytes" ? "for example 2GiB, or a number of bytes" : "a whole number";
  throw new Failure("usage", `${FLAG} ${name} is not a value above the default`, {
    expected: `more than ${least} and at most ${most} (${example})`,
    found: text,
  });
}

function misused(problem: string, text: string, hint?: string): Failure {
  return new Failure("usage", `${FLAG} ${problem}`, {
    expected: "NAME=VALUE",
    found: text,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What a report says of them: those that are not the defaults. */
export function limitsAboveDefault(limits: Limits): readonly RaisedLimit[] {
  return RAISABLE_LIMITS.flatMap(({ name, member }) => {
    const [value, byDefault] = [limits[member], DEFAULT_LIMITS[member]];
    return value === byDefault ? [] : [{ name, value, default: byDefault }];
  });
}
