import { createHash, createPublicKey, sign, type KeyObject } from "node:crypto";

// What files of the existing system are made of, with nothing of ours.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };
export type JsonMembers = { readonly [member: string]: Json };

export const LEGACY_VERSION = "v0.0.9";
export const LEGACY_SIGNER = "github-actions:go-release";

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** As Python's `json.dumps(indent=2, sort_keys=True)` with a final newline. */
export function pythonJson(value: Json): Uint8Array {
  return Buffer.from(`${JSON.stringify(sorted(value), null, 2)}\n`);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonMembers).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]));
}

/** `.sig.json` as that system's script writes it. */
export function legacySignature(
  subject: string,
  bytes: Uint8Array,
  key: KeyObject,
  change: JsonMembers = {},
): Uint8Array {
  const pem = createPublicKey(key).export({ format: "pem", type: "spki" }).toString();
  return pythonJson({
    schema_version: "cavra.go-release.signature.v1",
    subject,
    subject_sha256: sha256(bytes),
    algorithm: "Ed25519",
    key_id: `cavra-go-release-${LEGACY_VERSION}`,
    signer: LEGACY_SIGNER,
    public_key_sha256: sha256(Buffer.from(pem)),
    public_key_pem: pem,
    value: sign(null, bytes, key).toString("base64"),
    ...change,
  });
}
