import type { PublicKey } from "../crypto/keys.ts";
import { encodeBase64 } from "../formats/base64.ts";
import { formatUtcTime, parseUtcTime, SECONDS_PER_DAY } from "../formats/utc-time.ts";
import { Failure } from "../model/failure.ts";
import {
  LOWEST_VERSION,
  TRUST_ROOT_SCHEMA,
  type ReleaseRole,
  type ThresholdRole,
  type TrustRoot,
  type TrustRoles,
} from "../model/trust-root.ts";

const KEYS_OUTLIVE_DAYS = 365;

export interface DraftOptions {
  readonly product: string;
  readonly purpose: "test" | "production";
  readonly line: string;
  readonly channels: readonly ("stable" | "rc" | "dev")[];
  readonly builderId: string;
  /** Seconds since 1970, UTC. */
  readonly issued: number;
  readonly validDays: number;
}

/** A trust root without keys, thresholds of 1, to be filled by `addKey` and then signed. */
export function draftTrustRoot(options: DraftOptions): TrustRoot {
  const nobody: ThresholdRole = { members: [], threshold: 0 };
  return {
    schema: TRUST_ROOT_SCHEMA,
    product: options.product,
    purpose: options.purpose,
    version: 1,
    issued: formatUtcTime(options.issued),
    expires: formatUtcTime(options.issued + options.validDays * SECONDS_PER_DAY),
    keys: [],
    identities: [],
    roles: {
      root: { members: [], threshold: 1 },
      waiver: nobody,
      rebuild: nobody,
      release: options.channels.map((channel) => firstStream(options.line, channel)),
    },
    builders: [{ id: options.builderId, members: [], maxBuildLevel: 1 }],
    revoked: { members: [], manifests: [] },
    endorsed: [],
  };
}

/** The lowest version there is: every version that a first release could have is at or above it. */
function firstStream(line: string, channel: string): ReleaseRole {
  const minimums = { minimumVersion: LOWEST_VERSION, minimumCounter: 1, counterEpoch: 0 };
  return { line, channel, members: [], threshold: 1, ...minimums };
}

/**
 * Keys outlive their root: with an expired root the verdict is then UNKNOWN, "get the current root", instead of FAIL,
 * "the key was valid until", about a release that nobody doubts.
 */
function keyEnd(root: TrustRoot): string {
  return formatUtcTime((parseUtcTime(root.expires) ?? 0) + KEYS_OUTLIVE_DAYS * SECONDS_PER_DAY);
}

export type RoleName = "root" | "release" | "waiver" | "rebuild";

/**
 * The draft with one more key in a role. A release key joins every release stream and the builders, so that a first
 * cut passes. Throws Failure "usage" when the key is there already under another holder.
 */
export function addKey(
  root: TrustRoot,
  key: PublicKey,
  holder: string,
  role: RoleName,
  threshold: number | undefined,
): TrustRoot {
  const known = root.keys.find(({ keyId }) => keyId === key.keyId);
  if (known !== undefined && known.holder !== holder) {
    throw new Failure("usage", `this key already belongs to ${known.holder}`, {
      expected: known.holder,
      found: holder,
      hint: "one key, one person: cavra keys generate FILE",
    });
  }
  const entry = {
    keyId: key.keyId,
    algorithm: key.algorithm,
    publicKey: encodeBase64(key.spki),
    holder,
    notBefore: root.issued,
    notAfter: keyEnd(root),
  };
  const keys = known === undefined ? [...root.keys, entry] : root.keys;
  const builders =
    role === "release" ? root.builders.map((builder) => withMember(builder, key.keyId)) : root.builders;
  return { ...root, keys, builders, roles: withRoleMember(root.roles, role, key.keyId, threshold) };
}

function withRoleMember(
  roles: TrustRoles,
  name: RoleName,
  keyId: string,
  threshold: number | undefined,
): TrustRoles {
  const extend = <R extends ThresholdRole>(role: R): R => ({
    ...withMember(role, keyId),
    threshold: threshold ?? Math.max(1, role.threshold),
  });
  if (name === "release") return { ...roles, release: roles.release.map(extend) };
  return { ...roles, [name]: extend(roles[name]) };
}

/** The role with one more member. */
export function withMember<R extends { readonly members: readonly string[] }>(role: R, keyId: string): R {
  return role.members.includes(keyId) ? role : { ...role, members: [...role.members, keyId] };
}
