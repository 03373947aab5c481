import { MAX_PATH_BYTES, MAX_PATH_DEPTH } from "../model/limits.ts";

/** A path of a package that may not be there, and why. */
export interface NameProblem {
  readonly path: string;
  /** Lower case, no final stop, names the rule. Contains no character of the path. */
  readonly reason: string;
}

/** trust-spec section 7: no `.` or `..`, no trailing dot, no leading `-`, at most 100 characters. */
const SEGMENT = /^(?!-)[A-Za-z0-9._+-]{0,99}[A-Za-z0-9_+-]$/;

/** Names that Windows gives to devices, in any case and with any extension. */
const DEVICE_STEM = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

const MAX_SHOWN_CHARACTERS = 120;

/**
 * Why a relative path with `/` between its segments may not stand in a package; undefined when it may. Names are
 * refused, never repaired (design, section 2).
 */
export function nameProblem(path: string): string | undefined {
  if (path.length === 0) return "a name may not be empty";
  // One UTF-16 unit is at least one byte; whatever is not ASCII is refused by the segment rule below.
  if (path.length > MAX_PATH_BYTES) {
    return `a path may have at most ${MAX_PATH_BYTES} bytes, and this one has ${path.length}`;
  }
  const segments = path.split("/");
  if (segments.length > MAX_PATH_DEPTH) {
    return `a path may have at most ${MAX_PATH_DEPTH} segments, and this one has ${segments.length}`;
  }
  for (const segment of segments) {
    const reason = segmentProblem(segment);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function segmentProblem(segment: string): string | undefined {
  if (segment === "") return "a path may not begin or end with / and has one / between its segments";
  if (segment === "." || segment === "..") return "a path may not contain . or .. as a segment";
  if (!SEGMENT.test(segment)) {
    return "a segment has 1 to 100 of the characters A-Z a-z 0-9 . _ + -, does not begin with - and does not end with a dot";
  }
  const stem = segment.split(".", 1)[0] ?? "";
  return DEVICE_STEM.test(stem) ? "a segment may not be the name of a Windows device" : undefined;
}

/**
 * Problems that several paths have with each other: equal after ASCII lowercase, one folder in two spellings, a file
 * that is also a folder. On a file system that ignores case they would become one. Linear in the number of segments.
 */
export function setProblems(paths: readonly string[]): readonly NameProblem[] {
  const problems: NameProblem[] = [];
  const files = new Map<string, string>();
  for (const path of paths) {
    const key = path.toLowerCase();
    const other = files.get(key);
    if (other === undefined) files.set(key, path);
    else
      problems.push({
        path,
        reason: other === path ? "the name occurs twice" : "two names differ only in case",
      });
  }
  const folders = new Map<string, string>();
  for (const path of paths) {
    const reason = folderProblem(path, files, folders);
    if (reason !== undefined) problems.push({ path, reason });
  }
  return problems;
}

function folderProblem(
  path: string,
  files: ReadonlyMap<string, string>,
  folders: Map<string, string>,
): string | undefined {
  const key = path.toLowerCase();
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
    const folderKey = key.slice(0, slash);
    if (files.has(folderKey)) return "a file and a folder have the same name";
    const folder = path.slice(0, slash);
    const spelling = folders.get(folderKey);
    // A known folder in this spelling: its parents were looked at when it was first met.
    if (spelling === folder) return undefined;
    if (spelling !== undefined) return "two folders differ only in case";
    folders.set(folderKey, folder);
  }
  return undefined;
}

/** Bytewise order. Paths that keep the name rules are ASCII, where it is the order of UTF-16 units. */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A name from hostile input, safe to print: printable ASCII stays, everything else becomes `\xNN`; cut to a sane length. */
export function escapedName(name: string | Uint8Array): string {
  const bytes =
    typeof name === "string" ? new TextEncoder().encode(name.slice(0, MAX_SHOWN_CHARACTERS + 1)) : name;
  let shown = "";
  for (const byte of bytes) {
    if (shown.length >= MAX_SHOWN_CHARACTERS) return `${shown}...`;
    const printable = byte > 0x20 && byte < 0x7f && byte !== 0x5c;
    shown += printable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return shown;
}
