import { broken, parsed, type Parsed } from "../model/parsed.ts";

/** One fact on both sides, equal or not. */
export interface Change<T> {
  readonly was: T;
  readonly now: T;
}

export interface SetChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly kept: readonly string[];
}

export function changeOf<S, T>(was: S, now: S, read: (side: S) => T): Change<T> {
  return { was: read(was), now: read(now) };
}

/** Order: that of the side an element was seen on. */
export function setChange(was: Iterable<string>, now: Iterable<string>): SetChange {
  const before = new Set(was);
  const after = new Set(now);
  return {
    added: [...after].filter((element) => !before.has(element)),
    removed: [...before].filter((element) => !after.has(element)),
    kept: [...after].filter((element) => before.has(element)),
  };
}

/** Compares two documents when both can be read; otherwise says which side cannot. */
export function compareDocuments<S, T>(
  was: Parsed<S>,
  now: Parsed<S>,
  compare: (was: S, now: S) => T,
): Parsed<T> {
  if (!was.ok) return broken(was.at, `the earlier release has no usable ${was.at}: ${was.reason}`);
  if (!now.ok) return broken(now.at, `the candidate has no usable ${now.at}: ${now.reason}`);
  return parsed(now.at, compare(was.value, now.value));
}
