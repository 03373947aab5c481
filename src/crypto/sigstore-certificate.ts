import { X509Certificate, type KeyObject } from "node:crypto";
import type { Signer } from "@sigstore/verify";
import { derElement } from "../formats/der.ts";
import { decodeUtf8 } from "../formats/utf8.ts";
import type { Sighting } from "../model/check.ts";

/** id-kp-codeSigning (RFC 5280, 4.2.1.12). */
const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
/** Issuer of the identity token: text, and as DER UTF8String (sigstore/fulcio, docs/oid-info.md). */
const [ISSUER_V1, ISSUER_V2] = ["1.3.6.1.4.1.57264.1.1", "1.3.6.1.4.1.57264.1.8"];
/** Source Repository Identifier, as DER UTF8String: what a repository keeps when its name goes to somebody else. */
const REPOSITORY_ID = "1.3.6.1.4.1.57264.1.15";
const [BIT_STRING, UTF8_STRING] = [0x03, 0x0c];
const MAX_SHORT_LENGTH = 127;
const MAX_IDENTITY_LETTERS = 1000;

/** The certificate of a bundle as node:crypto reads it; undefined when it is none, or not exactly these bytes of DER. */
export function readCertificate(der: Uint8Array): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    // PEM inside would be read as well, and what stands behind the certificate passed over.
    return Buffer.compare(certificate.raw, der) === 0 && hasWholeSignature(der) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the bit string with the authority's signature (RFC 5280, 4.1.1.3) has no unused bits. Nobody signs that
 * count, and readers pass over it: one certificate would have eight spellings.
 */
function hasWholeSignature(der: Uint8Array): boolean {
  const whole = derElement(der, 0);
  const signed = whole && derElement(der, whole.start);
  const algorithm = signed && derElement(der, signed.end);
  const signature = algorithm && derElement(der, algorithm.end);
  return signature?.tag === BIT_STRING && signature.end === der.byteLength && der[signature.start] === 0;
}

/** The public key of a certificate; undefined for a kind of key that node:crypto does not know. */
export function keyOfCertificate(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

/**
 * Whether the certificate is for signing code and names exactly this identity and issuer. The library would take the
 * identity for an unanchored pattern, skip an empty one, see only the first of several names, drop the high bit of each
 * letter, and not ask what the certificate is for.
 */
export function certificateSighting(
  at: string,
  certificate: X509Certificate,
  signer: Signer,
  demand: { readonly identity: string; readonly issuer: string; readonly repositoryId?: string },
): Sighting | undefined {
  const names = certificate.subjectAltName ?? "none";
  const { identity } = demand;
  const quoted = JSON.stringify(identity).replaceAll(",", "\\u002c");
  const named = ["URI", "email"].flatMap((kind) => [`${kind}:${identity}`, `${kind}:${quoted}`]);
  if (!named.includes(names) || signer.identity?.subjectAlternativeName !== identity)
    return { problem: "bundle.wrong-identity", at, expected: identity, actual: cut(names) };
  if (!namesIssuer(signer, demand.issuer)) {
    const actual = cut(signer.identity.extensions?.issuer ?? "none");
    return { problem: "bundle.wrong-issuer", at, expected: demand.issuer, actual };
  }
  const elsewhere = repositorySighting(at, signer, demand.repositoryId);
  if (elsewhere !== undefined) return elsewhere;
  // Undefined when the certificate has no such extension, whatever the type says.
  const purposes = certificate.keyUsage as readonly string[] | undefined;
  return !certificate.ca && purposes?.includes(CODE_SIGNING)
    ? undefined
    : { problem: "bundle.certificate-purpose", at, expected: "code signing" };
}

/** Both spellings are compared where both are there, byte for byte. */
function namesIssuer({ identity }: Signer, issuer: string): boolean {
  const wanted = Buffer.from(issuer, "utf8");
  if (wanted.byteLength > MAX_SHORT_LENGTH || identity?.extensions?.issuer !== issuer) return false;
  const spelled = new Map([
    [ISSUER_V1, wanted],
    [ISSUER_V2, shortUtf8String(wanted)],
  ]);
  const found = (identity.oids ?? []).flatMap(({ oid, value }) => {
    const expected = spelled.get(oid?.id.join(".") ?? "");
    return expected === undefined ? [] : [Buffer.compare(expected, value) === 0];
  });
  return found.length > 0 && found.every(Boolean);
}

function repositorySighting(at: string, signer: Signer, expected: string | undefined): Sighting | undefined {
  const actual = namedRepository(signer);
  if (expected === undefined || actual === expected) return undefined;
  const [asked = "", found = "no readable id"] = [expected, actual].map((id) =>
    id === "" ? "no repository" : id,
  );
  return { problem: "bundle.wrong-repository", at, expected: asked, actual: cut(found) };
}

/** Empty: the certificate names none; undefined: it does so in a way that nobody writes. */
function namedRepository({ identity }: Signer): string | undefined {
  const [value, ...others] = (identity?.oids ?? []).flatMap(({ oid, value: bytes }) =>
    oid?.id.join(".") === REPOSITORY_ID ? [bytes] : [],
  );
  if (value === undefined) return "";
  const id = value.subarray(2);
  const isPlain =
    others.length === 0 &&
    id.byteLength > 0 &&
    id.byteLength <= MAX_SHORT_LENGTH &&
    Buffer.compare(value, shortUtf8String(id)) === 0;
  return isPlain ? decodeUtf8(id) : undefined;
}

/** DER of a UTF8String of at most 127 bytes. */
function shortUtf8String(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([UTF8_STRING, bytes.byteLength]), bytes]);
}

function cut(text: string): string {
  return text.slice(0, MAX_IDENTITY_LETTERS);
}
