import type { KeyAlgorithm } from "../model/trust-root.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { wireFields } from "./wire-fields.ts";

/** Ed25519: 32 bytes. P-256: the uncompressed point, 65 bytes. */
export interface RawPublicKey {
  readonly algorithm: KeyAlgorithm;
  readonly bytes: Uint8Array;
}

const NIST_CURVE = "nistp256";
const NAMES: Readonly<Record<KeyAlgorithm, string>> = {
  ed25519: "ssh-ed25519",
  "ecdsa-p256": `ecdsa-sha2-${NIST_CURVE}`,
};

/** RFC 4251 section 5, `string`: the length in four bytes, then the content. */
export function wireString(content: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.byteLength);
  return Buffer.concat([length, bytes]);
}

/** The public key as SSH signs and hashes it: RFC 8709 section 4, RFC 5656 section 3.1. */
export function opensshKeyBlob({ algorithm, bytes }: RawPublicKey): Uint8Array {
  const curve = algorithm === "ed25519" ? [] : [wireString(NIST_CURVE)];
  return Buffer.concat([wireString(NAMES[algorithm]), ...curve, wireString(bytes)]);
}

/** Type and key as they stand in `id.pub`, `authorized_keys` and `allowed_signers`. */
export function opensshPublicKey(key: RawPublicKey): string {
  return `${NAMES[key.algorithm]} ${encodeBase64(opensshKeyBlob(key))}`;
}

/** The key in a blob; undefined when it is of another kind, or not exactly what {@link opensshKeyBlob} writes. */
export function readOpensshKeyBlob(blob: Uint8Array): RawPublicKey | undefined {
  const [name, first] = wireFields(blob, "ss")?.fields ?? [];
  const [, , point] = wireFields(blob, "sss")?.fields ?? [];
  const isEdwards = Buffer.from(name ?? []).toString("latin1") === NAMES.ed25519;
  const bytes = isEdwards ? first : point;
  if (bytes === undefined) return undefined;
  const key: RawPublicKey = { algorithm: isEdwards ? "ed25519" : "ecdsa-p256", bytes };
  return Buffer.compare(opensshKeyBlob(key), blob) === 0 ? key : undefined;
}

/** The key on a line of `id.pub`: type, base64, and a comment that says nothing. */
export function readOpensshPublicKey(text: string): RawPublicKey | undefined {
  const [name = "", encoded = ""] = text.trim().split(/[ \t]+/, 2);
  const blob = text.trim().includes("\n") ? undefined : decodeBase64(encoded);
  const key = blob === undefined ? undefined : readOpensshKeyBlob(blob);
  return key !== undefined && NAMES[key.algorithm] === name ? key : undefined;
}
