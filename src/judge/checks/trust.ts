import { parseUtcTime } from "../../formats/utc-time.ts";
import { failOr, pass, type Check, type Sighting } from "../../model/check.ts";
import type { Problem } from "../../model/finding.ts";
import type { TrustRoot } from "../../model/trust-root.ts";
import type { TrustStage } from "../stages.ts";

/** A clock that lags by less than this is not called implausible (trust-spec section 5). */
export const CLOCK_TOLERANCE_SECONDS = 300;

export const trustProblems: readonly Problem[] = [
  {
    id: "trust.missing",
    severity: "unknown",
    title: "no trust was given, so nothing can be proven",
    why: "a key that travels with a package proves nothing about who made it; trust comes by another way than the package",
    remedy:
      "Give the trust root that you received separately: --trust FILE, or pin it once: cavra trust pin --help",
  },
  {
    id: "trust.invalid",
    severity: "unknown",
    title: "the trust root cannot be used",
    why: "a trust root that is malformed, senseless or not signed by its own root holders decides nothing",
    remedy: "Look at it with: cavra trust show FILE, and ask for it again from whoever gave it to you",
  },
  {
    id: "trust.expired",
    severity: "unknown",
    title: "the trust root has expired",
    why: "after its end nobody vouches that its keys are still good; a later root may have revoked one",
    remedy: "Ask your vendor for the current trust root, by another way than this medium",
  },
  {
    id: "trust.test-root",
    severity: "unknown",
    title: "the trust root is for tests only",
    why: "anyone can have the keys of a test root; it says nothing about a release that you want to install",
    remedy: "Use the production trust root. For a rehearsal: --allow-test-trust",
  },
  {
    id: "trust.clock-implausible",
    severity: "unknown",
    title: "the clock is earlier than facts that are already known",
    why: "expiry and key periods are judged by the clock; with a wrong clock an expired release looks fresh",
    remedy: "Set the clock, or state the time that you know to be right: --at YYYY-MM-DDThh:mm:ssZ",
  },
];

/** Trust that was given from outside can be used, at this time, for this purpose. */
export const trustUsable: Check<TrustStage> = {
  id: "trust.usable",
  title: "The trust root is valid, in date and meant for this use",
  run({ trust, policy }) {
    if (trust === undefined) {
      return { status: "fail", sightings: [{ problem: "trust.missing", at: "--trust" }] };
    }
    if (!trust.ok) {
      return {
        status: "fail",
        sightings: [{ problem: "trust.invalid", at: trust.at, actual: trust.reason }],
      };
    }
    const root = trust.value;
    return failOr(
      [
        ...expirySightings(root, trust.at, policy.now),
        ...purposeSightings(root, trust.at, policy.allowTestTrust),
      ],
      pass(trust.at, `root ${root.version} for ${root.product}, valid until ${root.expires}`),
    );
  },
};

function expirySightings(root: TrustRoot, at: string, now: number): readonly Sighting[] {
  const issued = parseUtcTime(root.issued);
  const expires = parseUtcTime(root.expires);
  if (issued === undefined || expires === undefined) return [{ problem: "trust.invalid", at }];
  if (now > expires) return [{ problem: "trust.expired", at, expected: `before ${root.expires}` }];
  return now < issued - CLOCK_TOLERANCE_SECONDS
    ? [{ problem: "trust.clock-implausible", at, expected: `not before ${root.issued}` }]
    : [];
}

function purposeSightings(root: TrustRoot, at: string, allowTestTrust: boolean): readonly Sighting[] {
  return root.purpose === "test" && !allowTestTrust
    ? [{ problem: "trust.test-root", at, expected: "purpose production", actual: "purpose test" }]
    : [];
}

export const trustChecks: readonly Check<TrustStage>[] = [trustUsable];
