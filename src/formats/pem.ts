import { decodeBase64, encodeBase64 } from "./base64.ts";

const LINE_LETTERS = 64;

/**
 * The bytes of the one block of this label (RFC 7468). Text around it is a comment; a second block, headers inside, or
 * base64 that encodes to something else is no block: undefined.
 */
export function decodePem(label: string, text: string): Uint8Array | undefined {
  const [begin, end] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`];
  const lines = text.split(/\r?\n/).map((line) => line.trimEnd());
  const [start, stop] = [lines.indexOf(begin), lines.indexOf(end)];
  if (start === -1 || stop < start || lines.filter((line) => line.startsWith("-----")).length !== 2)
    return undefined;
  return decodeBase64(lines.slice(start + 1, stop).join(""));
}

/** @param lineLetters OpenSSH folds its blocks at 70. */
export function encodePem(label: string, bytes: Uint8Array, lineLetters = LINE_LETTERS): string {
  const lines = encodeBase64(bytes).match(new RegExp(`.{1,${lineLetters}}`, "g")) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
