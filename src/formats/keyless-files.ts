import type { TrustedIdentity } from "../model/trust-root.ts";

/** What an identity of a trust root may be called: a part of a file name on every system, and never a key id. */
export const IDENTITY_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The keyless signature over the provenance, whoever of the builder's identities made it. */
export const PROVENANCE_BUNDLE = "provenance.sigstore.json";

const RELEASE_BUNDLE = /^release\.([a-z0-9][a-z0-9-]{0,62})\.sigstore\.json$/;
const SIGSTORE_ROOT = /^sigstore-root\.[0-9a-f]{16}\.json$/;
/** Enough to tell the roots of one set apart; what is read is held against the whole digest. */
const SHORT_DIGITS = 16;

/** The keyless signature of one identity over the release statement (trust-spec section 3). */
export function releaseBundleFile(identityId: string): string {
  return `release.${identityId}.sigstore.json`;
}

/** A Sigstore trusted root beside the signatures that need it, named after its SHA-256. */
export function sigstoreRootFile(sha256: string): string {
  return `sigstore-root.${sha256.slice(0, SHORT_DIGITS)}.json`;
}

/** Of what a signature set holds, the keyless files that no identity of a root has a use for. */
export function strayKeylessFiles(
  names: readonly string[],
  identities: readonly Pick<TrustedIdentity, "id" | "sigstoreRootSha256">[],
): readonly string[] {
  const used = new Set(
    identities.flatMap(({ id, sigstoreRootSha256 }) => [
      releaseBundleFile(id),
      sigstoreRootFile(sigstoreRootSha256),
    ]),
  );
  return names.filter((name) => isKeylessFile(name) && name !== PROVENANCE_BUNDLE && !used.has(name));
}

export function isKeylessFile(name: string): boolean {
  return name === PROVENANCE_BUNDLE || RELEASE_BUNDLE.test(name) || SIGSTORE_ROOT.test(name);
}
