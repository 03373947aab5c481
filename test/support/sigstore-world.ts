import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { initializeCA, initializeCTLog, initializeTSA } from "@sigstore/mock";
import { preAuthenticationEncoding } from "../../src/formats/dsse.ts";

const SHA256_OID = "2.16.840.1.101.3.4.2.1";
const [ISSUER_V1, ISSUER_V2] = ["1.3.6.1.4.1.57264.1.1", "1.3.6.1.4.1.57264.1.8"];
const REPOSITORY_ID_OID = "1.3.6.1.4.1.57264.1.15";
const LOG_NAME = "log.example";
const LOG_INDEX = 1;

export const IDENTITY = "https://github.com/o/r/.github/workflows/release.yml@refs/tags/v1.0.0";
export const ISSUER = "https://token.actions.githubusercontent.com";
export const REPOSITORY_ID = "123456789";
export const PREDICATE_TYPE = "https://slsa.dev/provenance/v1";
export const ARTIFACT = Buffer.from("the artifact\n");

export interface BundleParts {
  readonly content: "message" | "statement";
  readonly identity: string;
  readonly issuer: string;
  /** undefined: the certificate names no repository. */
  readonly repositoryId: string | undefined;
  readonly artifact: Uint8Array;
  /** Instead of the statement about the artifact. */
  readonly payload: Uint8Array | undefined;
  readonly payloadType: string;
  readonly withPromise: boolean;
  readonly withLog: boolean;
  readonly withTimestamp: boolean;
  /** Milliseconds within the second of the timestamp. */
  readonly timestampFraction: number;
  /** Instead of a certificate. */
  readonly key: KeyObject | undefined;
}

const USUAL: BundleParts = {
  content: "statement",
  identity: IDENTITY,
  issuer: ISSUER,
  repositoryId: REPOSITORY_ID,
  artifact: ARTIFACT,
  payload: undefined,
  payloadType: "application/vnd.in-toto+json",
  withPromise: true,
  withLog: true,
  withTimestamp: false,
  timestampFraction: 0,
  key: undefined,
};

export interface SigstoreWorld {
  readonly trustedRoot: object;
  /** Seconds since 1970 at which everything in this world happens. */
  readonly now: number;
  makeBundle(parts?: Partial<BundleParts>): Promise<object>;
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

export function statementOver(artifact: Uint8Array, predicate: object = {}): Buffer {
  const subject = [{ name: "a", digest: { sha256: sha256(artifact).toString("hex") } }];
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject,
    predicateType: PREDICATE_TYPE,
    predicate,
  };
  return Buffer.from(JSON.stringify(statement));
}

/**
 * An authority for certificates with its log (both of @sigstore/mock), a timestamp authority and a transparency log with
 * a tree of two leaves, each with a key of its own; all of it in this process.
 */
export async function sigstoreWorld(): Promise<SigstoreWorld> {
  // The authorities' own certificates begin when they are made, which is within this second.
  const now = Math.floor(Date.now() / 1000) + 2;
  const clock = new Date(now * 1000);
  const [ctKeys, caKeys, tsaKeys, logKeys] = [keyPair(), keyPair(), keyPair(), keyPair()];
  const ctLog = await initializeCTLog(ctKeys, clock);
  const ca = await initializeCA(caKeys, ctLog, clock);
  const tsa = await initializeTSA(tsaKeys);
  const authorities = { ca: ca.rootCertificate, tsa: [tsa.intCertificate, tsa.rootCertificate] };

  async function makeBundle(parts: Partial<BundleParts> = {}): Promise<object> {
    const given = { ...USUAL, ...parts };
    const keys = given.key === undefined ? keyPair() : undefined;
    const privateKey = given.key ?? keys?.privateKey;
    if (privateKey === undefined) throw new Error("no key");
    const { signature, content, body } = signed(given, privateKey);
    const material =
      keys === undefined ? { publicKey: { hint: "k" } } : { certificate: await certificateOf(given, keys) };
    const tlogEntries = given.withLog ? [logEntry(body, logKeys, now, given.withPromise)] : [];
    const timestamps = given.withTimestamp ? [{ signedTimestamp: await timestampOf(given, signature) }] : [];
    return {
      mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
      verificationMaterial: {
        ...material,
        tlogEntries,
        timestampVerificationData: { rfc3161Timestamps: timestamps },
      },
      ...content,
    };
  }

  async function certificateOf(
    { identity, issuer, repositoryId }: BundleParts,
    { publicKey }: Keys,
  ): Promise<object> {
    const der = await ca.issueCertificate({
      publicKey: spkiOf(publicKey),
      subjectAltName: identity,
      extensions: [
        { oid: ISSUER_V1, value: issuer, legacy: true },
        { oid: ISSUER_V2, value: issuer },
        ...(repositoryId === undefined ? [] : [{ oid: REPOSITORY_ID_OID, value: repositoryId }]),
      ],
    });
    return { rawBytes: base64(bytesOf(der)) };
  }

  async function timestampOf({ timestampFraction }: BundleParts, signature: Buffer): Promise<string> {
    const authority = await initializeTSA(tsaKeys, new Date(now * 1000 + timestampFraction));
    // The certificate is made anew each time; the bundle names it by its serial number, which stays.
    const request = {
      artifactHash: sha256(signature),
      hashAlgorithmOID: SHA256_OID,
      nonce: 1,
      policyOID: "1.2.3",
    };
    return base64(bytesOf(await authority.timestamp(request)));
  }

  return { trustedRoot: rootOf(authorities, logKeys, ctKeys, now), now, makeBundle };
}

export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function keyPair(): Keys {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

export function spkiOf(key: KeyObject): Buffer<ArrayBuffer> {
  return Buffer.from(key.export({ format: "der", type: "spki" }));
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

export function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function signed(
  { content, artifact, payload = statementOver(artifact), payloadType }: BundleParts,
  privateKey: KeyObject,
): { readonly signature: Buffer; readonly content: object; readonly body: object } {
  const algorithm = privateKey.asymmetricKeyType === "ed25519" ? null : "sha256";
  if (content === "message") {
    const [signature, digest] = [sign(algorithm, artifact, privateKey), sha256(artifact)];
    const messageDigest = { algorithm: "SHA2_256", digest: base64(digest) };
    const spec = {
      data: { hash: { algorithm: "sha256", value: digest.toString("hex") } },
      signature: { content: base64(signature) },
    };
    const body = { apiVersion: "0.0.1", kind: "hashedrekord", spec };
    return {
      signature,
      content: { messageSignature: { messageDigest, signature: base64(signature) } },
      body,
    };
  }
  const signature = sign(algorithm, preAuthenticationEncoding(payloadType, payload), privateKey);
  const payloadHash = { algorithm: "sha256", value: sha256(payload).toString("hex") };
  const spec = { payloadHash, signatures: [{ signature: base64(signature) }] };
  const signatures = [{ sig: base64(signature), keyid: "" }];
  const content_ = { dsseEnvelope: { payload: base64(payload), payloadType, signatures } };
  return { signature, content: content_, body: { apiVersion: "0.0.1", kind: "dsse", spec } };
}

/** The second of two leaves (RFC 6962, 2.1), with a signed promise and a signed checkpoint. */
function logEntry(body: object, keys: Keys, integratedTime: number, withPromise: boolean): object {
  const canonicalizedBody = Buffer.from(JSON.stringify(body));
  const logId = sha256(spkiOf(keys.publicKey));
  const [first, second] = [
    sha256(Buffer.from("\0first")),
    sha256(Buffer.concat([Buffer.from([0]), canonicalizedBody])),
  ];
  const rootHash = sha256(Buffer.concat([Buffer.from([1]), first, second]));
  const promised = {
    body: base64(canonicalizedBody),
    integratedTime,
    logID: logId.toString("hex"),
    logIndex: LOG_INDEX,
  };
  const note = `${LOG_NAME}\n2\n${base64(rootHash)}\n`;
  const noteSignature = sign("sha256", Buffer.from(note), keys.privateKey);
  const promise = sign("sha256", Buffer.from(JSON.stringify(promised)), keys.privateKey);
  const { kind, apiVersion: version } = body as { kind: string; apiVersion: string };
  return {
    logIndex: `${LOG_INDEX}`,
    logId: { keyId: base64(logId) },
    kindVersion: { kind, version },
    ...(withPromise
      ? { integratedTime: `${integratedTime}`, inclusionPromise: { signedEntryTimestamp: base64(promise) } }
      : {}),
    inclusionProof: {
      logIndex: `${LOG_INDEX}`,
      rootHash: base64(rootHash),
      treeSize: "2",
      hashes: [base64(first)],
      checkpoint: {
        envelope: `${note}\n\u2014 ${LOG_NAME} ${base64(Buffer.concat([logId.subarray(0, 4), noteSignature]))}\n`,
      },
    },
    canonicalizedBody: base64(canonicalizedBody),
  };
}

function rootOf(
  authorities: { readonly ca: ArrayBufferView; readonly tsa: readonly ArrayBufferView[] },
  log: Keys,
  ctLog: Keys,
  now: number,
): object {
  // Certificates and entries have times in whole seconds; a period that starts now would begin after them.
  const validFor = { start: new Date((now - 3600) * 1000).toISOString() };
  const logOf = ({ publicKey }: Keys, baseUrl: string): object => ({
    baseUrl,
    hashAlgorithm: "SHA2_256",
    publicKey: { rawBytes: base64(spkiOf(publicKey)), keyDetails: "PKIX_ECDSA_P256_SHA_256", validFor },
    logId: { keyId: base64(sha256(spkiOf(publicKey))) },
  });
  const chainOf = (chain: readonly ArrayBufferView[]): object => ({
    certChain: { certificates: chain.map((der) => ({ rawBytes: base64(bytesOf(der)) })) },
    validFor,
  });
  return {
    mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    tlogs: [logOf(log, `https://${LOG_NAME}`)],
    certificateAuthorities: [chainOf([authorities.ca])],
    ctlogs: [logOf(ctLog, "https://ct.example")],
    timestampAuthorities: [chainOf(authorities.tsa)],
  };
}
