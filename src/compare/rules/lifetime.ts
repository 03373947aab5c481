import { MANIFEST_FILE } from "../../model/layers.ts";
import { differing, over, type RuleEvidence, type UpgradeRule } from "../rule.ts";

const expired: UpgradeRule = {
  id: "version.expired",
  severity: "error",
  needs: null,
  waivable: "two",
  title: "the candidate has expired",
  why: "its maker no longer stands behind it; there should be a later release",
  remedy: "Get the current release, or issue this one again",
  example: { was: "expires 2027-01-01", now: "expired yesterday" },
  ...over(["lineage"], ({ lineage: { expires } }, { now }) =>
    expires.now !== null && expires.now < now
      ? [
          {
            subject: "expires",
            at: `${MANIFEST_FILE}: expires`,
            expected: `at least ${now}`,
            actual: String(expires.now),
          },
        ]
      : [],
  ),
};

const expiryShortened: UpgradeRule = {
  id: "version.expiry-shortened",
  severity: "warning",
  needs: null,
  waivable: "two",
  title: "the candidate lives less than half as long as the earlier release",
  why: "offline sites plan their updates by this time and find themselves without a valid release",
  remedy: "Check expiresAfterDays in the release config",
  example: { was: "expires after 365 days", now: "expires after 30 days" },
  ...over(["lineage"], ({ lineage: { expires, sourceDateEpoch } }) => {
    if (expires.was === null || expires.now === null) return [];
    const lifetime = { was: expires.was - sourceDateEpoch.was, now: expires.now - sourceDateEpoch.now };
    return lifetime.now * 2 < lifetime.was ? lifetimeEvidence(lifetime) : [];
  }),
};

function lifetimeEvidence(lifetimeSeconds: { was: number; now: number }): readonly RuleEvidence[] {
  return differing("expires", `${MANIFEST_FILE}: expires`, {
    was: days(lifetimeSeconds.was),
    now: days(lifetimeSeconds.now),
  });
}

function days(seconds: number): string {
  return `${Math.floor(seconds / 86_400)} days`;
}

const expiryDropped: UpgradeRule = {
  id: "version.expiry-dropped",
  severity: "warning",
  needs: null,
  waivable: "two",
  title: "the candidate no longer expires",
  why: "without an end, a site that is cut off from updates never learns that it is behind",
  remedy: "Restore expiresAfterDays in the release config",
  example: { was: "expires after 365 days", now: "never expires" },
  ...over(["lineage"], ({ lineage: { expires } }) =>
    expires.was !== null && expires.now === null
      ? differing("expires", `${MANIFEST_FILE}: expires`, expires)
      : [],
  ),
};

export const lifetimeRules: readonly UpgradeRule[] = [expired, expiryShortened, expiryDropped];
