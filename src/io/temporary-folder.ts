import { mkdtempSync, rmSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../model/failure.ts";
import { makeFolder } from "./make-folder.ts";
import { systemErrorReason } from "./system-error.ts";

/** Whatever was killed may leave folders of this name; nothing in them was finished. */
const PREFIX = ".cavra-";
/** A write that is under way may put one more file into a folder that is being removed. */
const REMOVAL = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 } as const;

const live = new Set<string>();

/**
 * Runs `work` with a new private folder inside `parent` (created when missing), and removes the folder afterwards
 * whatever happens, a signal that ends the process included. What must survive is renamed out of it.
 * @throws Failure "output" when the folder cannot be made or removed, and whatever the work throws.
 */
export async function withTemporaryFolder<T>(
  parent: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  await makeFolder(parent);
  return await withTemporaryFolderIn(parent, work);
}

/** As withTemporaryFolder, but `parent` must exist. */
export async function withTemporaryFolderIn<T>(
  parent: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = makeTemporaryFolder(parent);
  let result: T;
  try {
    result = await work(folder);
  } catch (error) {
    // What went wrong first is what people need to know; the folder is tried once more when the process ends.
    await removeTemporaryFolder(folder).catch(() => undefined);
    throw error;
  }
  await removeTemporaryFolder(folder);
  return result;
}

/** Names of temporary folders in a folder: of runs that are under way, or were killed. None when it cannot be read. */
export async function temporaryFoldersIn(parent: string): Promise<readonly string[]> {
  const names = await readdir(parent).catch((): string[] => []);
  return names.filter((name) => name.startsWith(PREFIX)).toSorted();
}

/** Synchronous: a signal finds the folder either not made or noted. */
function makeTemporaryFolder(parent: string): string {
  try {
    const folder = mkdtempSync(join(parent, PREFIX));
    if (!process.listeners("exit").includes(removeLive)) process.on("exit", removeLive);
    live.add(folder);
    return folder;
  } catch (error) {
    const message = `cannot write ${parent}: it ${systemErrorReason(error)}`;
    throw new Failure("output", message, { at: parent, cause: error });
  }
}

async function removeTemporaryFolder(folder: string): Promise<void> {
  try {
    await rm(folder, REMOVAL);
  } catch (error) {
    throw new Failure("output", `cannot remove ${folder}: it ${systemErrorReason(error)}`, {
      at: folder,
      hint: "all else is done: remove that folder yourself",
      cause: error,
    });
  }
  live.delete(folder);
}

function removeLive(): void {
  for (const folder of live) {
    try {
      rmSync(folder, REMOVAL);
    } catch {
      // The process ends; its exit code and its last words are of something else.
    }
  }
}
