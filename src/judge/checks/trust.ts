import type { LoadedTrustRoot } from "../../crypto/trust-root.ts";
import { formatUtcTime, parseUtcTime } from "../../formats/utc-time.ts";
import { failOr, pass, skip, type Check, type Sighting } from "../../model/check.ts";
import type { Policy } from "../../model/policy.ts";
import type { RollbackRecord } from "../../model/trust-state.ts";
import type { TrustRoot } from "../../model/trust-root.ts";
import type { TrustStage } from "../stages.ts";
import { trustProblemOf } from "./trust-problems.ts";

/** A clock that lags by less than this is not called implausible (trust-spec section 5). */
export const CLOCK_TOLERANCE_SECONDS = 300;

/** Trust that was given from outside can be used, at this time, for this purpose. */
export const trustUsable: Check<TrustStage> = {
  id: "trust.usable",
  title: "The trust root is valid, in date and meant for this use",
  run({ trust, chain, policy }) {
    if (trust === undefined) {
      return { status: "fail", sightings: [{ problem: "trust.missing", at: "--trust" }] };
    }
    if (!trust.ok) {
      const sighting = { problem: trustProblemOf(trust.defect), at: trust.at, actual: trust.reason };
      return { status: "fail", sightings: [sighting] };
    }
    const { root } = chain?.last ?? trust.value;
    const at = chain?.steps.at(-1)?.file ?? trust.at;
    return failOr(
      [...expirySightings(root, at, policy.now), ...purposeSightings(root, at, policy.allowTestTrust)],
      pass(at, `root ${root.version} for ${root.product}, valid until ${root.expires}`),
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

/** Later roots beside the package are followed one by one, and only with the signatures of those before (section 4). */
const trustChain: Check<TrustStage> = {
  id: "trust.chain",
  title: "Every later trust root beside the package follows from the one that was given",
  run({ trust, chain }) {
    if (chain === undefined || trust?.ok !== true)
      return skip("there is no usable trust root to follow from");
    const { problem, steps, last } = chain;
    const first = trust.value.root.version;
    const made = steps.length === 0 ? "no later root" : `root ${first} to root ${last.root.version}`;
    return failOr(
      problem === undefined
        ? []
        : [{ problem: `trust.${problem.defect}`, at: problem.at, actual: problem.reason }],
      pass(steps.at(-1)?.file ?? trust.at, made),
    );
  },
};

/** What this machine remembers is there, whole, and not ahead of the root and the clock (section 5). */
const trustRecord: Check<TrustStage> = {
  id: "trust.record",
  title: "What was accepted on this machine before is known",
  run({ record, chain, policy }) {
    if (chain === undefined) return skip("there is no usable trust root");
    switch (record.kind) {
      case "none":
        return record.isRequired
          ? failOr(
              [{ problem: "trust.record-required", at: "--require-state", actual: record.reason }],
              skip(""),
            )
          : skip(`${record.reason}: the floors of the trust root, --min-version and --previous stand in`);
      case "missing":
        return failOr([{ problem: "trust.record-missing", at: record.at }], skip(""));
      case "damaged":
        return failOr([{ problem: "trust.record-damaged", at: record.at, actual: record.reason }], skip(""));
      case "kept":
        return failOr(
          [...rootSightings(chain.last, record), ...clockSightings(policy, record.state.latestTime)],
          pass(record.at, `${record.state.streams.size} streams, root ${record.state.rootVersion}`),
        );
    }
  },
};

function rootSightings(
  { root, payloadSha256 }: LoadedTrustRoot,
  { at, state }: RollbackRecord & { readonly kind: "kept" },
): readonly Sighting[] {
  const { rootVersion, rootSha256 } = state;
  if (root.version < rootVersion) {
    const expected = `root ${rootVersion} or later`;
    return [{ problem: "trust.root-behind-record", at, expected, actual: `root ${root.version}` }];
  }
  return root.version === rootVersion && payloadSha256 !== rootSha256
    ? [{ problem: "trust.root-equivocation", at, expected: rootSha256, actual: payloadSha256 }]
    : [];
}

function clockSightings({ now, timeSource }: Policy, latestTime: number): readonly Sighting[] {
  if (now >= latestTime - CLOCK_TOLERANCE_SECONDS) return [];
  const at = timeSource === "at" ? "--at" : "system clock";
  return [{ problem: "trust.clock-implausible", at, expected: `not before ${formatUtcTime(latestTime)}` }];
}

/** Steps 1 and 2 of trust-spec section 6, in order. */
export const trustChecks: readonly Check<TrustStage>[] = [trustUsable, trustChain, trustRecord];
