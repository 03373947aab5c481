import { Failure } from "../model/failure.ts";
import type { TrustedIdentity, TrustRoot } from "../model/trust-root.ts";
import { withMember } from "./trust-draft.ts";

/** A builder's identity vouches for provenances only. */
export type IdentityRole = "release" | "builder";

/**
 * The draft with one more keyless identity. One that releases joins every release stream and the builders, as a key does;
 * nothing else may be signed without a key. Throws Failure "usage" when the id is taken.
 */
export function addIdentity(
  root: TrustRoot,
  identity: TrustedIdentity,
  role: IdentityRole,
  threshold: number | undefined,
): TrustRoot {
  const { id } = identity;
  if (root.identities.some((other) => other.id === id)) {
    throw new Failure("usage", `the draft has an identity ${id} already`, {
      at: "--id",
      hint: "cavra trust remove-key --help",
    });
  }
  const release =
    role === "builder"
      ? root.roles.release
      : root.roles.release.map((stream) => {
          return { ...withMember(stream, id), threshold: threshold ?? Math.max(1, stream.threshold) };
        });
  return {
    ...root,
    identities: [...root.identities, identity],
    builders: root.builders.map((builder) => withMember(builder, id)),
    roles: { ...root.roles, release },
  };
}
