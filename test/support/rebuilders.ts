import { signEd25519 } from "../../src/crypto/ed25519.ts";
import { generateKeyPair, shortKeyId, type PrivateKey } from "../../src/crypto/keys.ts";
import { preAuthenticationEncoding, writeEnvelope } from "../../src/formats/dsse.ts";
import { rebuildFileName, writeRebuildStatement } from "../../src/formats/rebuild-statement.ts";
import { addKey } from "../../src/make/trust-draft.ts";
import type { RebuildStatement } from "../../src/model/rebuild-statement.ts";
import { IN_TOTO_PAYLOAD_TYPE, type ReleaseStatement } from "../../src/model/release-statement.ts";
import type { TrustRoot } from "../../src/model/trust-root.ts";

/** People who rebuild releases, made for this run. */
export interface Rebuilder {
  readonly holder: string;
  readonly key: PrivateKey;
}

export function rebuilder(holder: string): Rebuilder {
  return { holder, key: generateKeyPair("ed25519") };
}

/** The root with these people in its `rebuild` role. */
export function withRebuilders(
  root: TrustRoot,
  rebuilders: readonly Rebuilder[],
  threshold: number,
): TrustRoot {
  return rebuilders.reduce(
    (sum, { holder, key }) => addKey(sum, key.publicKey, holder, "rebuild", threshold),
    root,
  );
}

/** What an honest rebuilder says of a release. */
export function rebuildOf({ zip, checksums, predicate }: ReleaseStatement): RebuildStatement {
  const { product, version, manifestSha256 } = predicate;
  return {
    zip,
    checksums,
    predicate: {
      product,
      version,
      manifestSha256,
      commit: "c".repeat(40),
      verdict: "IDENTICAL",
      tool: "cavra 0.1.0",
    },
  };
}

interface Signing {
  readonly payload?: Uint8Array;
  readonly payloadType?: string;
}

/** A file of the signature set, by its name. */
export function signedRebuild(
  { publicKey, key }: PrivateKey,
  statement: RebuildStatement,
  { payload = writeRebuildStatement(statement), payloadType = IN_TOTO_PAYLOAD_TYPE }: Signing = {},
): readonly [name: string, bytes: Uint8Array] {
  const sig = signEd25519(key, preAuthenticationEncoding(payloadType, payload));
  const envelope = { payload, payloadType, signatures: [{ keyid: publicKey.keyId, sig }] };
  return [rebuildFileName(shortKeyId(publicKey.keyId)), writeEnvelope(envelope)];
}
