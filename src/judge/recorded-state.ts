import type { LoadedTrustRoot } from "../crypto/trust-root.ts";
import { parseUtcTime } from "../formats/utc-time.ts";
import type { Policy } from "../model/policy.ts";
import type { ReleasePredicate } from "../model/release-statement.ts";
import { streamName, type TrustState } from "../model/trust-state.ts";

/** The record before anything passed: what a pin starts with. */
export function firstState({ root, payloadSha256 }: LoadedTrustRoot): TrustState {
  const { product, version, issued } = root;
  const latestTime = parseUtcTime(issued) ?? 0;
  return { product, rootVersion: version, rootSha256: payloadSha256, latestTime, streams: new Map() };
}

/**
 * The record after a PASS. Times that somebody signed are known to have passed; the system clock is believed too, since
 * all that was in date by it passed, but a time that was typed is not.
 * @param last The newest root of the chain that decided.
 */
export function stateAfter(
  state: TrustState,
  last: LoadedTrustRoot,
  predicate: ReleasePredicate,
  policy: Pick<Policy, "now" | "timeSource">,
): TrustState {
  const { line, channel, releaseCounter: counter, version, manifestSha256 } = predicate;
  const role = last.root.roles.release.find((one) => one.line === line && one.channel === channel);
  const counterEpoch = role?.counterEpoch ?? 0;
  const release = { counterEpoch, counter, version, manifestSha256 };
  const times = [
    state.latestTime,
    parseUtcTime(last.root.issued) ?? 0,
    predicate.sourceDateEpoch,
    ...(policy.timeSource === "clock" ? [policy.now] : []),
  ];
  return {
    product: state.product,
    rootVersion: last.root.version,
    rootSha256: last.payloadSha256,
    latestTime: Math.max(...times),
    streams: new Map(state.streams).set(streamName(predicate), release),
  };
}
