import { createHash, hash } from "node:crypto";
import { pieces, type SignedBytes } from "./signed-bytes.ts";
import type { ByteSource } from "../model/byte-source.ts";
import type { DigestSet, FileDigests } from "../model/digest.ts";

export function sha256Hex(bytes: Uint8Array): string {
  return hash("sha256", bytes, "hex");
}

export function digestSet(bytes: Uint8Array): DigestSet {
  return { sha256: sha256Hex(bytes), sha512: hash("sha512", bytes, "hex") };
}

export function fileDigests(bytes: Uint8Array): FileDigests {
  return { sha1: hash("sha1", bytes, "hex"), ...digestSet(bytes) };
}

/** fileDigests of bytes that come in pieces. */
export class FileHash {
  readonly #hashes = { sha1: createHash("sha1"), sha256: createHash("sha256"), sha512: createHash("sha512") };

  update(piece: Uint8Array): void {
    for (const one of Object.values(this.#hashes)) one.update(piece);
  }

  digests(): FileDigests {
    const { sha1, sha256, sha512 } = this.#hashes;
    return { sha1: sha1.digest("hex"), sha256: sha256.digest("hex"), sha512: sha512.digest("hex") };
  }
}

/** SHA-256 of bytes at hand or on a medium. */
export function sha256Of(message: SignedBytes): Uint8Array {
  const whole = createHash("sha256");
  for (const piece of pieces(message)) whole.update(piece);
  return whole.digest();
}

/** BLAKE2b-512, which minisign signs instead of a large file. */
export function blake2b512(bytes: ByteSource): Uint8Array {
  const whole = createHash("blake2b512");
  for (const piece of pieces(bytes)) whole.update(piece);
  return whole.digest();
}
