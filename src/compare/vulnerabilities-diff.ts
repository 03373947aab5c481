import type { VulnerabilityMatch } from "../model/vulnerability.ts";

/** What two releases hold of the records of one database. */
export interface VulnerabilityDiff {
  /** Of each record that the later release comes closer to: the closest program. Ascending by id. */
  readonly introduced: readonly VulnerabilityChange[];
  /** Of each record that the earlier release held and the later one does not: the closest program. Ascending by id. */
  readonly fixed: readonly VulnerabilityMatch[];
}

export interface VulnerabilityChange {
  /** undefined: no version that the record is about, or none of its packages. */
  readonly was: VulnerabilityMatch | undefined;
  readonly now: VulnerabilityMatch;
}

/**
 * How close a program is, for the worse and for the better. Where it cannot be told, the earlier release may have held
 * the function and the later one may hold the package: neither is then blamed for what was not seen.
 */
const CLOSENESS = {
  absent: { atMost: 0, atLeast: 0 },
  package: { atMost: 1, atLeast: 1 },
  unknown: { atMost: 2, atLeast: 1 },
  symbol: { atMost: 2, atLeast: 2 },
} as const;

/**
 * Record by record over all programs of a release: one that another program held already was there before. A version
 * without an order never introduces a record, since every record would be about it; verification warns of it.
 */
export function diffVulnerabilities(
  was: readonly VulnerabilityMatch[],
  now: readonly VulnerabilityMatch[],
): VulnerabilityDiff {
  const before = Map.groupBy(was, ({ id }) => id);
  const after = Map.groupBy(now, ({ id }) => id);
  const introduced = [...after].flatMap(([id, matches]) => {
    const closest = closestOf(matches.filter(({ isVersionKnown }) => isVersionKnown));
    const earlier = before.get(id) ?? [];
    if (closest === undefined || atLeast(closest) <= Math.max(0, ...earlier.map(atMost))) return [];
    const known = closestOf(earlier);
    return [{ was: known === undefined || atMost(known) === 0 ? undefined : known, now: closest }];
  });
  const fixed = [...before].flatMap(([id, matches]) => {
    const closest = closestOf(matches.filter(({ isVersionKnown }) => isVersionKnown));
    const isGone = (after.get(id) ?? []).every((match) => atMost(match) === 0);
    return closest !== undefined && atLeast(closest) > 0 && isGone ? [closest] : [];
  });
  return {
    introduced: introduced.toSorted((a, b) => byId(a.now, b.now)),
    fixed: fixed.toSorted(byId),
  };
}

function atMost({ reach, isVersionKnown }: VulnerabilityMatch): number {
  return isVersionKnown ? CLOSENESS[reach].atMost : CLOSENESS.unknown.atMost;
}

function atLeast({ reach }: VulnerabilityMatch): number {
  return CLOSENESS[reach].atLeast;
}

function closestOf(matches: readonly VulnerabilityMatch[]): VulnerabilityMatch | undefined {
  return matches.toSorted((a, b) => atLeast(b) - atLeast(a))[0];
}

function byId(a: VulnerabilityMatch, b: VulnerabilityMatch): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
