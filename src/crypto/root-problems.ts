import { decodeBase64 } from "../formats/base64.ts";
import { parseUtcTime } from "../formats/utc-time.ts";
import type { ThresholdRole, TrustedKey, TrustRoot } from "../model/trust-root.ts";
import { isPrimeOrderKey, rawPublicKey } from "./ed25519.ts";
import { keyIdOf, publicKeyOf } from "./keys.ts";

/** What a root can be accused of, where it has a finding of its own (`trust.<defect>`). */
export type RootDefect =
  | "key-repeated"
  | "weak-key"
  | "holder-lookalike"
  | "threshold-zero"
  | "threshold-above-holders"
  | "holder-counts-once"
  | "root-key-elsewhere"
  | "duties-not-separated"
  | "invalid";

export interface RootProblem {
  readonly defect: RootDefect;
  /** Lower case, no final stop. */
  readonly reason: string;
}

/** Everything that makes a well-formed root senseless or dangerous (trust-spec section 4); empty for a good one. */
export function trustRootProblems(root: TrustRoot): readonly RootProblem[] {
  const roles = namedRoles(root);
  return [
    ...repetitions(root),
    ...lookalikes(root),
    ...root.keys.flatMap(keyProblems),
    ...roles.flatMap(({ name, role }) => roleProblems(root, name, role)),
    ...root.builders.flatMap(({ id, members }) => unknownMembers(root, `builder ${id}`, members)),
    ...rootKeyProblems(root),
    ...separationProblems(root),
    ...keylessProblems(root),
    ...periodProblems("root", root.issued, root.expires),
  ];
}

function problem(defect: RootDefect, reason: string): RootProblem {
  return { defect, reason };
}

/** A key under two ids, or an id under two keys, would let one signature count twice. */
function repetitions(root: TrustRoot): readonly RootProblem[] {
  const { keys, identities, builders, roles, revoked, endorsed } = root;
  const memberIds = [...keys.map(({ keyId }) => keyId), ...identities.map(({ id }) => id)];
  const streams = roles.release.map(({ line, channel }) => `${line}/${channel}`);
  const publicKeys = keys.map(({ publicKey }) => publicKey);
  return [
    ...duplicates("public key", publicKeys).map((reason) => problem("key-repeated", reason)),
    ...duplicates("key or identity", memberIds).map((reason) => problem("key-repeated", reason)),
    ...[
      ...duplicates(
        "builder",
        builders.map(({ id }) => id),
      ),
      ...duplicates("release stream", streams),
      ...duplicates("revoked member", revoked.members),
      ...duplicates("revoked manifest", revoked.manifests),
      ...duplicates(
        "endorsed statement",
        endorsed.map(({ statementSha256 }) => statementSha256),
      ),
    ].map((reason) => problem("invalid", reason)),
  ];
}

/** `Ada` and `ada ` would be two holders for a machine and one for the people who count them. */
function lookalikes({ keys, identities }: TrustRoot): readonly RootProblem[] {
  const holders = [...new Set([...keys, ...identities].map(({ holder }) => holder))];
  const twins = holders.filter((holder, index) =>
    holders.slice(0, index).some((other) => plainName(other) === plainName(holder)),
  );
  const blank = holders.filter((holder) => holder.trim() !== holder);
  return [
    ...twins.map((holder) => `holder ${holder} differs from another only in blanks or case`),
    ...blank.map((holder) => `holder ${JSON.stringify(holder)} begins or ends with a blank`),
  ].map((reason) => problem("holder-lookalike", reason));
}

function plainName(holder: string): string {
  return holder.toLowerCase().replaceAll(/[^a-z0-9]+/g, "");
}

function namedRoles(root: TrustRoot): readonly { readonly name: string; readonly role: ThresholdRole }[] {
  const streams = root.roles.release.map((role) => ({ name: `release ${role.line}/${role.channel}`, role }));
  const { waiver, rebuild } = root.roles;
  return [
    { name: "root", role: root.roles.root },
    ...streams,
    ...(unused(waiver) ? [] : [{ name: "waiver", role: waiver }]),
    ...(unused(rebuild) ? [] : [{ name: "rebuild", role: rebuild }]),
  ];
}

/** A role that nobody holds yet is written with no members and threshold 0; nothing can ever meet it. */
function unused(role: ThresholdRole): boolean {
  return role.members.length === 0 && role.threshold === 0;
}

function keyProblems(key: TrustedKey): readonly RootProblem[] {
  const spki = decodeBase64(key.publicKey);
  if (spki === undefined) return [problem("invalid", `key ${key.keyId} has a public key that is not base64`)];
  if (keyIdOf(spki) !== key.keyId) {
    const reason = `key ${key.keyId} is not the key id of its public key (${keyIdOf(spki)})`;
    return [problem("invalid", reason)];
  }
  const period = periodProblems(`key ${key.keyId}`, key.notBefore, key.notAfter);
  const publicKey = publicKeyOf(spki);
  if ("reason" in publicKey) {
    const raw = rawPublicKey(spki);
    const isWeak = raw !== undefined && !isPrimeOrderKey(raw);
    return [problem(isWeak ? "weak-key" : "invalid", `key ${key.keyId} ${publicKey.reason}`)];
  }
  if (publicKey.algorithm !== key.algorithm)
    return [problem("invalid", `key ${key.keyId} is called ${key.algorithm} and is ${publicKey.algorithm}`)];
  return period;
}

function periodProblems(what: string, from: string, until: string): readonly RootProblem[] {
  const start = parseUtcTime(from);
  const end = parseUtcTime(until);
  const isPeriod = start !== undefined && end !== undefined && start < end;
  return isPeriod ? [] : [problem("invalid", `${what} ends before it begins`)];
}

function roleProblems(root: TrustRoot, name: string, role: ThresholdRole): readonly RootProblem[] {
  const unknown = unknownMembers(root, `role ${name}`, role.members);
  const { threshold, members } = role;
  const holders = new Set(members.map((member) => holderOf(root, member)));
  if (threshold < 1)
    return [...unknown, problem("threshold-zero", `role ${name} has threshold ${threshold}; the least is 1`)];
  if (threshold <= holders.size) return unknown;
  const defect = threshold <= members.length ? "holder-counts-once" : "threshold-above-holders";
  const needed = threshold === 1 ? "1 holder" : `${threshold} holders`;
  const reason = `role ${name} needs ${needed} and its members have ${holders.size}`;
  return [...unknown, problem(defect, reason)];
}

function holderOf(root: TrustRoot, member: string): string | undefined {
  return (root.keys.find(({ keyId }) => keyId === member) ?? root.identities.find(({ id }) => id === member))
    ?.holder;
}

function unknownMembers(root: TrustRoot, what: string, members: readonly string[]): readonly RootProblem[] {
  const unknown = members.filter((member) => holderOf(root, member) === undefined);
  return [
    ...duplicates(`member of ${what}`, members).map((reason) => problem("key-repeated", reason)),
    ...unknown.map((member) => problem("invalid", `${what} names ${member}, which the root does not list`)),
  ];
}

function rootKeyProblems(root: TrustRoot): readonly RootProblem[] {
  const elsewhere = new Set([
    ...root.roles.release.flatMap(({ members }) => members),
    ...root.roles.waiver.members,
    ...root.roles.rebuild.members,
    ...root.builders.flatMap(({ members }) => members),
  ]);
  return root.roles.root.members
    .filter((member) => elsewhere.has(member))
    .map((member) => problem("root-key-elsewhere", `root key ${member} also has another role`));
}

/** Nobody waives or rebuilds what they release (trust-spec section 4). */
function separationProblems(root: TrustRoot): readonly RootProblem[] {
  const releasers = new Set(
    root.roles.release.flatMap(({ members }) => members.map((member) => holderOf(root, member))),
  );
  const others = [...new Set([...root.roles.waiver.members, ...root.roles.rebuild.members])];
  return others
    .filter((member) => releasers.has(holderOf(root, member)))
    .map((member) =>
      problem(
        "duties-not-separated",
        `${member} has the waiver or rebuild role and its holder also signs releases`,
      ),
    );
}

/** Roots, waivers and rebuild statements are signed with keys: nobody could ever count there without one. */
function keylessProblems({
  identities,
  roles: { root, waiver, rebuild },
}: TrustRoot): readonly RootProblem[] {
  const keyed = { root, waiver, rebuild };
  return Object.entries(keyed).flatMap(([name, { members }]) =>
    identities
      .filter(({ id }) => members.includes(id))
      .map(({ id }) => problem("invalid", `role ${name} names ${id}, which has no key to sign with`)),
  );
}

function duplicates(what: string, values: readonly string[]): readonly string[] {
  return values
    .filter((value, index) => values.indexOf(value) !== index)
    .map((value) => `${what} ${value} is listed twice`);
}
