import { sha256Hex } from "../../crypto/digest.ts";
import { signEd25519 } from "../../crypto/ed25519.ts";
import { publicKeyPem, type PrivateKey } from "../../crypto/keys.ts";
import { writeLegacySignature } from "../../formats/legacy-signature.ts";
import { Failure } from "../../model/failure.ts";
import { legacySignatureFile } from "../../model/layers.ts";
import { MAX_LEGACY_SIGNED_BYTES } from "../../model/limits.ts";
import type { PackageDocument } from "./package-document.ts";

/** Gives the bytes of the `.sig.json` over a file of the package; undefined: there is none. */
export type LegacySigner = (path: string, bytes: Uint8Array) => Uint8Array | undefined;

/** What legacy mode adds to a package. */
export interface LegacySignatures {
  /** Over the product's files, made when these were read. */
  readonly ofFiles: readonly PackageDocument[];
  /** For the documents over them. */
  readonly sign: LegacySigner;
}

/**
 * Signs as the existing system does, deterministically (Ed25519).
 * @param signer Who signs, in words that nobody checks.
 */
export function legacySigner({ key, publicKey }: PrivateKey, signer: string): LegacySigner {
  const pem = publicKeyPem(publicKey.spki);
  const words = {
    keyLabel: publicKey.keyId,
    signer,
    publicKeyPem: pem,
    publicKeyPemSha256: sha256Hex(Buffer.from(pem)),
  };
  return (path, bytes) => {
    demandSize(path, bytes.byteLength);
    const signature = signEd25519(key, bytes);
    return writeLegacySignature({ ...words, subject: path, subjectSha256: sha256Hex(bytes), signature });
  };
}

/** Told when the release is cut: no verification would read so large a file for such a signature. */
function demandSize(path: string, sizeBytes: number): void {
  if (sizeBytes <= MAX_LEGACY_SIGNED_BYTES) return;
  throw new Failure("config", `${path} is too large for a signature of the system before cavra`, {
    at: path,
    expected: `at most ${MAX_LEGACY_SIGNED_BYTES} bytes (limit legacy-signed-size)`,
    found: `${sizeBytes} bytes`,
    hint: "leave sign.legacy out of the config",
  });
}

/** The `.sig.json` of every file that gets one. */
export function signedDocuments(
  documents: readonly PackageDocument[],
  sign: LegacySigner,
): readonly PackageDocument[] {
  return documents.flatMap(({ path, bytes }) => {
    const signature = sign(path, bytes);
    return signature === undefined ? [] : [{ path: legacySignatureFile(path), bytes: signature }];
  });
}
