import type { LegacySignature } from "../model/legacy-signature.ts";
import { MAX_JSON_DEPTH, MAX_LEGACY_SIGNATURE_BYTES } from "../model/limits.ts";
import type { Parsed } from "../model/parsed.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { packagedJson } from "./canonical-json.ts";
import { packagePath, sentence, sha256 } from "./field-shapes.ts";
import { parseJson } from "./json.ts";
import { oneOf, open, readShape, shapeProblem, text, type Shape } from "./shape.ts";

const SCHEMA = "cavra.go-release.signature.v1";
const ALGORITHM = "Ed25519";
const SIGNATURE_BYTES = 64;

const signatureValue: Shape<Uint8Array> = (value, at) => {
  const bytes = decodeBase64(text(value, at));
  return bytes?.byteLength === SIGNATURE_BYTES
    ? bytes
    : shapeProblem(at, `must be the base64 of ${SIGNATURE_BYTES} bytes`);
};

const members = open({
  schema_version: oneOf(SCHEMA),
  subject: packagePath,
  subject_sha256: sha256,
  algorithm: oneOf(ALGORITHM),
  key_id: sentence,
  signer: sentence,
  public_key_sha256: sha256,
  public_key_pem: text,
  value: signatureValue,
});

const shape: Shape<LegacySignature> = (value, at) => {
  const fields = members(value, at);
  return {
    subject: fields.subject,
    subjectSha256: fields.subject_sha256,
    keyLabel: fields.key_id,
    signer: fields.signer,
    publicKeyPemSha256: fields.public_key_sha256,
    publicKeyPem: fields.public_key_pem,
    signature: fields.value,
  };
};

/** `<file>.sig.json` (`cavra.go-release.signature.v1`): sorted members, indent 2, as that system writes it. */
export function writeLegacySignature(signature: LegacySignature): Uint8Array {
  return packagedJson({
    schema_version: SCHEMA,
    subject: signature.subject,
    subject_sha256: signature.subjectSha256,
    algorithm: ALGORITHM,
    key_id: signature.keyLabel,
    signer: signature.signer,
    public_key_sha256: signature.publicKeyPemSha256,
    public_key_pem: signature.publicKeyPem,
    value: encodeBase64(signature.signature),
  });
}

/** Strict about what it knows; members that other versions of that system add are left unread. */
export function parseLegacySignature(at: string, bytes: Uint8Array): Parsed<LegacySignature> {
  const limits = { maxBytes: MAX_LEGACY_SIGNATURE_BYTES, maxDepth: MAX_JSON_DEPTH };
  return readShape(parseJson(at, bytes, limits), shape);
}
