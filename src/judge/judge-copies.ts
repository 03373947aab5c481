import { blake2b512, digestSet } from "../crypto/digest.ts";
import { verifyEd25519 } from "../crypto/ed25519.ts";
import { publicKeyOf, rawKeyOf, shortKeyId, type PublicKey } from "../crypto/keys.ts";
import { verifySignature } from "../crypto/signature.ts";
import type { SignatureVerdict } from "../crypto/signature-verdict.ts";
import { decodeBase64 } from "../formats/base64.ts";
import { minisignGlobalBytes, minisignKeyNumber, parseMiniSignature } from "../formats/minisign.ts";
import { CHECKSUMS_NAMESPACE, parseSshSignature, sshSignedBytes, ZIP_NAMESPACE } from "../formats/sshsig.ts";
import { parseStockCopyName, stockComment, type StockCopyName } from "../formats/stock-copies.ts";
import type { ByteSource } from "../model/byte-source.ts";
import type { DigestSet } from "../model/digest.ts";
import type { Parsed } from "../model/parsed.ts";
import type { TrustRoot } from "../model/trust-root.ts";
import type { SignatureCopy } from "./stages.ts";

/** What copies are signatures of. */
export interface CopiedBytes {
  readonly checksums: Uint8Array;
  /** undefined where a directory is judged: then nothing is said of copies over the zip. */
  readonly zip: (DigestSet & { readonly bytes: ByteSource }) | undefined;
  /** undefined when no statement was accepted; the comments of minisign copies are then not compared. */
  readonly release: { readonly product: string; readonly version: string } | undefined;
}

interface CopiedFile {
  readonly namespace: string;
  readonly bytes: Uint8Array | ByteSource;
  readonly digests: DigestSet;
  readonly release: CopiedBytes["release"];
}

/** Judges the stock copies in a signature set whose names mean a key of the root (trust-spec section 3). */
export function judgeCopies(
  trust: TrustRoot,
  files: ReadonlyMap<string, Parsed<Uint8Array>>,
  copied: CopiedBytes,
): readonly SignatureCopy[] {
  return [...files].flatMap(([file, content]): readonly SignatureCopy[] => {
    const name = parseStockCopyName(file);
    if (name === undefined) return [];
    const target = copiedFile(name.subject, copied);
    const keys = trustedKeys(trust, name.shortKeyId);
    const [first] = keys;
    if (first === undefined || target === undefined) return [{ file, keyId: undefined, verdict: "invalid" }];
    const verdicts = keys.map((key) => (content.ok ? verify(name, key, content.value, target) : "invalid"));
    return [{ file, keyId: first.keyId, verdict: best(verdicts) }];
  });
}

/** Two keys of a root may begin alike: a copy is of whichever it verifies under. */
function best(verdicts: readonly SignatureVerdict[]): SignatureVerdict {
  if (verdicts.includes("valid")) return "valid";
  return verdicts.includes("disputed") ? "disputed" : "invalid";
}

function trustedKeys(trust: TrustRoot, short: string): readonly PublicKey[] {
  return trust.keys.flatMap(({ keyId, publicKey }) => {
    const spki = shortKeyId(keyId) === short ? decodeBase64(publicKey) : undefined;
    const key = spki === undefined ? undefined : publicKeyOf(spki);
    return key === undefined || "reason" in key ? [] : [key];
  });
}

function copiedFile(subject: StockCopyName["subject"], copied: CopiedBytes): CopiedFile | undefined {
  const { checksums, zip, release } = copied;
  if (subject === "checksums")
    return { namespace: CHECKSUMS_NAMESPACE, bytes: checksums, digests: digestSet(checksums), release };
  return zip === undefined
    ? undefined
    : { namespace: ZIP_NAMESPACE, bytes: zip.bytes, digests: zip, release };
}

function verify(
  { form, subject }: StockCopyName,
  key: PublicKey,
  content: Uint8Array,
  target: CopiedFile,
): SignatureVerdict {
  if ((form === "p256.sig") !== (key.algorithm === "ecdsa-p256")) return "invalid";
  if (form === "sshsig") return verifySsh(key, content, target);
  if (form === "minisig") return verifyMini(key, content, target, subject);
  return verifySignature(key, target.bytes, content);
}

function verifySsh(
  key: PublicKey,
  content: Uint8Array,
  { namespace, digests }: CopiedFile,
): SignatureVerdict {
  const read = parseSshSignature("", content, namespace);
  if (!read.ok || Buffer.compare(read.value.publicKey, rawKeyOf(key).bytes) !== 0) return "invalid";
  const message = sshSignedBytes(namespace, Buffer.from(digests.sha512, "hex"));
  return verifyEd25519(key.spki, message, read.value.signature);
}

function verifyMini(
  key: PublicKey,
  content: Uint8Array,
  { bytes, digests, release }: CopiedFile,
  subject: StockCopyName["subject"],
): SignatureVerdict {
  const read = parseMiniSignature("", content);
  if (!read.ok || read.value.algorithm !== (subject === "zip" ? "ED" : "Ed")) return "invalid";
  const { keyNumber, signature, trustedComment, globalSignature } = read.value;
  if (Buffer.compare(keyNumber, minisignKeyNumber(key.keyId)) !== 0) return "invalid";
  if (release !== undefined && trustedComment !== stockComment(release, digests.sha256)) return "invalid";
  const message = bytes instanceof Uint8Array ? bytes : blake2b512(bytes);
  const verdicts = [
    verifyEd25519(key.spki, message, signature),
    verifyEd25519(key.spki, minisignGlobalBytes(signature, trustedComment), globalSignature),
  ];
  return verdicts.find((verdict) => verdict !== "valid") ?? "valid";
}
