import { unversioned } from "./unversioned.ts";

export interface Pair<T> {
  readonly was: T;
  readonly now: T;
}

/**
 * Which earlier item each item continues. The keys are tried in order, each on what the ones before it left over; a key
 * that two items of one side share identifies neither. In the order of `after`; time grows with the number of items.
 */
export function pairUp<T extends object>(
  before: readonly T[],
  after: readonly T[],
  keys: readonly ((item: T, side: "was" | "now") => string | undefined)[],
): readonly Pair<T>[] {
  const counterparts = new Map<T, T>();
  for (const keyOf of keys) {
    const taken = new Set(counterparts.values());
    const earlier = soleByKey(
      before.filter((item) => !taken.has(item)),
      (item) => keyOf(item, "was"),
    );
    const later = soleByKey(
      after.filter((item) => !counterparts.has(item)),
      (item) => keyOf(item, "now"),
    );
    for (const [key, now] of later) {
      const was = earlier.get(key);
      if (was !== undefined) counterparts.set(now, was);
    }
  }
  return after.flatMap((now) => {
    const was = counterparts.get(now);
    return was === undefined ? [] : [{ was, now }];
  });
}

function soleByKey<T>(items: readonly T[], keyOf: (item: T) => string | undefined): ReadonlyMap<string, T> {
  const groups = Map.groupBy(items, keyOf);
  return new Map(
    [...groups].flatMap(([key, [item, ...others]]) =>
      key === undefined || item === undefined || others.length > 0 ? [] : [[key, item] as const],
    ),
  );
}

interface OfTarget {
  readonly target: string;
  /** Path in the package. */
  readonly binary: string;
}

/** Entries about one binary: of the same name but for the version, or the only ones of their target that are left. */
export function pairBinaries<T extends OfTarget>(
  before: readonly T[],
  versionBefore: string,
  after: readonly T[],
  versionAfter: string,
): readonly Pair<T>[] {
  return pairUp(before, after, [
    ({ target, binary }) => `${target} ${binary}`,
    ({ target, binary }, side) =>
      `${target} ${unversioned(binary, side === "was" ? versionBefore : versionAfter)}`,
    ({ target }) => target,
  ]);
}
