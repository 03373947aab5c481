import { lstatSync, opendirSync, realpathSync, type BigIntStats, type Dir } from "node:fs";
import { basename, join } from "node:path";
import { comparePaths, escapedName, setProblems } from "../formats/entry-names.ts";
import { nameDefect } from "../formats/name-defects.ts";
import { SightingList } from "../formats/sighting-list.ts";
import type { Sighting } from "../model/check.ts";
import type { ContainerEntry, EntryMode } from "../model/container.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENTRIES, MAX_ENTRY_BYTES, MAX_TOTAL_BYTES } from "../model/limits.ts";
import {
  closeQuietly,
  fileIdentity,
  openByteSource,
  passingPieces,
  type FileIdentity,
  type OpenedFile,
} from "./byte-source.ts";
import { onDisk } from "./system-error.ts";

export interface TreeFile extends ContainerEntry {
  /** What the walk saw; the file that is read later must be the same. */
  readonly identity: FileIdentity;
}

export interface TreeLimits {
  /** Files, and as many folders. */
  readonly maxEntries: number;
  readonly maxEntryBytes: number;
  readonly maxTotalBytes: number;
}

export const TREE_LIMITS: TreeLimits = {
  maxEntries: MAX_ENTRIES,
  maxEntryBytes: MAX_ENTRY_BYTES,
  maxTotalBytes: MAX_TOTAL_BYTES,
};

export type TreeReading =
  | {
      readonly ok: true;
      /** Real path of the root, fixed before the walk. */
      readonly root: string;
      /** Its last segment. */
      readonly top: string;
      /** Bytewise by path. */
      readonly files: readonly TreeFile[];
    }
  | { readonly ok: false; readonly sightings: readonly Sighting[] };

const SETUID_SETGID_STICKY = 0o7000;
const WRITABLE_BY_OTHERS = 0o002;
const EXECUTABLE = 0o111;

/**
 * Walks a folder without following links: only regular files and folders, names and limits of the profile (trust-spec
 * section 7), no empty folder. The root itself may be named through a link; its real path is fixed once.
 * @throws Failure "input" when a folder or file cannot be looked at.
 */
export function walkTree(path: string, limits: TreeLimits = TREE_LIMITS): TreeReading {
  const root = onDisk(path, () => realpathSync(path));
  if (!onDisk(path, () => lstatSync(root)).isDirectory()) {
    throw new Failure("input", `${path} is not a folder`, { at: path });
  }
  const walk = new TreeWalk(root, limits);
  walk.run();
  if (walk.seen.isEmpty) return { ok: true, root, top: basename(root), files: walk.sortedFiles() };
  return { ok: false, sightings: walk.seen.sightings };
}

class TreeWalk {
  readonly seen = new SightingList();
  readonly #root: string;
  readonly #limits: TreeLimits;
  readonly #files: TreeFile[] = [];
  #folderCount = 0;
  #totalBytes = 0;

  constructor(root: string, limits: TreeLimits) {
    this.#root = root;
    this.#limits = limits;
  }

  run(): void {
    const folders = [""];
    for (let folder = folders.pop(); folder !== undefined && !this.seen.isFull; folder = folders.pop()) {
      folders.push(...this.#readFolder(folder));
    }
    for (const { path, problem, reason } of setProblems(this.#files.map((file) => file.path))) {
      this.seen.add(problem, escapedName(path), "a name that stays apart", reason);
    }
  }

  sortedFiles(): readonly TreeFile[] {
    return this.#files.toSorted((a, b) => comparePaths(a.path, b.path));
  }

  /** Takes the files of one folder and returns its folders, as paths relative to the root. */
  #readFolder(folder: string): readonly string[] {
    const folders: string[] = [];
    let isEmpty = true;
    for (const name of this.#namesIn(folder)) {
      isEmpty = false;
      if (this.seen.isFull) break;
      const path = folder === "" ? name : `${folder}/${name}`;
      if (this.#take(path) === "folder") folders.push(path);
      if (!this.#isWithinCount(folders.length)) break;
    }
    this.#folderCount += folders.length;
    if (isEmpty) {
      const at = folder === "" ? "the folder itself" : escapedName(folder);
      this.seen.add("container.empty-folder", at, "at least one file", "none");
    }
    return folders;
  }

  *#namesIn(folder: string): Generator<string> {
    const path = join(this.#root, folder);
    const directory: Dir = onDisk(path, () => opendirSync(path));
    try {
      for (let entry = onDisk(path, () => directory.readSync()); entry !== null;) {
        yield entry.name;
        entry = onDisk(path, () => directory.readSync());
      }
    } finally {
      closeQuietly(() => directory.closeSync());
    }
  }

  #isWithinCount(newFolders: number): boolean {
    const { maxEntries } = this.#limits;
    if (this.#files.length <= maxEntries && this.#folderCount + newFolders <= maxEntries) return true;
    this.seen.add("container.limit", "the folder", `at most ${maxEntries} files (limit entries)`, "more");
    return false;
  }

  #take(path: string): "file" | "folder" | "refused" {
    const at = escapedName(path);
    const defect = nameDefect(path);
    if (defect !== undefined) {
      this.seen.add(defect.problem, at, defect.reason, "this name");
      return "refused";
    }
    const fullPath = join(this.#root, path);
    const facts = onDisk(fullPath, () => lstatSync(fullPath, { bigint: true }));
    if (facts.isDirectory()) return "folder";
    if (!facts.isFile()) {
      const [problem, actual] = facts.isSymbolicLink()
        ? ["container.link", "a symbolic link"]
        : ["container.special-file", "neither file nor folder"];
      this.seen.add(problem, at, "a regular file", actual);
      return "refused";
    }
    this.#takeFile(path, facts);
    return "file";
  }

  #takeFile(path: string, facts: BigIntStats): void {
    const at = escapedName(path);
    const { maxEntryBytes, maxTotalBytes } = this.#limits;
    const sizeBytes = Number(facts.size);
    const before = this.#totalBytes;
    this.#totalBytes += sizeBytes;
    if (sizeBytes > maxEntryBytes) {
      this.seen.add(
        "container.limit",
        at,
        `at most ${maxEntryBytes} bytes (limit entry-size)`,
        `${sizeBytes} bytes`,
      );
    } else if (before <= maxTotalBytes && this.#totalBytes > maxTotalBytes) {
      this.seen.add(
        "container.limit",
        "all files",
        `at most ${maxTotalBytes} bytes (limit total-size)`,
        `${this.#totalBytes} bytes or more`,
      );
    }
    const bits = Number(facts.mode & 0o7777n);
    const problem = modeProblem(bits);
    if (problem !== undefined) this.seen.add("container.mode", at, "0644 or 0755", problem);
    this.#files.push({ path, sizeBytes, mode: modeOf(bits), identity: fileIdentity(facts) });
  }
}

function modeProblem(bits: number): string | undefined {
  // Windows has no such bits; Node reports every file there as writable by all.
  if (process.platform === "win32") return undefined;
  const octal = bits.toString(8).padStart(4, "0");
  if ((bits & SETUID_SETGID_STICKY) !== 0) return `${octal} (setuid, setgid or sticky)`;
  return (bits & WRITABLE_BY_OTHERS) === 0 ? undefined : `${octal} (writable by everyone)`;
}

function modeOf(bits: number): EntryMode {
  return (bits & EXECUTABLE) === 0 ? 0o644 : 0o755;
}

/**
 * The bytes of one file of the walk. Throws Failure "input" when it is not the file that was walked over (also when a
 * folder on the way was exchanged), or changed while it was read.
 */
export function readTreeFile(root: string, file: TreeFile): Uint8Array {
  const opened = openTreeFile(root, file);
  try {
    const bytes = opened.read(0, opened.sizeBytes);
    opened.assertUnchanged();
    return bytes;
  } finally {
    opened.close();
  }
}

/** As readTreeFile, in pieces: all of it is the file of the walk only when the last piece was taken without an error. */
export function* treeFilePieces(root: string, file: TreeFile): Generator<Uint8Array> {
  const opened = openTreeFile(root, file);
  try {
    yield* passingPieces(opened);
    opened.assertUnchanged();
  } finally {
    opened.close();
  }
}

function openTreeFile(root: string, file: TreeFile): OpenedFile {
  const opened = openByteSource(join(root, file.path), file.sizeBytes);
  if (opened.identity === file.identity) return opened;
  opened.close();
  throw new Failure("input", `${opened.path} changed after the folder was read`, { at: opened.path });
}
