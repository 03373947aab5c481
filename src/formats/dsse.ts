import type { Envelope, EnvelopeSignature } from "../model/envelope.ts";
import { MAX_ENVELOPE_BYTES, MAX_JSON_DEPTH, MAX_SIGNATURES } from "../model/limits.ts";
import type { Parsed } from "../model/parsed.ts";
import { broken, parsed } from "../model/parsed.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { canonicalJson } from "./canonical-json.ts";
import { parseJson } from "./json.ts";
import { closed, list, readShape, shapeProblem, text, type Shape } from "./shape.ts";

const base64: Shape<Uint8Array> = (value, at) =>
  decodeBase64(text(value, at)) ?? shapeProblem(at, "must be standard padded base64 in canonical form");

const envelopeShape = closed({
  payload: base64,
  payloadType: text,
  signatures: list(closed({ keyid: text, sig: base64 }), { min: 1, max: MAX_SIGNATURES }),
});

/** Reads an envelope as trust-spec section 2 demands it: canonical bytes, 1..32 signatures sorted by keyid, one per keyid. */
export function parseEnvelope(at: string, bytes: Uint8Array): Parsed<Envelope> {
  const document = parseJson(at, bytes, { maxBytes: MAX_ENVELOPE_BYTES, maxDepth: MAX_JSON_DEPTH });
  const envelope = readShape(document, envelopeShape);
  if (!envelope.ok) return envelope;
  const unordered = envelope.value.signatures.find((signature, index, all) => {
    const previous = all[index - 1];
    return previous !== undefined && previous.keyid >= signature.keyid;
  });
  const keyids = envelope.value.signatures.map(({ keyid }) => keyid);
  if (new Set(keyids).size < keyids.length)
    return broken(at, "carries two signatures of one keyid", "signature-repeated");
  if (unordered !== undefined) return broken(at, "must have its signatures sorted by keyid, one per keyid");
  if (Buffer.compare(writeEnvelope(envelope.value), bytes) !== 0)
    return broken(at, "is not in canonical form");
  return parsed(at, envelope.value);
}

/** RFC 8785 and one LF; sorts the signatures by keyid. */
export function writeEnvelope(envelope: Envelope): Uint8Array {
  const signatures = envelope.signatures
    .toSorted((a, b) => (a.keyid < b.keyid ? -1 : 1))
    .map(({ keyid, sig }) => ({ keyid, sig: encodeBase64(sig) }));
  const json = canonicalJson({
    payload: encodeBase64(envelope.payload),
    payloadType: envelope.payloadType,
    signatures,
  });
  return Buffer.concat([json, Buffer.from("\n")]);
}

/** DSSE v1 pre-authentication encoding: `DSSEv1 SP len(type) SP type SP len(body) SP body`. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, "utf8");
  const head = Buffer.from(`DSSEv1 ${type.byteLength} ${payloadType} ${payload.byteLength} `, "utf8");
  return Buffer.concat([head, payload]);
}

/** The envelope with one more signature; a signature of the same key is replaced. */
export function addSignature(envelope: Envelope, signature: EnvelopeSignature): Envelope {
  const others = envelope.signatures.filter(({ keyid }) => keyid !== signature.keyid);
  return { ...envelope, signatures: [...others, signature] };
}
