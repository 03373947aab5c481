import type { EntryReading } from "../formats/zip-entry-data.ts";
import { readTreeFile, walkTree, type TreeFile } from "../io/directory-tree.ts";
import { Failure } from "../model/failure.ts";
import type { JudgedContainer, OpenedContainer } from "./open-container.ts";

/**
 * Judges the tree below a folder: regular files only, names, modes and limits of the profile. Its root is fixed once;
 * a file that is read later must be the very file that was seen here.
 * @throws Failure "input" when the folder is missing or cannot be read.
 */
export function openDirectory(path: string): OpenedContainer {
  const tree = walkTree(path);
  if (!tree.ok) {
    return {
      ok: false,
      stage: { kind: "directory", sightings: tree.sightings, entryCount: 0, totalBytes: 0 },
    };
  }
  const { root, top, files } = tree;
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const stage = { kind: "directory", sightings: [], entryCount: files.length, totalBytes } as const;
  return { ok: true, container: new DirectoryContainer(root, top, files), stage };
}

class DirectoryContainer implements JudgedContainer {
  readonly kind = "directory";
  readonly zip = null;
  readonly top: string;
  readonly entries: readonly TreeFile[];
  readonly #root: string;
  readonly #byPath: ReadonlyMap<string, TreeFile>;

  constructor(root: string, top: string, files: readonly TreeFile[]) {
    this.top = top;
    this.entries = files;
    this.#root = root;
    this.#byPath = new Map(files.map((file) => [file.path, file]));
  }

  tryRead(path: string): EntryReading {
    return { ok: true, bytes: this.read(path) };
  }

  read(path: string): Uint8Array {
    const file = this.#byPath.get(path);
    if (file === undefined) throw new Failure("internal", "no such entry", { at: path });
    return readTreeFile(this.#root, file);
  }

  assertUnchanged(): void {
    const now = walkTree(this.#root);
    if (now.ok && describe(now.files) === describe(this.entries)) return;
    throw new Failure("input", "the folder changed while it was read", { at: this.#root });
  }
}

function describe(files: readonly TreeFile[]): string {
  return files.map(({ path, identity }) => `${path}\n${identity}\n`).join("");
}
