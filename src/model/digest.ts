/** Lowercase hexadecimal digests of one byte string. SHA-1 is kept because SPDX 2.3 demands it of every file (8.4). */
export interface FileDigests {
  readonly sha1: string;
  readonly sha256: string;
  readonly sha512: string;
}

/** The digests that signed documents carry; every one present must match, one that matches is not enough. */
export interface DigestSet {
  readonly sha256: string;
  readonly sha512: string;
}

export const SHA256_HEX = /^[0-9a-f]{64}$/;
export const SHA512_HEX = /^[0-9a-f]{128}$/;
export const SHA1_HEX = /^[0-9a-f]{40}$/;
