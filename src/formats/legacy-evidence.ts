import type { LegacyEvidence } from "../model/legacy-package.ts";
import { MAX_DOCUMENT_BYTES, MAX_ENTRIES, MAX_JSON_DEPTH, MAX_RAISED_ENTRY_BYTES } from "../model/limits.ts";
import { MANIFEST_SCHEMA } from "../model/manifest.ts";
import { valueOf, type Parsed } from "../model/parsed.ts";
import { commit, controlId, packagePath, sentence, sha256, word } from "./field-shapes.ts";
import { parseJson, type JsonValue } from "./json.ts";
import { boolean, integer, list, oneOf, open, readShape, type Shape } from "./shape.ts";

const MAX_CONTROLS = 64;
/** Members that only our manifests have. One of them makes it ours, to be judged as ours. */
const OUR_MEMBERS = ["release_counter", "config_sha256", "zip"] as const;

const artifact = open({
  relative_path: packagePath,
  sha256,
  size_bytes: integer(0, MAX_RAISED_ENTRY_BYTES),
  kind: word,
});
const listedSignature = open({
  subject: packagePath,
  algorithm: oneOf("Ed25519"),
  key_id: sentence,
  public_key_sha256: sha256,
});
const members = open({
  schema_version: oneOf(MANIFEST_SCHEMA),
  product: sentence,
  component: sentence,
  version: word,
  commit,
  ref: word,
  event: word,
  created_at: word,
  signer: sentence,
  dry_run: boolean,
  signing_required: boolean,
  signature_count: integer(0, MAX_ENTRIES),
  artifacts: list(artifact, { max: MAX_ENTRIES }),
  signatures: list(listedSignature, { max: MAX_ENTRIES }),
  controls: list(controlId, { max: MAX_CONTROLS }),
});

const shape: Shape<LegacyEvidence> = (value, at) => {
  const fields = members(value, at);
  const { product, component, version, ref, signer, controls } = fields;
  return {
    product,
    component,
    version,
    commit: fields.commit,
    ref,
    signer,
    dryRun: fields.dry_run,
    signingRequired: fields.signing_required,
    signatureCount: fields.signature_count,
    artifacts: fields.artifacts.map((item) => ({
      path: item.relative_path,
      sha256: item.sha256,
      sizeBytes: item.size_bytes,
      kind: item.kind,
    })),
    signatures: fields.signatures.map((item) => ({
      subject: item.subject,
      keyLabel: item.key_id,
      publicKeyPemSha256: item.public_key_sha256,
    })),
    controls,
  };
};

/** JSON of the existing system: any spacing and order, no duplicate members. */
export function parseLegacyJson(
  at: string,
  bytes: Uint8Array,
  maxBytes: number = MAX_DOCUMENT_BYTES,
): Parsed<JsonValue> {
  return parseJson(at, bytes, { maxBytes, maxDepth: MAX_JSON_DEPTH, fractions: true });
}

/** Strict about the types of what it knows; members that versions of that system add are left unread. */
export function parseLegacyEvidence(
  at: string,
  bytes: Uint8Array,
  maxBytes?: number,
): Parsed<LegacyEvidence> {
  return readShape(parseLegacyJson(at, bytes, maxBytes), shape);
}

/** Whether a manifest is of the existing system, whatever else is wrong with it. */
export function isLegacyEvidence(bytes: Uint8Array, maxBytes?: number): boolean {
  const document = valueOf(parseLegacyJson("", bytes, maxBytes));
  if (typeof document !== "object" || document === null || Array.isArray(document)) return false;
  const schema = Object.entries(document).find(([name]) => name === "schema_version")?.[1];
  return schema === MANIFEST_SCHEMA && !OUR_MEMBERS.some((name) => Object.hasOwn(document, name));
}
