import { MAX_JSON_DEPTH } from "../model/limits.ts";
import type { Parsed } from "../model/parsed.ts";
import type { SigstoreBundle, SigstoreContent } from "../model/sigstore.ts";
import { decodeBase64 } from "./base64.ts";
import { parseJson, type JsonObject } from "./json.ts";
import {
  closed,
  list,
  nullable,
  oneOf,
  optional,
  readShape,
  shapeProblem,
  text,
  type Shape,
} from "./shape.ts";

/** Bundles of others carry provenances of some hundred kilobytes; certificates and proofs are small. */
export const MAX_SIGSTORE_BUNDLE_BYTES = 8 * 1024 * 1024;
/** Their readers take quadratic time over one long number. */
const MAX_DER_BYTES = 32 * 1024;
const MAX_CHECKPOINT_LETTERS = 16 * 1024;
const MAX_LOG_ENTRIES = 32;
const MAX_PROOF_HASHES = 64;
const HASH_BYTES = 32;

/**
 * A Sigstore bundle (sigstore/protobuf-specs, sigstore_bundle.proto, versions 0.1 to 0.3) in its JSON form. Narrower
 * than that form: no member that the definition does not name, no snake_case twins, canonical base64, one content, one
 * signature; so what was read here is what any other reader reads.
 */
export function parseSigstoreBundle(at: string, bytes: Uint8Array): Parsed<SigstoreBundle> {
  const limits = { maxBytes: MAX_SIGSTORE_BUNDLE_BYTES, maxDepth: MAX_JSON_DEPTH };
  return readShape(parseJson(at, bytes, limits), bundle);
}

function base64(maxBytes: number = MAX_SIGSTORE_BUNDLE_BYTES): Shape<Uint8Array> {
  return (value, at) => {
    const bytes = decodeBase64(text(value, at));
    if (bytes === undefined || bytes.byteLength === 0)
      return shapeProblem(at, "must be standard padded base64 in canonical form, and not empty");
    return bytes.byteLength <= maxBytes ? bytes : shapeProblem(at, `must have at most ${maxBytes} bytes`);
  };
}

/** Writers of protobuf JSON leave out what is not set, or write null. */
function unset<T>(shape: Shape<T>): Shape<T | null | undefined> {
  return optional(nullable(shape));
}

/** proto3 JSON writes 64-bit numbers as text; readers take both. */
const int64: Shape<number> = (value, at) => {
  const number = typeof value === "string" && /^(?:0|[1-9][0-9]{0,15})$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0
    ? number
    : shapeProblem(at, "must be an integer from 0 to 2^53-1");
};

const hash = base64(HASH_BYTES);

interface Checkpoint {
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
}

/** Origin, size, root hash and other lines, an empty line, and signatures. */
const CHECKPOINT = /^[^\n]+\n(0|[1-9][0-9]{0,15})\n([^\n]+)\n(?:[^\n]+\n)*\n((?:\u2014 [^\s]+ [^\s]+\n)+)$/;

/** A signed note with a checkpoint (C2SP tlog-checkpoint); the library takes base64 of any spelling in it. */
const checkpoint: Shape<Checkpoint> = (value, at) => {
  const found = text(value, at);
  if (found.length > MAX_CHECKPOINT_LETTERS)
    return shapeProblem(at, `must have at most ${MAX_CHECKPOINT_LETTERS} letters`);
  const [, treeSize, rootHash = "", signatures = ""] = CHECKPOINT.exec(found) ?? [];
  const root = decodeBase64(rootHash);
  const isSigned = signatures
    .trimEnd()
    .split("\n")
    .every((line) => decodeBase64(line.split(" ")[2] ?? "*"));
  return treeSize === undefined || root === undefined || !isSigned
    ? shapeProblem(at, "must be a signed checkpoint")
    : { treeSize: Number(treeSize), rootHash: root };
};

const proof = closed({
  logIndex: unset(int64),
  rootHash: hash,
  treeSize: int64,
  hashes: unset(list(hash, { max: MAX_PROOF_HASHES })),
  checkpoint: closed({ envelope: checkpoint }),
});

/** The library goes by the checkpoint and leaves the proof's own root hash unread. */
const inclusionProof: Shape<unknown> = (value, at) => {
  const {
    rootHash,
    treeSize,
    checkpoint: { envelope },
  } = proof(value, at);
  return treeSize === envelope.treeSize && Buffer.compare(rootHash, envelope.rootHash) === 0
    ? undefined
    : shapeProblem(at, "must have the size and root hash of its checkpoint");
};

const logEntry = closed({
  logIndex: unset(int64),
  logId: closed({ keyId: hash }),
  kindVersion: closed({ kind: text, version: text }),
  integratedTime: unset(int64),
  inclusionPromise: unset(closed({ signedEntryTimestamp: base64(MAX_DER_BYTES) })),
  inclusionProof: unset(inclusionProof),
  canonicalizedBody: base64(),
});

const certificate = closed({ rawBytes: base64(MAX_DER_BYTES) });

const material = closed({
  certificate: unset(certificate),
  x509CertificateChain: unset(closed({ certificates: list(certificate, { min: 1, max: 10 }) })),
  publicKey: unset(closed({ hint: unset(text) })),
  tlogEntries: unset(list(logEntry, { max: MAX_LOG_ENTRIES })),
  timestampVerificationData: unset(
    closed({
      rfc3161Timestamps: unset(
        list(closed({ signedTimestamp: base64(MAX_DER_BYTES) }), { max: MAX_LOG_ENTRIES }),
      ),
    }),
  ),
});

const members = closed({
  mediaType: oneOf(
    "application/vnd.dev.sigstore.bundle+json;version=0.1",
    "application/vnd.dev.sigstore.bundle+json;version=0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.3",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
  ),
  verificationMaterial: material,
  messageSignature: unset(
    closed({
      messageDigest: closed({
        algorithm: oneOf("SHA2_256", "SHA2_384", "SHA2_512"),
        digest: base64(64),
      }),
      signature: base64(MAX_DER_BYTES),
    }),
  ),
  dsseEnvelope: unset(
    closed({
      payload: base64(),
      payloadType: text,
      signatures: list(closed({ sig: base64(MAX_DER_BYTES), keyid: unset(text) }), { min: 1, max: 1 }),
    }),
  ),
});

type Members = ReturnType<typeof members>;

const bundle: Shape<SigstoreBundle> = (value, at) => {
  const read = members(value, at);
  const { tlogEntries, timestampVerificationData } = read.verificationMaterial;
  const leaf = leafOf(read.verificationMaterial);
  return {
    json: value as JsonObject,
    ...(leaf === undefined ? {} : { certificate: leaf }),
    content: contentOf(read),
    logEntryCount: tlogEntries?.length ?? 0,
    timestampCount: timestampVerificationData?.rfc3161Timestamps?.length ?? 0,
  };
};

/** DER of the one certificate that signed; undefined when a bare key did. */
function leafOf(read: Members["verificationMaterial"]): Uint8Array | undefined {
  const given = [read.certificate, read.x509CertificateChain, read.publicKey].filter((one) => one != null);
  if (given.length !== 1)
    shapeProblem("verificationMaterial", "must have one of certificate, x509CertificateChain and publicKey");
  return (read.certificate ?? read.x509CertificateChain?.certificates[0])?.rawBytes;
}

/** A bundle with both contents has two readings: tools disagree on which one is signed. */
function contentOf({ messageSignature, dsseEnvelope }: Members): SigstoreContent {
  if (messageSignature != null && dsseEnvelope != null)
    return shapeProblem("", "has both a messageSignature and a dsseEnvelope");
  if (messageSignature != null) {
    const { messageDigest, signature } = messageSignature;
    return { kind: "message", ...messageDigest, signature };
  }
  if (dsseEnvelope == null) return shapeProblem("", "has neither a messageSignature nor a dsseEnvelope");
  const { payload, payloadType, signatures } = dsseEnvelope;
  const [signature] = signatures;
  if (signature === undefined) return shapeProblem("dsseEnvelope.signatures", "must not be empty");
  return { kind: "statement", payload, payloadType, signature: signature.sig };
}
