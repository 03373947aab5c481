import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import type { ReleasePredicate } from "../../model/release-statement.ts";
import type { ReleaseRole } from "../../model/trust-root.ts";
import { streamName, type RecordedRelease, type RollbackRecord } from "../../model/trust-state.ts";
import { compareVersions, parseVersion } from "../../model/version.ts";
import type { SignatureStage } from "../stages.ts";

/** A larger step would let one bad release lock every later one out (trust-spec section 5). */
const MAX_COUNTER_STEP = 1000;
const STATEMENT = "release.dsse.json";

/** A release that is known to be good, and the problem of being older than it. */
interface KnownRelease {
  readonly version: string;
  readonly counter: number;
  readonly manifestSha256: string;
  readonly problem: "release.older-than-previous" | "release.older-than-recorded";
  readonly source: string;
}

/** Nothing older than the floor of the trust root, than `--min-version` and than what is known to have passed. */
export const releaseRollback: Check<SignatureStage> = {
  id: "release.rollback",
  title: "The release is not older than what is already known",
  needs: ["release.statement"],
  run({ statement, trust, policy, record }) {
    if (!statement.ok) return skip(statement.reason);
    const { predicate } = statement.value;
    const role = trust.roles.release.find(
      ({ line, channel }) => line === predicate.line && channel === predicate.channel,
    );
    const { previous } = policy;
    const named =
      previous === undefined
        ? []
        : knownSightings(predicate, {
            ...previous,
            counter: previous.releaseCounter,
            problem: "release.older-than-previous",
            source: "--previous",
          });
    return failOr(
      [
        ...(role === undefined ? [] : rootFloor(predicate, role)),
        ...older("release.below-minimum", predicate.version, policy.minimumVersion, "--min-version"),
        ...named,
        ...(named.length > 0 ? [] : recordSightings(predicate, role, record)),
      ],
      pass(STATEMENT, `version ${predicate.version}, counter ${predicate.releaseCounter}`),
    );
  },
};

function rootFloor(predicate: ReleasePredicate, role: ReleaseRole): readonly Sighting[] {
  const { releaseCounter, version } = predicate;
  const isBelow = releaseCounter < role.minimumCounter;
  return [
    ...older("release.below-minimum", version, role.minimumVersion, "trust root minimumVersion"),
    ...(isBelow
      ? [counterSighting("release.below-minimum", `at least ${role.minimumCounter}`, releaseCounter)]
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

/** What was accepted here before, in this channel and in the others of the line, whose counter is one. */
function recordSightings(
  predicate: ReleasePredicate,
  role: ReleaseRole | undefined,
  record: RollbackRecord,
): readonly Sighting[] {
  if (record.kind !== "kept") return [];
  const own = streamName(predicate);
  const line = streamName({ ...predicate, channel: "" });
  const epoch = role?.counterEpoch ?? 0;
  return [...record.state.streams].flatMap(([stream, known]) => {
    if (!stream.startsWith(line) || stream.slice(line.length).includes("/")) return [];
    if (epoch > known.counterEpoch) return stream === own ? restartSightings(predicate, role) : [];
    return stream === own ? knownSightings(predicate, recorded(known)) : siblingSightings(predicate, known);
  });
}

function recorded({ counter, version, manifestSha256 }: RecordedRelease): KnownRelease {
  const source = "accepted here before";
  return { counter, version, manifestSha256, problem: "release.older-than-recorded", source };
}

/** A new epoch begins at the minimum that the root holders set, which is above every honest counter so far. */
function restartSightings(
  { releaseCounter }: ReleasePredicate,
  role: ReleaseRole | undefined,
): readonly Sighting[] {
  const most = (role?.minimumCounter ?? 0) + MAX_COUNTER_STEP;
  return releaseCounter > most ? [jumpSighting(most, releaseCounter)] : [];
}

/** Another channel may be ahead or behind; but no two releases of a line share a counter, and each names the one before. */
function siblingSightings(predicate: ReleasePredicate, known: RecordedRelease): readonly Sighting[] {
  if (predicate.releaseCounter === known.counter) return equivocation(predicate, known.manifestSha256);
  return lineageSightings(predicate, recorded(known));
}

function knownSightings(predicate: ReleasePredicate, known: KnownRelease): readonly Sighting[] {
  const { releaseCounter: counter, version } = predicate;
  if (counter === known.counter) return equivocation(predicate, known.manifestSha256);
  const versions = older(known.problem, version, known.version, known.source);
  if (counter < known.counter)
    return [...versions, counterSighting(known.problem, `more than ${known.counter}`, counter)];
  const most = known.counter + MAX_COUNTER_STEP;
  return [
    ...versions,
    ...(counter > most ? [jumpSighting(most, counter)] : lineageSightings(predicate, known)),
  ];
}

function jumpSighting(most: number, counter: number): Sighting {
  return counterSighting("release.counter-jump", `at most ${most}`, counter);
}

/** One counter, two manifests; the same release once more is none. */
function equivocation({ manifestSha256 }: ReleasePredicate, known: string): readonly Sighting[] {
  if (manifestSha256 === known) return [];
  const at = `${STATEMENT} manifestSha256`;
  return [{ problem: "release.equivocation", at, expected: known, actual: manifestSha256 }];
}

function lineageSightings(
  { releaseCounter, previous }: ReleasePredicate,
  known: KnownRelease,
): readonly Sighting[] {
  const { counter, manifestSha256: expected } = known;
  if (releaseCounter !== counter + 1 || previous?.manifestSha256 === expected) return [];
  const actual = previous?.manifestSha256 ?? "none";
  return [{ problem: "release.lineage-broken", at: `${STATEMENT} previous`, expected, actual }];
}
