import { decodeBase64 } from "../formats/base64.ts";
import { parseEnvelope } from "../formats/dsse.ts";
import { parseTrustRoot } from "../formats/trust-root.ts";
import { parseUtcTime } from "../formats/utc-time.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { TRUST_ROOT_PAYLOAD_TYPE } from "../model/release-statement.ts";
import type { ThresholdRole, TrustedKey, TrustRoot } from "../model/trust-root.ts";
import { sha256Hex } from "./digest.ts";
import { keyIdOf, publicKeyOf } from "./keys.ts";
import { judgeThreshold } from "./threshold.ts";

/** A trust root whose own root threshold is met. */
export interface LoadedTrustRoot {
  readonly root: TrustRoot;
  /** SHA-256 of the payload: the pin. */
  readonly payloadSha256: string;
}

/**
 * Loads a trust root envelope (trust-spec section 4): strict, key ids recomputed, keys in the prime-order subgroup,
 * thresholds within the number of holders, root keys in no other role, own root threshold met over the raw payload.
 */
export function loadTrustRoot(at: string, bytes: Uint8Array, now: number): Parsed<LoadedTrustRoot> {
  const envelope = parseEnvelope(at, bytes);
  if (!envelope.ok) return envelope;
  if (envelope.value.payloadType !== TRUST_ROOT_PAYLOAD_TYPE)
    return broken(at, "is not an envelope of a trust root");
  const root = parseTrustRoot(at, envelope.value.payload);
  if (!root.ok) return root;
  const [problem] = trustRootProblems(root.value);
  if (problem !== undefined) return broken(at, problem);
  const threshold = judgeThreshold(
    root.value,
    root.value.roles.root,
    envelope.value,
    withinPeriod(root.value, now),
  );
  const [disputed] = threshold.disputed;
  if (disputed !== undefined)
    return broken(at, `has a signature of ${disputed} that only one of two implementations accepts`);
  if (!threshold.met) {
    return broken(
      at,
      `is signed by ${threshold.holders.length} of ${threshold.needed} root holders that it needs`,
    );
  }
  return parsed(at, { root: root.value, payloadSha256: sha256Hex(envelope.value.payload) });
}

/** Expiry and an implausible clock are findings of their own; they must not read as "the root is badly signed". */
function withinPeriod(root: TrustRoot, now: number): number {
  const issued = parseUtcTime(root.issued) ?? now;
  const expires = parseUtcTime(root.expires) ?? now;
  return Math.min(Math.max(now, issued), expires);
}

/** Everything that makes a well-formed root senseless or dangerous; empty for a good one. */
export function trustRootProblems(root: TrustRoot): readonly string[] {
  const roles = namedRoles(root);
  return [
    ...duplicates(
      "key",
      root.keys.map(({ keyId }) => keyId),
    ),
    ...duplicates(
      "public key",
      root.keys.map(({ publicKey }) => publicKey),
    ),
    ...duplicates(
      "identity",
      root.identities.map(({ id }) => id),
    ),
    ...duplicates(
      "builder",
      root.builders.map(({ id }) => id),
    ),
    ...duplicates(
      "release stream",
      root.roles.release.map(({ line, channel }) => `${line}/${channel}`),
    ),
    ...root.keys.flatMap(keyProblems),
    ...roles.flatMap(({ name, role }) => roleProblems(root, name, role)),
    ...root.builders.flatMap(({ id, members }) => unknownMembers(root, `builder ${id}`, members)),
    ...rootKeyProblems(root),
    ...separationProblems(root),
    ...periodProblems("root", root.issued, root.expires),
  ];
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

function keyProblems(key: TrustedKey): readonly string[] {
  const spki = decodeBase64(key.publicKey);
  if (spki === undefined) return [`key ${key.keyId} has a public key that is not base64`];
  if (keyIdOf(spki) !== key.keyId)
    return [`key ${key.keyId} is not the key id of its public key (${keyIdOf(spki)})`];
  const period = periodProblems(`key ${key.keyId}`, key.notBefore, key.notAfter);
  const publicKey = publicKeyOf(spki);
  if ("reason" in publicKey) return [`key ${key.keyId} ${publicKey.reason}`];
  if (publicKey.algorithm !== key.algorithm)
    return [`key ${key.keyId} is called ${key.algorithm} and is ${publicKey.algorithm}`];
  return period;
}

function periodProblems(what: string, from: string, until: string): readonly string[] {
  const start = parseUtcTime(from);
  const end = parseUtcTime(until);
  return start === undefined || end === undefined || start >= end ? [`${what} ends before it begins`] : [];
}

function roleProblems(root: TrustRoot, name: string, role: ThresholdRole): readonly string[] {
  const unknown = unknownMembers(root, `role ${name}`, role.members);
  const holders = new Set(role.members.map((member) => holderOf(root, member)));
  if (role.threshold < 1) return [...unknown, `role ${name} has threshold ${role.threshold}; the least is 1`];
  if (role.threshold <= holders.size) return unknown;
  const needed = role.threshold === 1 ? "1 holder" : `${role.threshold} holders`;
  return [...unknown, `role ${name} needs ${needed} and its members have ${holders.size}`];
}

function holderOf(root: TrustRoot, member: string): string | undefined {
  return (root.keys.find(({ keyId }) => keyId === member) ?? root.identities.find(({ id }) => id === member))
    ?.holder;
}

function unknownMembers(root: TrustRoot, what: string, members: readonly string[]): readonly string[] {
  const unknown = members.filter((member) => holderOf(root, member) === undefined);
  return [
    ...duplicates(`member of ${what}`, members),
    ...unknown.map((member) => `${what} names ${member}, which the root does not list`),
  ];
}

function rootKeyProblems(root: TrustRoot): readonly string[] {
  const elsewhere = new Set([
    ...root.roles.release.flatMap(({ members }) => members),
    ...root.roles.waiver.members,
    ...root.roles.rebuild.members,
    ...root.builders.flatMap(({ members }) => members),
  ]);
  return root.roles.root.members
    .filter((member) => elsewhere.has(member))
    .map((member) => `root key ${member} also has another role`);
}

/** Nobody waives or rebuilds what they release (trust-spec section 4). */
function separationProblems(root: TrustRoot): readonly string[] {
  const releasers = new Set(
    root.roles.release.flatMap(({ members }) => members.map((member) => holderOf(root, member))),
  );
  const others = [...new Set([...root.roles.waiver.members, ...root.roles.rebuild.members])];
  return others
    .filter((member) => releasers.has(holderOf(root, member)))
    .map((member) => `${member} has the waiver or rebuild role and its holder also signs releases`);
}

function duplicates(what: string, values: readonly string[]): readonly string[] {
  return values
    .filter((value, index) => values.indexOf(value) !== index)
    .map((value) => `${what} ${value} is listed twice`);
}
