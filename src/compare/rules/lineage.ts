import { formatUtcTime } from "../../formats/utc-time.ts";
import { MANIFEST_FILE } from "../../model/layers.ts";
import { compareVersions, parseVersion } from "../../model/version.ts";
import type { LineageDiff } from "../release-diff.ts";
import {
  type Condition,
  differing,
  isSame,
  over,
  type RuleEvidence,
  sameLine,
  type UpgradeRule,
} from "../rule.ts";

/** A larger step is explained by many unshipped builds, or by a counter that somebody pushed ahead. */
const LARGEST_ORDINARY_COUNTER_STEP = 100;

const identityChanged: UpgradeRule = {
  id: "version.identity-changed",
  severity: "error",
  needs: null,
  waivable: "two",
  title: "the candidate calls itself another product",
  why: "a release of something else, however well signed, is no upgrade of what is installed",
  remedy: "Compare releases of one product. If it was renamed on purpose, have the rename waived",
  example: { was: "product acme-agent", now: "product acme-agent-pro" },
  ...over(["identity"], ({ identity }) =>
    (["product", "component", "package"] as const).flatMap((member) =>
      differing(member, `${MANIFEST_FILE}: ${member}`, identity[member]),
    ),
  ),
};

const lineCrossed: UpgradeRule = {
  id: "version.release-line-crossed",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "the candidate belongs to another release line",
  why: "counter, lineage, signers and toolchain run per line and were not compared",
  remedy: "Compare with the last release of the same line as well",
  example: { was: "line main", now: "line lts-1" },
  ...over(["identity"], ({ identity }) => differing("line", `${MANIFEST_FILE}: line`, identity.line)),
};

const counterRegressed: UpgradeRule = {
  id: "version.counter-regressed",
  severity: "error",
  needs: null,
  waivable: "never",
  title: "the release counter did not rise",
  why: "installed verifiers refuse a release whose counter is not above the one they have seen: they take it for a rollback",
  remedy: "Build the candidate with: cavra release build --previous PACKAGE",
  example: { was: "counter 12", now: "counter 12" },
  ...over(
    ["lineage"],
    ({ lineage: { releaseCounter: counter, manifestSha256 } }) =>
      counter.now <= counter.was && !isSame(manifestSha256)
        ? [
            {
              subject: "releaseCounter",
              at: `${MANIFEST_FILE}: release_counter`,
              expected: `above ${counter.was}`,
              actual: String(counter.now),
            },
          ]
        : [],
    sameLine,
  ),
};

const counterJump: UpgradeRule = {
  id: "version.counter-jump",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "the release counter jumped",
  why: "a counter pushed far ahead locks out every honest release that follows (fast-forward attack)",
  remedy: "Find out which releases stand between the two",
  example: { was: "counter 12", now: "counter 900" },
  ...over(
    ["lineage"],
    ({ lineage: { releaseCounter: counter } }) =>
      counter.now > counter.was + LARGEST_ORDINARY_COUNTER_STEP
        ? [
            {
              subject: "releaseCounter",
              at: `${MANIFEST_FILE}: release_counter`,
              expected: `at most ${counter.was + LARGEST_ORDINARY_COUNTER_STEP}`,
              actual: String(counter.now),
            },
          ]
        : [],
    sameLine,
  ),
};

const lineageBroken: UpgradeRule = {
  id: "version.lineage-broken",
  severity: "error",
  needs: null,
  waivable: "two",
  title: "the candidate does not descend from the earlier release",
  why: "it was made from another history: fixes of the earlier release may be missing, or one of the two is not genuine",
  remedy:
    "Compare with the release that the candidate names as its previous one, or build it on top of this one",
  example: { was: "1.4.1", now: "1.5.0, whose previous release is 1.4.0" },
  ...over(
    ["lineage"],
    ({ lineage }) => (relation(lineage) === "broken" ? [lineageEvidence(lineage)] : []),
    sameLine,
  ),
};

const releasesSkipped: UpgradeRule = {
  id: "version.releases-skipped",
  severity: "note",
  needs: null,
  waivable: "never",
  title: "releases between the two were skipped",
  why: "what changed in them is part of this step; their notes belong to it too",
  remedy: "Read the notes of the releases in between",
  example: { was: "1.4.0", now: "1.6.0, whose previous release is 1.5.0" },
  ...over(
    ["lineage"],
    ({ lineage }) => (relation(lineage) === "skipped" ? [lineageEvidence(lineage)] : []),
    sameLine,
  ),
};

const lineageMissing: UpgradeRule = {
  id: "version.lineage-missing",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "the candidate does not say which release came before it",
  why: "without the link nobody can tell that no release was slipped in or left out between the two",
  remedy: "Build the candidate with: cavra release build --previous PACKAGE",
  example: { was: "1.4.0", now: "1.5.0 without a previous release" },
  ...over(
    ["lineage"],
    ({ lineage: { declared, actual } }) =>
      declared === null
        ? [
            {
              subject: "previous",
              at: `${MANIFEST_FILE}: previous`,
              expected: actual.version,
              actual: "none",
            },
          ]
        : [],
    sameLine,
  ),
};

type Relation = "direct" | "skipped" | "broken" | "unknown";

/** An operator may well skip releases; then the declared one is newer than the installed one and the counter shows the gap. */
function relation({ declared, actual, releaseCounter, manifestSha256 }: LineageDiff): Relation {
  if (declared === null || isSame(manifestSha256)) return "unknown";
  if (declared.manifestSha256 === actual.manifestSha256) return "direct";
  const between = parseVersion(declared.version);
  const installed = parseVersion(actual.version);
  if (between === undefined || installed === undefined) return "broken";
  const gap = releaseCounter.now - releaseCounter.was > 1;
  return gap && compareVersions(between, installed) > 0 ? "skipped" : "broken";
}

function lineageEvidence({ declared, actual }: LineageDiff): RuleEvidence {
  return {
    subject: "previous",
    at: `${MANIFEST_FILE}: previous`,
    expected: `${actual.version}, manifest ${actual.manifestSha256}`,
    actual: declared === null ? "none" : `${declared.version}, manifest ${declared.manifestSha256}`,
  };
}

const timeRegressed: UpgradeRule = {
  id: "version.time-regressed",
  severity: "error",
  needs: null,
  waivable: "one",
  title: "the candidate's source is older than that of the earlier release",
  why: "a newer version of older source hides a rollback, or the time of the build was set by hand",
  remedy: "Check the commit that was built and SOURCE_DATE_EPOCH",
  example: { was: "source of 2026-05-04", now: "source of 2026-03-01" },
  ...over(
    ["lineage"],
    ({ lineage: { sourceDateEpoch: epoch } }) =>
      epoch.now < epoch.was
        ? [
            {
              subject: "sourceDateEpoch",
              at: `${MANIFEST_FILE}: source_date_epoch`,
              expected: `not before ${formatUtcTime(epoch.was)}`,
              actual: formatUtcTime(epoch.now),
            },
          ]
        : [],
    sameLine,
  ),
};

const sameCommit: UpgradeRule = {
  id: "version.same-commit",
  severity: "warning",
  needs: null,
  waivable: "one",
  title: "both versions were built from one commit",
  why: "either nothing changed, or what changed is not in the source",
  remedy: "If it is a re-spin, say so in the release notes; otherwise build the right commit",
  example: { was: "1.4.0 of 3f1c09...", now: "1.4.1 of 3f1c09..." },
  ...over(["source", "version"], ({ source, version }, pair) =>
    source.was.commit === source.now.commit && version.from !== version.to && !isPromotion(pair)
      ? [
          {
            subject: "commit",
            at: `${MANIFEST_FILE}: commit`,
            expected: "another commit",
            actual: source.now.commit,
          },
        ]
      : [],
  ),
};

/** dev to rc to stable of one version: the candidate is meant to be the same source. */
export const isPromotion = ({ diff: { version, identity } }: Parameters<Condition>[0]): boolean =>
  version.ok && identity.ok && version.value.bump === "prerelease" && !isSame(identity.value.channel);

export const lineageRules: readonly UpgradeRule[] = [
  identityChanged,
  lineCrossed,
  counterRegressed,
  counterJump,
  lineageBroken,
  releasesSkipped,
  lineageMissing,
  timeRegressed,
  sameCommit,
];
