import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { MAX_DOCUMENT_BYTES } from "../model/limits.ts";

/** A `h1:` directory hash (golang.org/x/mod/sumdb/dirhash): canonical base64 of 32 bytes. */
export const GO_H1 = /^h1:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/** Module paths as Go accepts them (golang.org/x/mod/module.CheckPath), without its rules for the first segment. */
export const GO_MODULE_PATH = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*$/;

/** A canonical module version: SemVer with `v`; the only build metadata that Go knows is `+incompatible`. */
export const GO_MODULE_VERSION =
  /^v(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}(?:-(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?(?:\+incompatible)?$/;

/** A path or version as it stands in file names of the module cache (golang.org/x/mod/module.EscapePath): `!` and the lower case for upper case. */
export function escapedForCache(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}

const GO_MOD_SUFFIX = "/go.mod";
const MAX_LINE_CHARACTERS = 1024;

/** Keys are `path@version`, values `h1:...`. */
export interface GoSum {
  /** Hashes of module zips: what a build used. */
  readonly modules: ReadonlyMap<string, string>;
  /** Hashes of go.mod files alone: what version selection read. */
  readonly goModFiles: ReadonlyMap<string, string>;
}

/**
 * Reads go.sum: lines `module version h1:...` or `module version/go.mod h1:...`, one blank between fields, LF after each.
 * Stricter than the go command, which takes blank lines, several hashes for one module and hashes of unknown kinds: each
 * would leave open which bytes were built. An empty file is a module without dependencies.
 */
export function parseGoSum(at: string, bytes: Uint8Array): Parsed<GoSum> {
  if (bytes.byteLength > MAX_DOCUMENT_BYTES) {
    return broken(at, `is ${bytes.byteLength} bytes; the limit is ${MAX_DOCUMENT_BYTES}`);
  }
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1").split("\n");
  if (lines.pop() !== "") return broken(at, "does not end with a line feed");
  const modules = new Map<string, string>();
  const goModFiles = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const sum = readLine(line);
    if (typeof sum === "string") return broken(at, `line ${index + 1} ${sum}`);
    const sums = sum.goModOnly ? goModFiles : modules;
    if (sums.has(sum.key)) return broken(at, `line ${index + 1} repeats a module and version`);
    sums.set(sum.key, sum.hash);
  }
  return parsed(at, { modules, goModFiles });
}

/** The hash of a module's zip; undefined when go.sum has none. */
export function moduleSum(sums: GoSum, path: string, version: string): string | undefined {
  return sums.modules.get(`${path}@${version}`);
}

interface SumLine {
  readonly key: string;
  readonly goModOnly: boolean;
  readonly hash: string;
}

function readLine(line: string): SumLine | string {
  if (line.length > MAX_LINE_CHARACTERS) return `is longer than ${MAX_LINE_CHARACTERS} characters`;
  const [path, written, hash, extra] = line.split(" ");
  if (path === undefined || written === undefined || hash === undefined || extra !== undefined) {
    return "is not `module version hash` with single blanks";
  }
  const goModOnly = written.endsWith(GO_MOD_SUFFIX);
  const version = goModOnly ? written.slice(0, -GO_MOD_SUFFIX.length) : written;
  if (!GO_MODULE_PATH.test(path)) return "does not begin with a module path";
  if (!GO_MODULE_VERSION.test(version)) return "has no canonical module version";
  if (!GO_H1.test(hash)) return "has no canonical h1 hash";
  return { key: `${path}@${version}`, goModOnly, hash };
}
