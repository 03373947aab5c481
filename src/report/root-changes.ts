import type { Endorsement, ReleaseRole, ThresholdRole, TrustRoot } from "../model/trust-root.ts";
import { line, span, type Line } from "./span.ts";

/** What is different in the next version of a root, in words: what somebody reads before signing it. */
export function rootChanges(before: TrustRoot, after: TrustRoot): readonly string[] {
  return [
    ...plain("purpose", before.purpose, after.purpose),
    ...plain("valid until", before.expires, after.expires),
    ...keyChanges(before, after),
    ...identityChanges(before, after),
    ...roleChanges("root", [before, before.roles.root], [after, after.roles.root]),
    ...streamChanges(before, after),
    ...roleChanges("waiver", [before, before.roles.waiver], [after, after.roles.waiver]),
    ...roleChanges("rebuild", [before, before.roles.rebuild], [after, after.roles.rebuild]),
    ...builderChanges(before, after),
    ...revocations(before, after),
    ...endorsements(before, after),
  ];
}

/** The changes as lines; says so when there is none. */
export function rootChangeLines(before: TrustRoot, after: TrustRoot): readonly Line[] {
  const changes = rootChanges(before, after);
  const title = `root ${before.version} to root ${after.version} of ${after.product} changes`;
  if (changes.length === 0) return [line([span(title, "strong"), " nothing but its date"])];
  return [line([span(`${title}:`, "strong")]), ...changes.map((words) => line([`- ${words}`], 2, 4))];
}

function plain(what: string, before: string | number, after: string | number): readonly string[] {
  return before === after ? [] : [`${what}: ${before} becomes ${after}`];
}

function keyChanges(before: TrustRoot, after: TrustRoot): readonly string[] {
  const added = after.keys.filter(({ keyId }) => !before.keys.some((key) => key.keyId === keyId));
  const removed = before.keys.filter(({ keyId }) => !after.keys.some((key) => key.keyId === keyId));
  const changed = after.keys.filter((key) => {
    const earlier = before.keys.find(({ keyId }) => keyId === key.keyId);
    return earlier !== undefined && JSON.stringify(earlier) !== JSON.stringify(key);
  });
  return [
    ...added.map(({ holder, algorithm, keyId }) => `new key of ${holder} (${algorithm}): ${keyId}`),
    ...removed.map(({ holder, algorithm, keyId }) => `key of ${holder} (${algorithm}) is gone: ${keyId}`),
    ...changed.map(
      ({ holder, keyId, notBefore, notAfter }) =>
        `key ${keyId} is now of ${holder}, valid ${notBefore} to ${notAfter}`,
    ),
  ];
}

function identityTexts({ identities }: TrustRoot): readonly string[] {
  return identities.map((identity) => JSON.stringify(identity));
}

function identityChanges(before: TrustRoot, after: TrustRoot): readonly string[] {
  const [was, now] = [identityTexts(before), identityTexts(after)];
  return [
    ...now.filter((text) => !was.includes(text)).map((text) => `new or changed identity: ${text}`),
    ...was.filter((text) => !now.includes(text)).map((text) => `identity is gone or changed: ${text}`),
  ];
}

type RoleOf = readonly [root: TrustRoot, role: ThresholdRole];

function roleChanges(what: string, [was, before]: RoleOf, [now, after]: RoleOf): readonly string[] {
  const added = after.members.filter((member) => !before.members.includes(member));
  const removed = before.members.filter((member) => !after.members.includes(member));
  return [
    ...added.map((member) => `${what}: ${nameOf(now, member)} may sign`),
    ...removed.map((member) => `${what}: ${nameOf(was, member)} may not sign any more`),
    ...plain(`${what}: holders that must agree`, before.threshold, after.threshold),
  ];
}

function streamOf({ line: releaseLine, channel }: ReleaseRole): string {
  return `release ${releaseLine}/${channel}`;
}

function streamChanges(before: TrustRoot, after: TrustRoot): readonly string[] {
  const gone = before.roles.release.filter(
    (role) => !after.roles.release.some((one) => streamOf(one) === streamOf(role)),
  );
  const changed = after.roles.release.flatMap((role) => {
    const earlier = before.roles.release.find((one) => streamOf(one) === streamOf(role));
    if (earlier === undefined)
      return [`${streamOf(role)} is new: ${role.threshold} of ${role.members.length} members`];
    return [
      ...roleChanges(streamOf(role), [before, earlier], [after, role]),
      ...plain(`${streamOf(role)}: oldest version`, earlier.minimumVersion, role.minimumVersion),
      ...plain(`${streamOf(role)}: lowest counter`, earlier.minimumCounter, role.minimumCounter),
      ...plain(`${streamOf(role)}: counter epoch`, earlier.counterEpoch, role.counterEpoch),
    ];
  });
  return [...changed, ...gone.map((role) => `${streamOf(role)} is gone`)];
}

/** A builder's signature is one of its members'. */
function anyOneOf(members: readonly string[]): ThresholdRole {
  return { members, threshold: 1 };
}

function builderChanges(before: TrustRoot, after: TrustRoot): readonly string[] {
  const gone = before.builders.filter(({ id }) => !after.builders.some((one) => one.id === id));
  const changed = after.builders.flatMap(({ id, members, maxBuildLevel }) => {
    const earlier = before.builders.find((one) => one.id === id);
    const was = anyOneOf(earlier?.members ?? []);
    return [
      ...(earlier === undefined ? [`new builder ${id}`] : []),
      ...roleChanges(`builder ${id}`, [before, was], [after, anyOneOf(members)]),
      ...plain(`builder ${id}: highest build level`, earlier?.maxBuildLevel ?? 0, maxBuildLevel),
    ];
  });
  return [...changed, ...gone.map(({ id }) => `builder ${id} is gone`)];
}

function revocations(before: TrustRoot, after: TrustRoot): readonly string[] {
  const { members, manifests } = after.revoked;
  const restored = [
    ...before.revoked.members.filter((id) => !members.includes(id)),
    ...before.revoked.manifests.filter((id) => !manifests.includes(id)),
  ];
  return [
    ...members
      .filter((id) => !before.revoked.members.includes(id))
      .map((id) => `revoked: ${nameOf(after, id)}`),
    ...manifests
      .filter((id) => !before.revoked.manifests.includes(id))
      .map((id) => `revoked: the release with manifest ${id}`),
    ...restored.map((id) => `NOT REVOKED ANY MORE: ${nameOf(after, id)}`),
  ];
}

function endorsementText({ version, statementSha256 }: Endorsement): string {
  return `version ${version}, statement ${statementSha256}`;
}

function endorsements(before: TrustRoot, after: TrustRoot): readonly string[] {
  const [was, now] = [before.endorsed.map(endorsementText), after.endorsed.map(endorsementText)];
  return [
    ...now.filter((one) => !was.includes(one)).map((one) => `endorsed: ${one}`),
    ...was.filter((one) => !now.includes(one)).map((one) => `not endorsed any more: ${one}`),
  ];
}

function nameOf(root: TrustRoot, member: string): string {
  const holder = root.keys.find(({ keyId }) => keyId === member)?.holder;
  return holder === undefined ? member : `${holder} (${member})`;
}
