import { signVerified, type Signer } from "../crypto/signer.ts";
import { addSignature, preAuthenticationEncoding, writeEnvelope } from "../formats/dsse.ts";
import type { DigestSet } from "../model/digest.ts";
import type { Envelope } from "../model/envelope.ts";
import { Failure } from "../model/failure.ts";
import { CHECKSUMS_FILE } from "../model/layers.ts";
import { MAX_ENVELOPE_BYTES } from "../model/limits.ts";
import type { Manifest } from "../model/manifest.ts";
import { IN_TOTO_PAYLOAD_TYPE, type ReleaseStatement } from "../model/release-statement.ts";

export interface StatementFacts {
  readonly manifestSha256: string;
  /** Name of the package's top folder. */
  readonly top: string;
  readonly zip: DigestSet & { readonly sizeBytes: number };
  readonly checksums: DigestSet;
  readonly rootVersion: number;
}

/** The release statement of trust-spec section 3: all but subjects, zip size and root version repeats the manifest. */
export function releaseStatementOf(manifest: Manifest, facts: StatementFacts): ReleaseStatement {
  const { sha256, sha512, sizeBytes } = facts.zip;
  return {
    zip: { name: manifest.zipName, digest: { sha256, sha512 } },
    checksums: { name: `${facts.top}/${CHECKSUMS_FILE}`, digest: facts.checksums },
    predicate: {
      product: manifest.product,
      package: manifest.package,
      line: manifest.line,
      channel: manifest.channel,
      version: manifest.version,
      releaseCounter: manifest.releaseCounter,
      previous: manifest.previous,
      manifestSha256: facts.manifestSha256,
      zipProfile: manifest.zip.profile,
      zipSizeBytes: sizeBytes,
      sourceDateEpoch: manifest.sourceDateEpoch,
      expires: manifest.expires,
      rootVersion: facts.rootVersion,
    },
  };
}

/**
 * Adds a signature over `payload` to an envelope. An existing envelope must hold exactly the payload that was computed
 * from the local bytes: nobody co-signs what they did not see. Throws Failure "refused" when it does not.
 */
export async function signPayload(
  at: string,
  payload: Uint8Array,
  payloadType: string,
  existing: Envelope | undefined,
  signer: Signer,
): Promise<Envelope> {
  const envelope = existing ?? { payloadType, payload, signatures: [] };
  if (envelope.payloadType !== payloadType || Buffer.compare(envelope.payload, payload) !== 0) {
    throw new Failure("refused", `${at} signs something else than the bytes at hand`, {
      at,
      hint: "verify which release the other holder signed; cavra adds a signature only to an equal statement",
    });
  }
  const sig = await signVerified(signer, preAuthenticationEncoding(payloadType, payload));
  return addSignature(envelope, { keyid: signer.publicKey.keyId, sig });
}

export interface SignatureSetInput {
  readonly statement: Uint8Array;
  readonly provenance: Uint8Array;
  /** Payloads of statements for readers of in-toto, by file name; none where they were not asked for. */
  readonly companions?: ReadonlyMap<string, Uint8Array>;
  /** Of `opensslCopy` or `stockCopies`. */
  readonly copies: ReadonlyMap<string, Uint8Array>;
  /** What earlier holders wrote. */
  readonly existing: {
    readonly release: Envelope | undefined;
    readonly provenance: Envelope | undefined;
    readonly companions?: ReadonlyMap<string, Envelope>;
  };
  readonly signer: Signer;
}

/**
 * The files of `<subject>.sigs/` that this holder must write (trust-spec section 3): two envelopes, and the
 * copies for stock tools.
 */
export async function signatureSet(input: SignatureSetInput): Promise<ReadonlyMap<string, Uint8Array>> {
  const { signer, existing } = input;
  const sign = async (at: string, payload: Uint8Array, envelope: Envelope | undefined): Promise<Uint8Array> =>
    withinLimit(at, writeEnvelope(await signPayload(at, payload, IN_TOTO_PAYLOAD_TYPE, envelope, signer)));
  const companions: [string, Uint8Array][] = [];
  for (const [name, payload] of input.companions ?? [])
    companions.push([name, await sign(name, payload, existing.companions?.get(name))]);
  return new Map([
    ...companions,
    ["provenance.dsse.json", await sign("provenance.dsse.json", input.provenance, existing.provenance)],
    ...input.copies,
    // Written last: a set that could not be finished is then none, rather than one that looks whole.
    ["release.dsse.json", await sign("release.dsse.json", input.statement, existing.release)],
  ]);
}

/** What no verification would read must not be written. */
function withinLimit(at: string, envelope: Uint8Array): Uint8Array {
  if (envelope.byteLength <= MAX_ENVELOPE_BYTES) return envelope;
  throw new Failure("refused", `${at} would be larger than an envelope may be`, {
    at,
    expected: `${MAX_ENVELOPE_BYTES} bytes (limit envelope-size)`,
    found: `${envelope.byteLength} bytes`,
    hint: "cavra release sign without --statements",
  });
}
