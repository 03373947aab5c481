/** What a machine remembers of a product beside its pin (trust-spec section 5), schema `cavra.trust-state/1`. */
export interface TrustState {
  readonly product: string;
  /** The newest root that was accepted, and SHA-256 of its payload. */
  readonly rootVersion: number;
  readonly rootSha256: string;
  /** The latest time that is known to have passed; seconds since 1970, UTC. */
  readonly latestTime: number;
  /** By `product/package/line/channel`. */
  readonly streams: ReadonlyMap<string, RecordedRelease>;
}

/** The newest release of a stream that passed. */
export interface RecordedRelease {
  readonly counterEpoch: number;
  readonly counter: number;
  readonly version: string;
  readonly manifestSha256: string;
}

/** What a verification has to go by. */
export type RollbackRecord =
  | { readonly kind: "kept"; readonly at: string; readonly state: TrustState }
  | { readonly kind: "missing"; readonly at: string }
  | { readonly kind: "damaged"; readonly at: string; readonly reason: string }
  /** Nothing is remembered, on purpose; `isRequired`: though somebody demands that it be. */
  | { readonly kind: "none"; readonly reason: string; readonly isRequired: boolean };

/** Of commands that only look, and of makers. */
export const NO_RECORD: RollbackRecord = {
  kind: "none",
  reason: "this command keeps no record of releases",
  isRequired: false,
};

/** Names neither of product, package nor channel hold a slash, so no two streams share a name. */
export function streamName(of: {
  readonly product: string;
  readonly package: string;
  readonly line: string;
  readonly channel: string;
}): string {
  return `${of.product}/${of.package}/${of.line}/${of.channel}`;
}
