import { withDocument, withManifest, withRelease } from "../../support/alter-release.ts";
import {
  inBoth,
  inCandidate,
  manifestOf,
  minorUpgrade,
  patchUpgrade,
  type Upgrade,
  upgradeFrom,
} from "../../support/upgrade-pair.ts";
import type { RuleCase } from "./rule-case.ts";

const DAY_SECONDS = 86_400;

const withCounter = (releaseCounter: number): Upgrade =>
  inCandidate(minorUpgrade(), (stage) => withManifest(stage, { releaseCounter }));

const withPrevious = (version: string, counterStep: number): Upgrade =>
  inCandidate(upgradeFrom("1.2.3", "1.6.0"), (stage) =>
    withManifest(stage, {
      releaseCounter: 7 + counterStep,
      previous: { version, manifestSha256: "f".repeat(64) },
    }),
  );

const expires = (stage: Upgrade["previous"]["stage"], days: number | null) =>
  withManifest(stage, {
    expires: days === null ? null : manifestOf(stage).sourceDateEpoch + days * DAY_SECONDS,
  });

const withExpiry = (previousDays: number | null, candidateDays: number | null): Upgrade => {
  const upgrade = minorUpgrade();
  const { previous, candidate } = upgrade;
  return {
    ...upgrade,
    previous: { ...previous, stage: expires(previous.stage, previousDays) },
    candidate: { ...candidate, stage: expires(candidate.stage, candidateDays) },
  };
};

const sameCommit = (from: string, to: string): Upgrade => {
  const upgrade = upgradeFrom(from, to);
  const { commit } = manifestOf(upgrade.previous.stage).source;
  return inCandidate(upgrade, (stage) =>
    withManifest(stage, { source: { ...manifestOf(stage).source, commit } }),
  );
};

export const versionCases: readonly RuleCase[] = [
  {
    rule: "version.reused",
    how: "the same version with another manifest",
    trip: () =>
      inCandidate(upgradeFrom("1.2.3", "1.2.3"), (stage) =>
        withRelease(stage, { manifestSha256: "9".repeat(64) }),
      ),
    quietWhen: "the same release is compared with itself",
    nearMiss: () => upgradeFrom("1.2.3", "1.2.3"),
  },
  {
    rule: "version.unparseable",
    how: "a version with v",
    trip: () => upgradeFrom("1.2.3", "v1.3.0"),
    quietWhen: "a pre-release with build metadata",
    nearMiss: () => upgradeFrom("1.2.3", "1.3.0-rc.1+build.7"),
  },
  {
    rule: "version.not-newer",
    how: "an older version",
    trip: () => upgradeFrom("1.3.0", "1.2.9"),
    quietWhen: "rc.10 after rc.9",
    nearMiss: () => upgradeFrom("1.3.0-rc.9", "1.3.0-rc.10"),
  },
  {
    rule: "version.only-build-metadata-differs",
    how: "1.2.3+1 to 1.2.3+2",
    trip: () => upgradeFrom("1.2.3+1", "1.2.3+2"),
    quietWhen: "the patch number rises as well",
    nearMiss: () => upgradeFrom("1.2.3+1", "1.2.4+1"),
  },
  {
    rule: "version.prerelease-order-trap",
    how: "rc9 to rc10",
    trip: () => upgradeFrom("2.0.0-rc9", "2.0.0-rc10"),
    besides: ["version.not-newer"],
    quietWhen: "rc1 to rc2",
    nearMiss: () => upgradeFrom("2.0.0-rc1", "2.0.0-rc2"),
  },
  {
    rule: "version.prerelease-order-trap",
    how: "RC.1 to alpha.9, which SemVer calls newer",
    trip: () => upgradeFrom("2.0.0-RC.1", "2.0.0-alpha.9"),
    quietWhen: "alpha.9 to beta.1",
    nearMiss: () => upgradeFrom("2.0.0-alpha.9", "2.0.0-beta.1"),
  },
  {
    rule: "version.numeric-id-unsafe",
    how: "a number of 2^53",
    trip: () => upgradeFrom("1.2.3", "1.3.0-9007199254740992"),
    quietWhen: "a number of 2^53-1, and a longer one in the build metadata",
    nearMiss: () => upgradeFrom("1.2.3", "1.3.0-9007199254740991+90071992547409919"),
  },
  {
    rule: "version.channel-mismatch",
    how: "a release candidate in stable",
    trip: () =>
      inCandidate(upgradeFrom("1.2.3", "1.3.0-rc.1"), (stage) => withManifest(stage, { channel: "stable" })),
    quietWhen: "a release candidate in rc",
    nearMiss: () => upgradeFrom("1.2.3", "1.3.0-rc.1"),
  },
  {
    rule: "version.disagrees",
    how: "installers of the earlier version",
    trip: () =>
      inCandidate(minorUpgrade(), (stage) => withDocument(stage, "installers", () => ({ version: "1.2.3" }))),
    quietWhen: "a document that is broken says no version",
    nearMiss: () =>
      inCandidate(minorUpgrade(), (stage) =>
        withRelease(stage, {
          documents: {
            ...stage.release.documents,
            installers: { ok: false, at: "installers", reason: "is missing" },
          },
        }),
      ),
  },
  {
    rule: "version.bump-too-small",
    how: "a target goes in a patch",
    trip: () =>
      inCandidate(patchUpgrade(), (stage) =>
        withManifest(stage, { targets: ["darwin/arm64", "linux/amd64"] }),
      ),
    besides: ["files.target-removed"],
    quietWhen: "the target goes in a minor bump of 0.x",
    nearMiss: () =>
      inCandidate(upgradeFrom("0.2.3", "0.3.0"), (stage) =>
        withManifest(stage, { targets: ["darwin/arm64", "linux/amd64"] }),
      ),
  },
  {
    rule: "version.identity-changed",
    how: "another product",
    trip: () => inCandidate(minorUpgrade(), (stage) => withManifest(stage, { product: "acme-agent-pro" })),
    quietWhen: "another maker built it",
    nearMiss: () => inCandidate(minorUpgrade(), (stage) => withManifest(stage, { tool: "cavra 0.2.0" })),
  },
  {
    rule: "version.release-line-crossed",
    how: "another line",
    trip: () => inCandidate(minorUpgrade(), (stage) => withManifest(stage, { line: "lts-1" })),
    quietWhen: "the same line with a name of its own",
    nearMiss: () => inBoth(minorUpgrade(), (stage) => withManifest(stage, { line: "lts-1" })),
  },
  {
    rule: "version.counter-regressed",
    how: "the counter stands still",
    trip: () => withCounter(7),
    quietWhen: "the counter rises by one",
    nearMiss: () => withCounter(8),
  },
  {
    rule: "version.counter-jump",
    how: "the counter rises by 101",
    trip: () => withCounter(108),
    quietWhen: "the counter rises by 100",
    nearMiss: () => withCounter(107),
  },
  {
    rule: "version.lineage-broken",
    how: "the next counter with another previous release",
    trip: () => withPrevious("1.5.0", 1),
    quietWhen: "releases in between, and the counter shows them",
    nearMiss: () => withPrevious("1.5.0", 3),
  },
  {
    rule: "version.lineage-broken",
    how: "made from a release before the earlier one",
    trip: () => withPrevious("1.2.2", 3),
    quietWhen: "the true predecessor",
    nearMiss: minorUpgrade,
  },
  {
    rule: "version.lineage-broken",
    how: "a previous release of the same version with another digest",
    trip: () => withPrevious("1.2.3", 3),
    quietWhen: "another line, where lineage is not comparable",
    nearMiss: () => inCandidate(withPrevious("1.2.3", 3), (stage) => withManifest(stage, { line: "lts-1" })),
  },
  {
    rule: "version.releases-skipped",
    how: "a previous release between the two",
    trip: () => withPrevious("1.5.0", 3),
    quietWhen: "the true predecessor",
    nearMiss: minorUpgrade,
  },
  {
    rule: "version.lineage-missing",
    how: "no previous release",
    trip: () => inCandidate(minorUpgrade(), (stage) => withManifest(stage, { previous: null })),
    quietWhen: "the true predecessor",
    nearMiss: minorUpgrade,
  },
  {
    rule: "version.time-regressed",
    how: "source of a second before",
    trip: () =>
      inCandidate(minorUpgrade(), (stage) => withManifest(stage, { sourceDateEpoch: 1_767_225_599 })),
    quietWhen: "source of the same second",
    nearMiss: () =>
      inCandidate(minorUpgrade(), (stage) => withManifest(stage, { sourceDateEpoch: 1_767_225_600 })),
  },
  {
    rule: "version.same-commit",
    how: "a patch of the same commit",
    trip: () => sameCommit("1.2.3", "1.2.4"),
    quietWhen: "a release candidate is promoted",
    nearMiss: () => sameCommit("1.3.0-rc.2", "1.3.0"),
  },
  {
    rule: "version.expired",
    how: "expired a day ago",
    trip: () => withExpiry(28, 28),
    quietWhen: "expires in a year",
    nearMiss: () => withExpiry(365, 365),
  },
  {
    rule: "version.expiry-shortened",
    how: "a year before, a third of it now",
    trip: () => withExpiry(365, 120),
    quietWhen: "half of it now",
    nearMiss: () => withExpiry(364, 182),
  },
  {
    rule: "version.expiry-dropped",
    how: "a year before, none now",
    trip: () => withExpiry(365, null),
    quietWhen: "none before, a year now",
    nearMiss: () => withExpiry(null, 365),
  },
];
