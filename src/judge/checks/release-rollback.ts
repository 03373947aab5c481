import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import type { Policy } from "../../model/policy.ts";
import type { ReleasePredicate } from "../../model/release-statement.ts";
import type { ReleaseRole } from "../../model/trust-root.ts";
import { compareVersions, parseVersion } from "../../model/version.ts";
import type { SignatureStage } from "../stages.ts";

/** A larger step would let one bad release lock every later one out (trust-spec section 5). */
const MAX_COUNTER_STEP = 1000;
const STATEMENT = "release.dsse.json";

/** Nothing older than the floor of the trust root, than `--min-version` and than the release that is installed now. */
export const releaseRollback: Check<SignatureStage> = {
  id: "release.rollback",
  title: "The release is not older than what is already known",
  needs: ["release.statement"],
  run({ statement, trust, policy }) {
    if (!statement.ok) return skip(statement.reason);
    const { predicate } = statement.value;
    const role = trust.roles.release.find(
      ({ line, channel }) => line === predicate.line && channel === predicate.channel,
    );
    return failOr(
      [
        ...(role === undefined ? [] : rootFloor(predicate, role)),
        ...older("release.below-minimum", predicate.version, policy.minimumVersion, "--min-version"),
        ...previousSightings(predicate, policy.previous),
      ],
      pass(STATEMENT, `version ${predicate.version}, counter ${predicate.releaseCounter}`),
    );
  },
};

function rootFloor(predicate: ReleasePredicate, role: ReleaseRole): readonly Sighting[] {
  return [
    ...older("release.below-minimum", predicate.version, role.minimumVersion, "trust root minimumVersion"),
    ...(predicate.releaseCounter < role.minimumCounter
      ? [
          counterSighting(
            "release.below-minimum",
            `at least ${role.minimumCounter}`,
            predicate.releaseCounter,
          ),
        ]
      : []),
  ];
}

function counterSighting(problem: string, expected: string, counter: number): Sighting {
  return { problem, at: `${STATEMENT} releaseCounter`, expected, actual: String(counter) };
}

/** A floor that cannot be read as a version refuses: nothing passes by omission. */
function older(
  problem: string,
  version: string,
  floor: string | undefined,
  source: string,
): readonly Sighting[] {
  if (floor === undefined) return [];
  const found = parseVersion(version);
  const least = parseVersion(floor);
  if (found !== undefined && least !== undefined && compareVersions(found, least) >= 0) return [];
  return [
    { problem, at: `${STATEMENT} version`, expected: `${floor} or later (${source})`, actual: version },
  ];
}

function previousSightings(predicate: ReleasePredicate, previous: Policy["previous"]): readonly Sighting[] {
  if (previous === undefined) return [];
  const { releaseCounter: counter } = predicate;
  const known = previous.releaseCounter;
  if (counter === known && predicate.manifestSha256 === previous.manifestSha256) return [];
  const versions = older("release.older-than-previous", predicate.version, previous.version, "--previous");
  if (counter < known)
    return [...versions, counterSighting("release.older-than-previous", `more than ${known}`, counter)];
  if (counter === known) {
    const at = `${STATEMENT} manifestSha256`;
    return [
      {
        problem: "release.equivocation",
        at,
        expected: previous.manifestSha256,
        actual: predicate.manifestSha256,
      },
    ];
  }
  return [...versions, ...stepSightings(predicate, previous.manifestSha256, known)];
}

function stepSightings(
  predicate: ReleasePredicate,
  manifestSha256: string,
  known: number,
): readonly Sighting[] {
  const { releaseCounter: counter, previous } = predicate;
  if (counter > known + MAX_COUNTER_STEP) {
    return [counterSighting("release.counter-jump", `at most ${known + MAX_COUNTER_STEP}`, counter)];
  }
  if (counter !== known + 1 || previous?.manifestSha256 === manifestSha256) return [];
  const actual = previous?.manifestSha256 ?? "none";
  return [
    { problem: "release.lineage-broken", at: `${STATEMENT} previous`, expected: manifestSha256, actual },
  ];
}
