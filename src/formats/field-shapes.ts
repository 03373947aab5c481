import { SHA256_HEX, SHA512_HEX } from "../model/digest.ts";
import { parseTargetId } from "../model/target.ts";
import { parseVersion } from "../model/version.ts";
import { comparePaths, nameProblem } from "./entry-names.ts";
import { closed, integer, list, oneOf, shapeProblem, text, textLike, type Shape } from "./shape.ts";
import { parseUtcTime } from "./utc-time.ts";

/** 1980-01-01 and the last second of 2043: what a zip can say without two readings (trust-spec section 7). */
const MIN_SOURCE_DATE_EPOCH = 315_532_800;
const MAX_SOURCE_DATE_EPOCH = 2_335_219_199;
/** The last second of the year 9999: later ones have no four-digit year. */
const MAX_TIME = 253_402_300_799;

export const sha256 = textLike(SHA256_HEX, "64 lowercase hex digits");
export const sha512 = textLike(SHA512_HEX, "128 lowercase hex digits");
export const digests = closed({ sha256, sha512 });
export const commit = textLike(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "40 or 64 lowercase hex digits");
export const productName = textLike(/^[a-z0-9][a-z0-9-]{0,62}$/, "a product name (a-z, 0-9 and -)");
/** Identifiers and references: what may stand in a terminal, a URI and a command line without surprise. */
export const word = textLike(
  /^[\u0021-\u007e]{1,500}$/,
  "1 to 500 printable ASCII characters without blanks",
);
/** One line that people read; no control characters, no line ends, no direction marks. */
export const sentence = textLike(
  /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,1000}$/u,
  "one line of 1 to 1000 printable characters",
);
/** A line that may be empty. */
export const optionalSentence = textLike(
  /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{0,1000}$/u,
  "one line of at most 1000 characters",
);
export const goSum = textLike(/^(?:h1:[A-Za-z0-9+/]{43}=)?$/, "h1: and the base64 of a SHA-256, or empty");
/** Stem of the top folder of a package, for example `go-runtime`. */
export const packageStem = textLike(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "a package name");
/** A release line, for example `main` or `1.x`. */
export const lineName = textLike(
  /^[\u0021-\u007e]{1,200}$/,
  "1 to 200 printable ASCII characters without blanks",
);
export const channelName = oneOf("stable", "rc", "dev");
export const controlId = textLike(/^[a-z0-9][a-z0-9-]{0,63}$/, "a control id");
export const epochSeconds = integer(MIN_SOURCE_DATE_EPOCH, MAX_SOURCE_DATE_EPOCH);
export const timeSeconds = integer(0, MAX_TIME);

export const version: Shape<string> = (value, at) => {
  const found = text(value, at);
  return parseVersion(found) === undefined
    ? shapeProblem(at, "must be a strict SemVer version without v")
    : found;
};

/** A path in the package; the rules of names are those of the zip (trust-spec section 7). */
export const packagePath: Shape<string> = (value, at) => {
  const found = text(value, at);
  const reason = nameProblem(found);
  return reason === undefined ? found : shapeProblem(at, `must be a path in the package: ${reason}`);
};

/** One segment of a path: the name of a file or folder. */
export const segment: Shape<string> = (value, at) => {
  const found = packagePath(value, at);
  return found.includes("/") ? shapeProblem(at, "must be a name without /") : found;
};

export const targetName: Shape<string> = (value, at) => {
  const found = text(value, at);
  return found.length <= 64 && parseTargetId(found) !== undefined
    ? found
    : shapeProblem(at, "must be os/arch");
};

/** Seconds since 1970 from `YYYY-MM-DDThh:mm:ssZ`. */
export const utcTime: Shape<number> = (value, at) => {
  const seconds = parseUtcTime(text(value, at));
  if (seconds === undefined) return shapeProblem(at, "must be YYYY-MM-DDThh:mm:ssZ");
  return seconds >= MIN_SOURCE_DATE_EPOCH && seconds <= MAX_SOURCE_DATE_EPOCH
    ? seconds
    : shapeProblem(at, "must lie in the years 1980 to 2043");
};

/**
 * A list in strictly ascending order of its keys, so that nothing stands in it twice. Keys that are made of several
 * members join them with a character that sorts below all others.
 */
export function ascending<T>(
  item: Shape<T>,
  key: (item: T) => string,
  limits: { readonly max: number; readonly min?: number },
): Shape<readonly T[]> {
  const read = list(item, limits);
  return (value, at) => {
    const items = read(value, at);
    let before: string | undefined;
    for (const [index, each] of items.entries()) {
      const current = key(each);
      if (before === current) shapeProblem(`${at}[${index}]`, "stands in the list twice");
      if (before !== undefined && comparePaths(before, current) > 0) {
        shapeProblem(`${at}[${index}]`, "is not in ascending order");
      }
      before = current;
    }
    return items;
  };
}

/** A copy in the order that `ascending` demands. */
export function inOrder<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return items.toSorted((a, b) => comparePaths(key(a), key(b)));
}

export const itself = (name: string): string => name;

/** Texts, each once, in ascending order. */
export function textSet(item: Shape<string>, max: number): Shape<readonly string[]> {
  return ascending(item, itself, { max });
}
