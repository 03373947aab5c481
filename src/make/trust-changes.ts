import { formatUtcTime, SECONDS_PER_DAY } from "../formats/utc-time.ts";
import { Failure } from "../model/failure.ts";
import type { ReleaseRole, ThresholdRole, TrustRoot } from "../model/trust-root.ts";
import { compareVersions, parseVersion } from "../model/version.ts";
import type { RoleName } from "./trust-draft.ts";

/** The draft of the version after a signed root: the same, dated anew. */
export function nextVersion(root: TrustRoot, issued: number, validDays: number): TrustRoot {
  return {
    ...root,
    version: root.version + 1,
    issued: formatUtcTime(issued),
    expires: formatUtcTime(issued + validDays * SECONDS_PER_DAY),
  };
}

/** The draft without a key or identity, in every role. Thresholds stay; whether they can be met is judged at signing. */
export function removeMember(root: TrustRoot, memberId: string): TrustRoot {
  demandMember(root, memberId);
  const without = <R extends { readonly members: readonly string[] }>(role: R): R => ({
    ...role,
    members: role.members.filter((member) => member !== memberId),
  });
  const { roles } = root;
  return {
    ...root,
    keys: root.keys.filter(({ keyId }) => keyId !== memberId),
    identities: root.identities.filter(({ id }) => id !== memberId),
    builders: root.builders.map(without),
    roles: {
      root: without(roles.root),
      waiver: without(roles.waiver),
      rebuild: without(roles.rebuild),
      release: roles.release.map(without),
    },
  };
}

/** The draft in which a member's signatures count no more, whenever they were made. It stays listed, so that it is named. */
export function revokeMember(root: TrustRoot, memberId: string): TrustRoot {
  demandMember(root, memberId);
  return withRevoked(root, "members", memberId);
}

/** The draft in which one release is withdrawn, whoever signed it. */
export function revokeManifest(root: TrustRoot, manifestSha256: string): TrustRoot {
  return withRevoked(root, "manifests", manifestSha256);
}

function withRevoked(root: TrustRoot, list: keyof TrustRoot["revoked"], id: string): TrustRoot {
  const listed = root.revoked[list];
  return listed.includes(id) ? root : { ...root, revoked: { ...root.revoked, [list]: [...listed, id] } };
}

/** The draft in which the root holders vouch for one release in place of its signers. */
export function endorse(root: TrustRoot, version: string, statementSha256: string): TrustRoot {
  const others = root.endorsed.filter((entry) => entry.statementSha256 !== statementSha256);
  return { ...root, endorsed: [...others, { version, statementSha256 }] };
}

export interface StreamChange {
  readonly line: string | undefined;
  readonly channel: string | undefined;
}

/** The draft with another number of holders that must agree; of releases in every stream, or in those that are named. */
export function setThreshold(
  root: TrustRoot,
  name: RoleName,
  threshold: number,
  { line, channel }: StreamChange,
): TrustRoot {
  const change = <R extends ThresholdRole>(role: R): R => ({ ...role, threshold });
  if (name !== "release") return { ...root, roles: { ...root.roles, [name]: change(root.roles[name]) } };
  return changeStreams(root, { line, channel }, change);
}

/** The draft in which a change is made to every release stream, or to those that are named. */
function changeStreams(
  root: TrustRoot,
  { line, channel }: StreamChange,
  change: (role: ReleaseRole) => ReleaseRole,
): TrustRoot {
  const isMeant = (role: ReleaseRole): boolean =>
    (line === undefined || role.line === line) && (channel === undefined || role.channel === channel);
  if (!root.roles.release.some(isMeant))
    throw new Failure("usage", "no release stream of the draft is meant", { hint: "cavra trust show DRAFT" });
  const release = root.roles.release.map((role) => (isMeant(role) ? change(role) : role));
  return { ...root, roles: { ...root.roles, release } };
}

/** What the oldest release of a stream may be from now on. */
export interface Minimum {
  readonly version: string | undefined;
  readonly counter: number | undefined;
  /** The stream counts anew from `counter`, whatever a verifier remembers of it (trust-spec section 5). */
  readonly newEpoch: boolean;
}

/** The draft with other floors for releases. They only rise: a floor that sinks would let an old release back in. */
export function setMinimum(root: TrustRoot, minimum: Minimum, streams: StreamChange): TrustRoot {
  return changeStreams(root, streams, (role) => withMinimum(role, minimum));
}

function withMinimum(role: ReleaseRole, { version, counter, newEpoch }: Minimum): ReleaseRole {
  const minimumVersion = version ?? role.minimumVersion;
  const [floor, wanted] = [parseVersion(role.minimumVersion), parseVersion(minimumVersion)];
  if (wanted === undefined)
    throw new Failure("usage", "this is no strict SemVer version", {
      at: "--version",
      found: minimumVersion,
    });
  if (floor !== undefined && compareVersions(wanted, floor) < 0)
    throw sinking(role, "--version", role.minimumVersion, minimumVersion);
  const minimumCounter = counter ?? role.minimumCounter;
  const least = role.minimumCounter + (newEpoch ? 1 : 0);
  if (minimumCounter < least) throw sinking(role, "--counter", String(least), String(minimumCounter));
  return { ...role, minimumVersion, minimumCounter, counterEpoch: role.counterEpoch + (newEpoch ? 1 : 0) };
}

function sinking({ line, channel }: ReleaseRole, at: string, expected: string, found: string): Failure {
  return new Failure("usage", `the floor of ${line}/${channel} only rises`, {
    at,
    expected: `${expected} or above`,
    found,
  });
}

function demandMember(root: TrustRoot, memberId: string): void {
  const isListed =
    root.keys.some(({ keyId }) => keyId === memberId) || root.identities.some(({ id }) => id === memberId);
  if (isListed) return;
  throw new Failure("usage", "the draft lists no such key or identity", {
    expected: root.keys.map(({ keyId, holder }) => `${keyId} (${holder})`).join(", "),
    found: memberId,
    hint: "give the key id at full length: cavra trust show DRAFT",
  });
}
