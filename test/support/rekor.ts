import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { memberOf } from "./alter-json.ts";
import { MerkleLog } from "./merkle-log.ts";

/** What a service answers: a status, a JSON document or bytes, and where an equal entry is. */
export interface Answer {
  readonly status: number;
  readonly body: object | Uint8Array;
  readonly location?: string;
}

/** A transparency log that answers as rekor does: proofs from a real tree, each entry in its canonical form. */
export interface RekorLog {
  /** As a Sigstore trusted root lists it. */
  trustedLog(baseUrl: string, start: string): object;
  create(request: unknown, name: string): Answer;
  find(uuid: string, name: string): Answer;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function hashOf(bytes: Uint8Array): object {
  return { algorithm: "sha256", value: sha256(bytes).toString("hex") };
}

function textOf(json: unknown, path: string): string {
  const value = memberOf(json, path);
  if (typeof value !== "string") throw new TypeError(`the request has no ${path}`);
  return value;
}

/** A signed note over the head of the tree (C2SP tlog-checkpoint). */
function checkpoint(log: MerkleLog, name: string, hint: Buffer, sign_: (note: Buffer) => Buffer): string {
  const note = `${name}\n${log.size}\n${base64(log.rootHash)}\n`;
  const signature = Buffer.concat([hint, sign_(Buffer.from(note))]);
  return `${note}\n\u2014 ${name} ${base64(signature)}\n`;
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" });
}

function trusted(
  publicKey: KeyObject,
  keyId: Buffer,
  keyDetails: string,
  baseUrl: string,
  start: string,
): object {
  return {
    baseUrl,
    hashAlgorithm: "SHA2_256",
    publicKey: { rawBytes: base64(spkiOf(publicKey)), keyDetails, validFor: { start } },
    logId: { keyId: base64(keyId) },
  };
}

/** Version 1 of the API: entries of kind dsse 0.0.1, a promise with the time, and a proof. */
export function rekorV1(): RekorLog {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const logId = sha256(spkiOf(publicKey));
  const log = new MerkleLog();
  const entries: { readonly body: Buffer; readonly integratedTime: number }[] = [];
  const signed = (bytes: Buffer): Buffer => sign("sha256", bytes, privateKey);

  function answer(index: number, name: string): Answer {
    const entry = entries[index];
    if (entry === undefined) return { status: 404, body: { message: "no such entry" } };
    const { integratedTime } = entry;
    const promised = {
      body: base64(entry.body),
      integratedTime,
      logID: logId.toString("hex"),
      logIndex: index,
    };
    const inclusionProof = {
      logIndex: index,
      treeSize: log.size,
      rootHash: log.rootHash.toString("hex"),
      hashes: log.proofOf(index).map((hash) => hash.toString("hex")),
      checkpoint: checkpoint(log, name, logId.subarray(0, 4), signed),
    };
    const signedEntryTimestamp = base64(signed(Buffer.from(JSON.stringify(promised))));
    const verification = { signedEntryTimestamp, inclusionProof };
    return { status: 201, body: { [uuidOf(index)]: { ...promised, verification } } };
  }

  function uuidOf(index: number): string {
    return sha256(Buffer.from(`${index}`)).toString("hex");
  }

  return {
    trustedLog: (baseUrl, start) => trusted(publicKey, logId, "PKIX_ECDSA_P256_SHA_256", baseUrl, start),
    create(request, name) {
      const envelope = textOf(request, "spec.proposedContent.envelope");
      const verifier = textOf(request, "spec.proposedContent.verifiers.0");
      const payload = Buffer.from(textOf(JSON.parse(envelope), "payload"), "base64");
      const signature = textOf(JSON.parse(envelope), "signatures.0.sig");
      const spec = {
        envelopeHash: hashOf(Buffer.from(envelope)),
        payloadHash: hashOf(payload),
        signatures: [{ signature, verifier }],
      };
      const body = Buffer.from(JSON.stringify({ apiVersion: "0.0.1", kind: "dsse", spec }));
      const known = log.indexOf(body);
      if (known !== undefined) return existing(uuidOf(known));
      entries.push({ body, integratedTime: Math.floor(Date.now() / 1000) });
      return answer(log.append(body), name);
    },
    find: (uuid, name) => {
      const index = entries.findIndex((_entry, at) => uuidOf(at) === uuid);
      return { ...answer(index, name), status: index < 0 ? 404 : 200 };
    },
  };
}

function existing(uuid: string): Answer {
  const message = "an equivalent entry already exists in the transparency log";
  return { status: 409, body: { code: 409, message }, location: `/api/v1/log/entries/${uuid}` };
}

/** Version 2 of the API: entries of kind dsse 0.0.2, a log key of Ed25519, a proof, and no time at all. */
export function rekorV2(): RekorLog {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const log = new MerkleLog();
  const logId = sha256(spkiOf(publicKey));
  return {
    trustedLog: (baseUrl, start) => trusted(publicKey, logId, "PKIX_ED25519", baseUrl, start),
    create(request, name) {
      const asked = memberOf(request, "dsseRequestV002");
      const payload = Buffer.from(textOf(asked, "envelope.payload"), "base64");
      const content = textOf(asked, "envelope.signatures.0.sig");
      const dsseV002 = {
        payloadHash: { algorithm: "SHA2_256", digest: base64(sha256(payload)) },
        signatures: [{ content, verifier: memberOf(asked, "verifiers.0") }],
      };
      const body = Buffer.from(JSON.stringify({ apiVersion: "0.0.2", kind: "dsse", spec: { dsseV002 } }));
      const index = log.append(body);
      const entry = {
        logIndex: `${index}`,
        logId: { keyId: base64(logId) },
        kindVersion: { kind: "dsse", version: "0.0.2" },
        inclusionProof: {
          logIndex: `${index}`,
          rootHash: base64(log.rootHash),
          treeSize: `${log.size}`,
          hashes: log.proofOf(index).map(base64),
          checkpoint: {
            envelope: checkpoint(log, name, logId.subarray(0, 4), (note) => sign(null, note, privateKey)),
          },
        },
        canonicalizedBody: base64(body),
      };
      return { status: 201, body: entry };
    },
    find: () => ({ status: 404, body: { message: "this API has no look-up" } }),
  };
}
