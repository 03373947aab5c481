import { nameDefect } from "./name-defects.ts";

/** A path that may not stand beside the others, and why. */
export interface NameProblem {
  readonly path: string;
  /** The id of the problem. */
  readonly problem: string;
  /** Lower case, no final stop, names the rule. Contains no character of the path. */
  readonly reason: string;
}

const MAX_SHOWN_CHARACTERS = 120;
/** Printable ASCII without blank and backslash, short enough to be shown whole. */
const SHOWN_AS_IT_IS = /^[!-[\]-~]{0,120}$/;

/**
 * Why a relative path with `/` between its segments may not stand in a package; undefined when it may. Names are
 * refused, never repaired (design, section 2).
 */
export function nameProblem(path: string): string | undefined {
  return nameDefect(path)?.reason;
}

const TWICE = { problem: "container.duplicate-name", reason: "the name occurs twice" };
const CASE_TWINS = { problem: "container.case-twins", reason: "two names differ only in case" };
const FOLDER_TWINS = { problem: "container.case-twins", reason: "two folders differ only in case" };
const FILE_AND_FOLDER = {
  problem: "container.file-and-folder",
  reason: "a file and a folder have the same name",
};

/**
 * Problems that several paths have with each other: equal after ASCII lowercase, one folder in two spellings, a file
 * that is also a folder. On a file system that ignores case they would become one. Linear in the number of segments.
 * @param folders Paths of folders that are listed themselves.
 */
export function setProblems(
  paths: readonly string[],
  folders: readonly string[] = [],
): readonly NameProblem[] {
  const problems: NameProblem[] = [];
  const files = new Map<string, string>();
  for (const path of paths) {
    const key = path.toLowerCase();
    const other = files.get(key);
    if (other === undefined) files.set(key, path);
    else problems.push({ path, ...(other === path ? TWICE : CASE_TWINS) });
  }
  const listed = new Set<string>();
  for (const folder of folders) {
    if (listed.has(folder)) problems.push({ path: folder, ...TWICE });
    listed.add(folder);
  }
  const spellings = new Map<string, string>();
  // A listed folder is a folder for what it would hold.
  for (const path of [...paths, ...[...listed].map((folder) => `${folder}/`)]) {
    const problem = folderProblem(path, files, spellings);
    if (problem !== undefined) problems.push({ path: path.replace(/\/$/, ""), ...problem });
  }
  return problems;
}

function folderProblem(
  path: string,
  files: ReadonlyMap<string, string>,
  folders: Map<string, string>,
): Omit<NameProblem, "path"> | undefined {
  const key = path.toLowerCase();
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
    const folderKey = key.slice(0, slash);
    if (files.has(folderKey)) return FILE_AND_FOLDER;
    const folder = path.slice(0, slash);
    const spelling = folders.get(folderKey);
    // A known folder in this spelling: its parents were looked at when it was first met.
    if (spelling === folder) return undefined;
    if (spelling !== undefined) return FOLDER_TWINS;
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
  if (typeof name === "string" && SHOWN_AS_IT_IS.test(name)) return name;
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
