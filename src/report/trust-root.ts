import {
  LOWEST_VERSION,
  type ReleaseRole,
  type ThresholdRole,
  type TrustedIdentity,
  type TrustRoot,
} from "../model/trust-root.ts";
import { fingerprintRows } from "./fingerprint.ts";
import { line, row, span, type Line } from "./span.ts";

/** What is known of a root beside its text; null for a draft. */
export interface SignedRootFacts {
  readonly source: string;
  readonly payloadSha256: string;
  readonly pinned: boolean;
}

/** A trust root for people: who holds which key, who must agree on what. */
export function trustRootLines(root: TrustRoot, facts: SignedRootFacts | null): readonly Line[] {
  const { roles, keys } = root;
  return [
    line([
      span(root.product, "strong"),
      ` trust root ${root.version}, purpose ${root.purpose}`,
      facts === null ? ", not signed yet" : "",
    ]),
    ...(facts === null ? [] : factRows(facts)),
    row("valid", `${root.issued} to ${root.expires}`),
    ...keys.map(({ holder, keyId, algorithm }, index) =>
      row(index === 0 ? "keys" : "", `${holder} (${algorithm}) ${keyId}`),
    ),
    ...root.identities.map((identity, index) => row(index === 0 ? "keyless" : "", identityWords(identity))),
    row("root", roleWords(root, roles.root)),
    ...roles.release.map((role) =>
      row("release", `${role.line}/${role.channel}: ${roleWords(root, role)}, ${floorWords(role)}`),
    ),
    row("waiver", roleWords(root, roles.waiver)),
    row("rebuild", roleWords(root, roles.rebuild)),
    ...root.builders.map(({ id, members, maxBuildLevel }) =>
      row("builder", `${id}, at most SLSA build level ${maxBuildLevel}: ${holders(root, members)}`),
    ),
    ...(root.revoked.members.length + root.revoked.manifests.length === 0
      ? []
      : [row("revoked", [...root.revoked.members, ...root.revoked.manifests].join(", "))]),
  ];
}

function factRows({ source, payloadSha256 }: SignedRootFacts): readonly Line[] {
  return [row("from", source), row("pin", payloadSha256), ...fingerprintRows(payloadSha256)];
}

/** The draft's floors let everything through. */
function floorWords({ minimumVersion, minimumCounter }: ReleaseRole): string {
  return minimumVersion === LOWEST_VERSION && minimumCounter === 1
    ? "any version"
    : `version ${minimumVersion} and counter ${minimumCounter} or later`;
}

function identityWords(identity: TrustedIdentity): string {
  const { id, holder, san, issuer, sourceRepositoryId, sigstoreRootSha256 } = identity;
  const repository = sourceRepositoryId === "" ? "no repository" : `repository ${sourceRepositoryId}`;
  const needs = [
    ...(identity.requireTlog ? ["log entry"] : []),
    ...(identity.requireTimestamp ? ["timestamp"] : []),
  ];
  const proofs = needs.length === 0 ? "any proven time" : needs.join(" and ");
  return `${holder} (${id}): ${san}, vouched for by ${issuer}, ${repository}, with ${proofs}, under the Sigstore root ${sigstoreRootSha256}`;
}

function roleWords(root: TrustRoot, { members, threshold }: ThresholdRole): string {
  return members.length === 0 ? "nobody" : `${threshold} of ${holders(root, members)}`;
}

function holders(root: TrustRoot, members: readonly string[]): string {
  const names = members.map(
    (member) =>
      root.keys.find(({ keyId }) => keyId === member)?.holder ??
      root.identities.find(({ id }) => id === member)?.holder ??
      member,
  );
  return [...new Set(names)].join(", ") || "nobody";
}
