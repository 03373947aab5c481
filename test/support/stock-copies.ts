import { digestSet } from "../../src/crypto/digest.ts";
import { generateKeyPair, shortKeyId, type PrivateKey } from "../../src/crypto/keys.ts";
import { keySigner } from "../../src/crypto/signer.ts";
import { stockCopies } from "../../src/make/stock-copies.ts";
import { bufferSource } from "./buffer-source.ts";
import { testKey } from "./trust.ts";

/** Ada has an Ed25519 key, Cy one of P-256. */
export const ada: PrivateKey = testKey("release-ada");
export const cy: PrivateKey = generateKeyPair("ecdsa-p256");
/** How their files are named. */
export const a: string = shortKeyId(ada.publicKey.keyId);
export const c: string = shortKeyId(cy.publicKey.keyId);

export const checksums: Uint8Array = Buffer.from(
  `${"a".repeat(64)}  bin/agent\n${"b".repeat(64)}  docs/checksums.txt\n`,
);
export const zip: Uint8Array = Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(2_000_000, "zip")]);
export const release = { product: "cavra-runtime", version: "1.2.3" } as const;

/** What `release sign` writes beside the envelope for people without cavra. */
async function copiesOf(key: PrivateKey): Promise<ReadonlyMap<string, Uint8Array>> {
  const given = { signer: keySigner(key), checksums, zip: bufferSource(zip), zipDigest: digestSet(zip) };
  return stockCopies({ ...given, ...release });
}

export const adasCopies: ReadonlyMap<string, Uint8Array> = await copiesOf(ada);
export const cysCopies: ReadonlyMap<string, Uint8Array> = await copiesOf(cy);
