import { blake2b512, digestSet } from "../crypto/digest.ts";
import { rawKeyOf, shortKeyId } from "../crypto/keys.ts";
import { signVerified, type Signer } from "../crypto/signer.ts";
import { parseChecksums } from "../formats/checksums.ts";
import {
  minisignGlobalBytes,
  minisignKeyNumber,
  writeMiniSignature,
  type MinisignAlgorithm,
} from "../formats/minisign.ts";
import { CHECKSUMS_NAMESPACE, sshSignedBytes, writeSshSignature, ZIP_NAMESPACE } from "../formats/sshsig.ts";
import { stockComment, stockCopyName, type StockCopyName } from "../formats/stock-copies.ts";
import type { ByteSource } from "../model/byte-source.ts";
import type { DigestSet } from "../model/digest.ts";
import { Failure } from "../model/failure.ts";
import { CHECKSUMS_FILE } from "../model/layers.ts";

type Files = ReadonlyMap<string, Uint8Array>;

export interface StockCopyInput {
  readonly signer: Signer;
  readonly checksums: Uint8Array;
  readonly zip: ByteSource;
  readonly zipDigest: DigestSet;
  readonly product: string;
  readonly version: string;
}

/** The copy that OpenSSL alone can check: the raw signature of the list. */
export async function opensslCopy(signer: Signer, checksums: Uint8Array): Promise<Files> {
  demandList(checksums);
  const form = signer.publicKey.algorithm === "ed25519" ? "sig" : "p256.sig";
  const name = nameOf(signer, "checksums", form);
  return new Map([[name, await signVerified(signer, checksums)]]);
}

/** Every copy that trust-spec section 3 lists for this kind of key. The zip is read in pieces, at most twice. */
export async function stockCopies(input: StockCopyInput): Promise<Files> {
  const raw = await opensslCopy(input.signer, input.checksums);
  const more = input.signer.publicKey.algorithm === "ed25519" ? ed25519Copies : p256Copies;
  return new Map([...raw, ...(await more(input, raw))]);
}

async function p256Copies({ signer, zip }: StockCopyInput): Promise<Files> {
  return new Map([[nameOf(signer, "zip", "p256.sig"), await signVerified(signer, zip)]]);
}

async function ed25519Copies(input: StockCopyInput, raw: Files): Promise<Files> {
  const { signer, checksums, zip, zipDigest } = input;
  const list = digestSet(checksums);
  const overList = raw.get(nameOf(signer, "checksums", "sig")) ?? (await signVerified(signer, checksums));
  const overZip = await signVerified(signer, blake2b512(zip));
  return new Map([
    [nameOf(signer, "zip", "sshsig"), await sshCopy(signer, ZIP_NAMESPACE, zipDigest)],
    [nameOf(signer, "checksums", "sshsig"), await sshCopy(signer, CHECKSUMS_NAMESPACE, list)],
    [nameOf(signer, "zip", "minisig"), await miniCopy(input, "ED", overZip, zipDigest)],
    [nameOf(signer, "checksums", "minisig"), await miniCopy(input, "Ed", overList, list)],
  ]);
}

async function sshCopy(signer: Signer, namespace: string, { sha512 }: DigestSet): Promise<Uint8Array> {
  const signature = await signVerified(signer, sshSignedBytes(namespace, Buffer.from(sha512, "hex")));
  return writeSshSignature({ namespace, publicKey: rawKeyOf(signer.publicKey).bytes, signature });
}

async function miniCopy(
  { signer, ...release }: StockCopyInput,
  algorithm: MinisignAlgorithm,
  signature: Uint8Array,
  { sha256 }: DigestSet,
): Promise<Uint8Array> {
  const { keyId } = signer.publicKey;
  const trustedComment = stockComment(release, sha256);
  return writeMiniSignature({
    untrustedComment: `signature of the key ${keyId}`,
    algorithm,
    keyNumber: minisignKeyNumber(keyId),
    signature,
    trustedComment,
    globalSignature: await signVerified(signer, minisignGlobalBytes(signature, trustedComment)),
  });
}

/** Raw bytes are signed only when nothing else can have the same form: otherwise the key would sign whatever is asked. */
function demandList(checksums: Uint8Array): void {
  const list = parseChecksums(CHECKSUMS_FILE, checksums);
  if (!list.ok) throw new Failure("refused", `${CHECKSUMS_FILE} ${list.reason}`, { at: CHECKSUMS_FILE });
}

function nameOf(signer: Signer, subject: StockCopyName["subject"], form: StockCopyName["form"]): string {
  return stockCopyName({ subject, shortKeyId: shortKeyId(signer.publicKey.keyId), form });
}
