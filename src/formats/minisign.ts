import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";

/** ED signs the BLAKE2b-512 of the file, Ed the file itself, which signify and OpenSSL can check too. */
export type MinisignAlgorithm = "ED" | "Ed";

/** A minisign signature file (minisign(1), "Signature format"). */
export interface MiniSignature {
  /** Says nothing: it is not signed. */
  readonly untrustedComment: string;
  readonly algorithm: MinisignAlgorithm;
  /** 8 bytes: which key, so that a tool can say "another key". */
  readonly keyNumber: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
  readonly trustedComment: string;
  /** 64 bytes over {@link minisignGlobalBytes}. */
  readonly globalSignature: Uint8Array;
}

const ALGORITHM_BYTES = 2;
const NUMBER_BYTES = 8;
const SIGNATURE_BYTES = 64;
/** minisign's own COMMENTMAXBYTES, with its prefix. */
const MAX_COMMENT_LETTERS = 1000;
/** minisign parts time and file name by tabs where it writes the comment itself. */
const COMMENT = /^[\t\u0020-\u007e]*$/;
const LINES = /^untrusted comment: ([^\n]*)\n([^\n]*)\ntrusted comment: ([^\n]*)\n([^\n]*)\n$/;

/** What the second signature covers: the first one and the trusted comment. */
export function minisignGlobalBytes(signature: Uint8Array, trustedComment: string): Uint8Array {
  return Buffer.concat([signature, Buffer.from(trustedComment)]);
}

export function writeMiniSignature(given: MiniSignature): Uint8Array {
  const first = Buffer.concat([Buffer.from(given.algorithm), given.keyNumber, given.signature]);
  return Buffer.from(
    `untrusted comment: ${given.untrustedComment}\n${encodeBase64(first)}\n` +
      `trusted comment: ${given.trustedComment}\n${encodeBase64(given.globalSignature)}\n`,
  );
}

/** Reads exactly four lines in canonical base64 with comments in printable ASCII and tabs. */
export function parseMiniSignature(at: string, bytes: Uint8Array): Parsed<MiniSignature> {
  const [, untrustedComment = "", first = "", trustedComment = "", second = ""] =
    LINES.exec(Buffer.from(bytes).toString("latin1")) ?? [];
  const [blob, globalSignature] = [decodeBase64(first), decodeBase64(second)];
  if (blob?.byteLength !== ALGORITHM_BYTES + NUMBER_BYTES + SIGNATURE_BYTES)
    return broken(at, "is not a minisign signature");
  const algorithm = Buffer.from(blob.subarray(0, ALGORITHM_BYTES)).toString("latin1");
  if (algorithm !== "ED" && algorithm !== "Ed") return broken(at, "has an unknown signature algorithm");
  if (globalSignature?.byteLength !== SIGNATURE_BYTES)
    return broken(at, "has no signature of its trusted comment");
  const comments = [untrustedComment, trustedComment];
  if (comments.some((comment) => comment.length > MAX_COMMENT_LETTERS || !COMMENT.test(comment)))
    return broken(at, "has a comment that is too long or not printable ASCII");
  return parsed(at, {
    untrustedComment,
    algorithm,
    keyNumber: blob.subarray(ALGORITHM_BYTES, ALGORITHM_BYTES + NUMBER_BYTES),
    signature: blob.subarray(ALGORITHM_BYTES + NUMBER_BYTES),
    trustedComment,
    globalSignature,
  });
}

/** The number of a key of ours: the first 8 bytes of its key id. */
export function minisignKeyNumber(keyId: string): Uint8Array {
  return Buffer.from(keyId.slice(0, 2 * NUMBER_BYTES), "hex");
}

/**
 * A public key file that minisign and signify read.
 * @param publicKey Ed25519, 32 bytes.
 */
export function minisignPublicKey(keyId: string, publicKey: Uint8Array): string {
  const keyNumber = minisignKeyNumber(keyId);
  // minisign shows the number as a little-endian integer.
  const shown = Buffer.from(keyNumber.toReversed()).toString("hex").toUpperCase();
  const blob = Buffer.concat([Buffer.from("Ed"), keyNumber, publicKey]);
  return `untrusted comment: minisign public key ${shown}\n${encodeBase64(blob)}\n`;
}
