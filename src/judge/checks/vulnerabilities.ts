import { formatUtcTime, SECONDS_PER_DAY } from "../../formats/utc-time.ts";
import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import type {
  VulnerabilityDatabase,
  VulnerabilityMatch,
  VulnerabilityReach,
} from "../../model/vulnerability.ts";
import type { PackageStage } from "../stages.ts";
import { matchRelease, scannedBinaries } from "../vulnerabilities/match-release.ts";

export const vulnerabilitiesProblems: readonly Problem[] = [
  {
    id: "vulnerabilities.function-linked",
    severity: "warning",
    title: "a program holds a function with a known vulnerability",
    why: "whether it can be reached depends on how the program uses it; it may be",
    remedy: "Read the advisory, and ask the maker for a release with the fixed version",
  },
  {
    id: "vulnerabilities.package-linked",
    severity: "warning",
    title: "a program holds a package with a known vulnerability, but none of the functions that are named",
    why: "a function that was merged into its callers is not always in the table",
    remedy: "Read the advisory; suggested VEX status: under_investigation",
  },
  {
    id: "vulnerabilities.reach-unknown",
    severity: "warning",
    title: "a program links a version with a known vulnerability, and its functions cannot be listed",
    why: "nothing can be said about whether the code in question is in it",
    remedy: "Read the advisory; suggested VEX status: under_investigation",
  },
  {
    id: "vulnerabilities.code-absent",
    severity: "note",
    title: "a program links a version with a known vulnerability, but not the package in question",
    why: "scanners that look at versions alone will report it",
    remedy: "Suggested VEX: not_affected, vulnerable_code_not_present",
  },
  {
    id: "vulnerabilities.version-unordered",
    severity: "warning",
    title: "a program links a module in a version that no list of vulnerabilities can know",
    why: "a development tree may or may not hold the fix",
    remedy: "Ask the maker for a release that is built from released versions",
  },
  {
    id: "vulnerabilities.database-empty",
    severity: "unknown",
    title: "the vulnerability database holds no record",
    why: "nothing was looked up",
    remedy: "Give the folder of the records: --osv DIR",
  },
  {
    id: "vulnerabilities.database-undated",
    severity: "unknown",
    title: "the vulnerability database does not say when it was taken",
    why: "an old snapshot does not know what was found since",
    remedy: "Say when you fetched it: --osv-updated YYYY-MM-DDThh:mm:ssZ",
  },
  {
    id: "vulnerabilities.database-stale",
    severity: "unknown",
    title: "the vulnerability database is too old",
    why: "what was found since is not in it",
    remedy: "Bring a newer snapshot, or accept its age: --osv-max-age DAYS",
  },
  {
    id: "vulnerabilities.database-from-future",
    severity: "unknown",
    title: "the vulnerability database was taken after the time of this verification",
    why: "the clock is wrong, or the date of the snapshot",
    remedy: "Set the clock, or correct --osv-updated",
  },
  {
    id: "vulnerabilities.record-unreadable",
    severity: "unknown",
    title: "a record of the vulnerability database cannot be read",
    why: "what it describes cannot be ruled out",
    remedy: "Fetch the snapshot again",
  },
];

const PROBLEM_OF: Readonly<Record<VulnerabilityReach, string>> = {
  symbol: "vulnerabilities.function-linked",
  package: "vulnerabilities.package-linked",
  unknown: "vulnerabilities.reach-unknown",
  absent: "vulnerabilities.code-absent",
};

const known: Check<PackageStage> = {
  id: "vulnerabilities.known",
  title: "No program links code with a known vulnerability, by a fresh database",
  needs: ["manifest.readable"],
  run({ release, policy: { now, vulnerabilities } }) {
    if (vulnerabilities === undefined) return skip("no vulnerability database was given (--osv DIR)");
    const { database, maxAgeDays } = vulnerabilities;
    const { manifest } = release.documents;
    if (!manifest.ok) return skip("the manifest cannot be read");
    const programs = scannedBinaries(release);
    if (programs.length === 0) return skip("no program of this release says which modules it links");
    return failOr(
      [
        ...databaseSightings(database, now, maxAgeDays),
        ...matchRelease(release, database).map(matchSighting),
      ],
      pass(database.path, `${programs.length} programs, ${database.vulnerabilities.length} records`),
    );
  },
};

function databaseSightings(
  { path, updatedEpochSeconds: updated, vulnerabilities, unreadable }: VulnerabilityDatabase,
  now: number,
  maxAgeDays: number,
): readonly Sighting[] {
  return [
    ...(vulnerabilities.length === 0
      ? [{ problem: "vulnerabilities.database-empty", at: path, expected: "records", actual: "none" }]
      : []),
    ...ageSightings(path, updated, now, maxAgeDays),
    ...unreadable.map(({ at, reason }) => ({
      problem: "vulnerabilities.record-unreadable",
      at,
      actual: reason,
    })),
  ];
}

function ageSightings(
  at: string,
  updated: number | null,
  now: number,
  maxAgeDays: number,
): readonly Sighting[] {
  if (updated === null) {
    return [{ problem: "vulnerabilities.database-undated", at, expected: "a date", actual: "none" }];
  }
  const days = (now - updated) / SECONDS_PER_DAY;
  const actual = formatUtcTime(updated);
  if (days < -1) {
    const expected = `at most ${formatUtcTime(now)}`;
    return [{ problem: "vulnerabilities.database-from-future", at, expected, actual }];
  }
  if (days <= maxAgeDays) return [];
  const expected = `at most ${maxAgeDays} days old`;
  return [
    {
      problem: "vulnerabilities.database-stale",
      at,
      expected,
      actual: `${actual}, ${Math.floor(days)} days`,
    },
  ];
}

function matchSighting(match: VulnerabilityMatch): Sighting {
  const { id, aliases, summary, binary, module, version, fixed, symbols, packages, isVersionKnown } = match;
  const names = [id, ...aliases.filter((alias) => alias.startsWith("CVE-"))].join(", ");
  const where = symbols.length > 0 ? symbols : packages;
  return {
    problem: isVersionKnown ? PROBLEM_OF[match.reach] : "vulnerabilities.version-unordered",
    at: `${binary}: ${names}`,
    expected:
      fixed === null ? `${module} without it; no fixed version is known` : `${module} ${fixed} or later`,
    actual: `${module} ${version}: ${summary}${where.length === 0 ? "" : ` (${where.slice(0, 5).join(", ")})`}`,
  };
}

export const vulnerabilitiesChecks: readonly Check<PackageStage>[] = [known];
