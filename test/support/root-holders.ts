import { generateKeyPair, type PrivateKey } from "../../src/crypto/keys.ts";
import { loadTrustRoot, type LoadedTrustRoot } from "../../src/crypto/trust-root.ts";
import { writeTrustRoot } from "../../src/formats/trust-root.ts";
import { preAuthenticationEncoding, writeEnvelope } from "../../src/formats/dsse.ts";
import { signMessage } from "../../src/crypto/signature.ts";
import { addKey } from "../../src/make/trust-draft.ts";
import { TRUST_ROOT_PAYLOAD_TYPE } from "../../src/model/release-statement.ts";
import type { TrustRoot } from "../../src/model/trust-root.ts";
import { TEST_NOW, testTrustRoot } from "./trust.ts";

/** A key that exists only in this run. */
export function freshKey(): PrivateKey {
  return generateKeyPair("ed25519");
}

/** Three people who keep a root, two of whom must agree. */
export const ROOT_HOLDERS = { ruth: freshKey(), rolf: freshKey(), rita: freshKey() } as const;

/** Root 1 of the three holders; `change` alters it before anybody signs. */
export function heldRoot(change: (root: TrustRoot) => TrustRoot = (root) => root): TrustRoot {
  const plain = testTrustRoot((root) => ({ ...root, roles: { ...root.roles, root: NOBODY } }));
  const releasers = new Set(plain.roles.release.flatMap(({ members }) => members));
  const root: TrustRoot = { ...plain, keys: plain.keys.filter(({ keyId }) => releasers.has(keyId)) };
  return change(
    Object.entries(ROOT_HOLDERS).reduce<TrustRoot>(
      (held, [holder, key]) => addKey(held, key.publicKey, holder, "root", holder === "ruth" ? 1 : 2),
      root,
    ),
  );
}

const NOBODY = { members: [], threshold: 0 };

/** The root that follows another. */
export function nextRoot(
  root: TrustRoot,
  change: (next: TrustRoot) => TrustRoot = (next) => next,
): TrustRoot {
  return change({ ...root, version: root.version + 1 });
}

/** The envelope of a root, signed by some keys; `ruth` and `rolf` unless told. */
export function signedBy(
  root: TrustRoot,
  keys: readonly PrivateKey[] = [ROOT_HOLDERS.ruth, ROOT_HOLDERS.rolf],
): Uint8Array {
  const payload = writeTrustRoot(root);
  const message = preAuthenticationEncoding(TRUST_ROOT_PAYLOAD_TYPE, payload);
  const signatures = keys.map((key) => ({ keyid: key.publicKey.keyId, sig: signMessage(key, message) }));
  return writeEnvelope({ payload, payloadType: TRUST_ROOT_PAYLOAD_TYPE, signatures });
}

/** A root as it is trusted. */
export function loaded(root: TrustRoot, keys?: readonly PrivateKey[]): LoadedTrustRoot {
  const read = loadTrustRoot("root.json", signedBy(root, keys), TEST_NOW);
  if (!read.ok) throw new Error(read.reason);
  return read.value;
}
