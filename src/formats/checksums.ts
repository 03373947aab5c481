import { SHA256_HEX } from "../model/digest.ts";
import type { ChecksumLine } from "../model/documents.ts";
import { CHECKSUMS_FILE } from "../model/layers.ts";
import { MAX_ENTRIES, MAX_PATH_BYTES } from "../model/limits.ts";
import { broken, parsed, type Parsed, type ParsedBroken } from "../model/parsed.ts";
import { comparePaths, nameProblem } from "./entry-names.ts";

const DIGEST_CHARACTERS = 64;
const SEPARATOR = "  ";
const MAX_LINE_CHARACTERS = DIGEST_CHARACTERS + SEPARATOR.length + MAX_PATH_BYTES;
const MAX_CHECKSUMS_BYTES = MAX_ENTRIES * (MAX_LINE_CHARACTERS + 1);

/** `<64 lowercase hex>  <path>` and LF for each file, bytewise by path: what `sha256sum -c` reads. */
export function writeChecksums(lines: readonly ChecksumLine[]): Uint8Array {
  const sorted = lines.toSorted((a, b) => comparePaths(a.path, b.path));
  return Buffer.from(sorted.map((line) => `${line.sha256}${SEPARATOR}${line.path}\n`).join(""), "latin1");
}

/**
 * Reads checksums.txt (trust-spec section 1, L5) in its one form. GNU's `*` and `\` markers, blank lines, uppercase
 * digests, CR LF and the file's own name are refused: other readers understand them differently.
 */
export function parseChecksums(at: string, bytes: Uint8Array): Parsed<readonly ChecksumLine[]> {
  return parseLines(at, bytes, orderProblem);
}

/** As parseChecksums, in the order of whoever wrote it: the existing system lists files as it made them. A path may repeat. */
export function parseLegacyChecksums(at: string, bytes: Uint8Array): Parsed<readonly ChecksumLine[]> {
  return parseLines(at, bytes, () => undefined);
}

type OrderRule = (path: string, pathBefore: string | undefined) => string | undefined;

function parseLines(at: string, bytes: Uint8Array, order: OrderRule): Parsed<readonly ChecksumLine[]> {
  if (bytes.byteLength > MAX_CHECKSUMS_BYTES) {
    return broken(at, `is ${bytes.byteLength} bytes; the limit is ${MAX_CHECKSUMS_BYTES}`);
  }
  // One character for each byte: what is not ASCII is refused by the name rules.
  const text = Buffer.from(bytes).toString("latin1");
  const shape = textProblem(text);
  if (shape !== undefined) return broken(at, shape);
  return readLines(at, text.slice(0, -1).split("\n"), order);
}

function textProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  if (text.includes("\r")) {
    return "has CR characters; its lines end with LF alone (an editor or a checkout may have converted it)";
  }
  return text.endsWith("\n") ? undefined : "does not end with LF";
}

function readLines(at: string, texts: readonly string[], order: OrderRule): Parsed<readonly ChecksumLine[]> {
  if (texts.length > MAX_ENTRIES) return broken(at, `has ${texts.length} lines; the limit is ${MAX_ENTRIES}`);
  const lines: ChecksumLine[] = [];
  for (const [index, text] of texts.entries()) {
    const line = readLine(text);
    if (typeof line === "string") return atLine(at, index, line);
    const problem = order(line.path, lines.at(-1)?.path);
    if (problem !== undefined) return atLine(at, index, problem);
    lines.push(line);
  }
  return parsed(at, lines);
}

function atLine(at: string, index: number, reason: string): ParsedBroken {
  return broken(at, `line ${index + 1} ${reason}`);
}

function readLine(text: string): ChecksumLine | string {
  if (text === "") return "is blank";
  const sha256 = text.slice(0, DIGEST_CHARACTERS);
  if (!SHA256_HEX.test(sha256)) return "does not begin with 64 lowercase hex digits";
  const path = text.slice(DIGEST_CHARACTERS + SEPARATOR.length);
  if (!text.startsWith(SEPARATOR, DIGEST_CHARACTERS)) return "does not have two spaces after the digest";
  const reason = nameProblem(path);
  if (reason !== undefined) return `names a path that may not be in a package: ${reason}`;
  if (path === CHECKSUMS_FILE) return `lists ${CHECKSUMS_FILE} itself`;
  return { path, sha256 };
}

function orderProblem(path: string, pathBefore: string | undefined): string | undefined {
  if (pathBefore === path) return "lists the same path as the line before";
  return pathBefore !== undefined && comparePaths(pathBefore, path) > 0
    ? "is not in bytewise order of paths"
    : undefined;
}
