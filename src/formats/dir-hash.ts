import { contentDigest } from "./content-digest.ts";

/** A file of a folder that is hashed. */
export interface HashedFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** Lowercase hex. */
  readonly sha256: string;
}

/**
 * The digest `dirHash` of in-toto (attestation spec/v1/digest_set.md) over files: golang.org/x/mod/sumdb/dirhash.Hash1
 * in lowercase hex. It is the SHA-256 of what `sha256sum` prints of the files, bytewise by path. undefined when a path
 * holds a line feed, which would end its line.
 */
export function dirHash(files: readonly HashedFile[]): string | undefined {
  if (files.some(({ path }) => path.includes("\n"))) return undefined;
  const lines = files
    .map((file) => ({ ...file, bytes: Buffer.from(file.path, "utf8") }))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  return contentDigest(lines.join(""));
}

/** The same of an `h1:` sum of go.sum, which is base64; undefined for anything else. */
export function dirHashOfSum(sum: string): string | undefined {
  return sum.startsWith("h1:") ? Buffer.from(sum.slice("h1:".length), "base64").toString("hex") : undefined;
}
