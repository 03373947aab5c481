import type { EntryReading } from "../formats/zip-entry-data.ts";
import {
  readTreeFile,
  TREE_LIMITS,
  treeFilePieces,
  walkTree,
  type TreeFile,
  type TreeLimits,
  type TreeReading,
} from "../io/directory-tree.ts";
import type { FileInspection, LookInto } from "../io/inspect-file.ts";
import { Inspector } from "../io/inspector.ts";
import { Failure } from "../model/failure.ts";
import { DEFAULT_LIMITS, type Limits } from "../model/limits.ts";
import type { JudgedContainer, OpenedContainer } from "./open-container.ts";

/**
 * Judges the tree below a folder: regular files only, names, modes and limits of the profile. Its root is fixed once;
 * a file that is read later must be the very file that was seen here.
 * @throws Failure "input" when the folder is missing or cannot be read.
 */
export function openDirectory(
  path: string,
  limits: Limits = DEFAULT_LIMITS,
  inspector: Inspector = new Inspector(),
): OpenedContainer {
  const treeLimits = { ...TREE_LIMITS, maxEntryBytes: limits.entryBytes };
  const tree = walkTree(path, treeLimits);
  if (!tree.ok) {
    return {
      ok: false,
      stage: { kind: "directory", sightings: tree.sightings, entryCount: 0, totalBytes: 0 },
    };
  }
  const { files } = tree;
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  inspector.prepare(totalBytes);
  const stage = { kind: "directory", sightings: [], entryCount: files.length, totalBytes } as const;
  return { ok: true, container: new DirectoryContainer(tree, treeLimits, inspector), stage };
}

type Tree = Extract<TreeReading, { readonly ok: true }>;

class DirectoryContainer implements JudgedContainer {
  readonly kind = "directory";
  readonly zip = null;
  readonly top: string;
  readonly entries: readonly TreeFile[];
  readonly #root: string;
  readonly #limits: TreeLimits;
  readonly #inspector: Inspector;
  readonly #byPath: ReadonlyMap<string, TreeFile>;

  constructor({ root, top, files }: Tree, limits: TreeLimits, inspector: Inspector) {
    this.top = top;
    this.entries = files;
    this.#root = root;
    this.#limits = limits;
    this.#inspector = inspector;
    this.#byPath = new Map(files.map((file) => [file.path, file]));
  }

  get width(): number {
    return this.#inspector.width;
  }

  async inspect(path: string, lookInto: LookInto): Promise<FileInspection> {
    return await this.#inspector.inspectFile(this.#root, this.#file(path), lookInto);
  }

  async *pieces(path: string): AsyncGenerator<Uint8Array> {
    yield* treeFilePieces(this.#root, this.#file(path));
  }

  tryRead(path: string): EntryReading {
    return { ok: true, bytes: this.read(path) };
  }

  read(path: string): Uint8Array {
    return readTreeFile(this.#root, this.#file(path));
  }

  assertUnchanged(): void {
    const now = walkTree(this.#root, this.#limits);
    if (now.ok && describe(now.files) === describe(this.entries)) return;
    throw new Failure("input", "the folder changed while it was read", { at: this.#root });
  }

  #file(path: string): TreeFile {
    const file = this.#byPath.get(path);
    if (file === undefined) throw new Failure("internal", "no such entry", { at: path });
    return file;
  }
}

function describe(files: readonly TreeFile[]): string {
  return files.map(({ path, identity }) => `${path}\n${identity}\n`).join("");
}
