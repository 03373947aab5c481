import { createHash } from "node:crypto";
import { chmod, mkdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { escapedName, nameProblem, setProblems } from "../formats/entry-names.ts";
import type { ContainerEntry } from "../model/container.ts";
import { Failure } from "../model/failure.ts";
import { syncFolder, writeSynced } from "./files.ts";
import { demandFree, publishAlone, type Finish } from "./publish.ts";
import { writing } from "./system-error.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

/** A file whose content was verified; extraction accepts no other bytes. */
export interface VerifiedFile extends ContainerEntry {
  readonly sha256: string;
}

export type ReadPieces = (path: string) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const FOLDER_MODE = 0o755;

/**
 * Writes verified files into a folder that does not exist yet: all of them into a private folder beside it, each
 * hashed again and synced, then one rename. On any failure nothing is left (design, promise 8).
 * @param read The bytes of a path in pieces, from the handle that was verified.
 * @param finish Publishes the folder; with others, all or none.
 * @throws Failure "output" when the destination exists or cannot be written, "input" when bytes are not the verified ones.
 */
export async function extractTree(
  destination: string,
  files: readonly VerifiedFile[],
  read: ReadPieces,
  finish: Finish = publishAlone,
): Promise<void> {
  const target = resolve(destination);
  assertNames(files);
  await demandFree([target]);
  await withTemporaryFolder(dirname(target), async (folder) => {
    const tree = join(folder, basename(target));
    await writing(destination, writeTree(tree, files, read));
    await finish({ from: tree, to: target });
  });
}

async function writeTree(tree: string, files: readonly VerifiedFile[], read: ReadPieces): Promise<void> {
  const folders = await makeFolders(tree, files);
  for (const file of files) await writeSynced(join(tree, file.path), verifiedPieces(file, read), file.mode);
  for (const path of folders) await syncFolder(path);
}

/** The judge has checked them; a writer of files relies on nobody. */
function assertNames(files: readonly VerifiedFile[]): void {
  const paths = files.map(({ path }) => path);
  const bad = paths.find((path) => nameProblem(path) !== undefined) ?? setProblems(paths)[0]?.path;
  if (bad !== undefined)
    throw new Failure("internal", "a name may not be extracted", { at: escapedName(bad) });
}

/** Returns every folder of the new tree, deepest first. */
async function makeFolders(tree: string, files: readonly VerifiedFile[]): Promise<readonly string[]> {
  const folders = new Set([tree]);
  for (const { path } of files) {
    for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
      folders.add(join(tree, path.slice(0, slash)));
    }
  }
  for (const folder of folders) {
    await mkdir(folder);
    await chmod(folder, FOLDER_MODE);
  }
  return [...folders].toReversed();
}

async function* verifiedPieces(file: VerifiedFile, read: ReadPieces): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  for await (const piece of read(file.path)) {
    hash.update(piece);
    yield piece;
  }
  const found = hash.digest("hex");
  if (found === file.sha256) return;
  throw new Failure("input", "the content is not the verified one", {
    at: escapedName(file.path),
    expected: `SHA-256 ${file.sha256}`,
    found: `SHA-256 ${found}`,
  });
}
