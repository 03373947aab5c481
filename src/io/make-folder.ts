import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { systemErrorCode, writing } from "./system-error.ts";

const MODE = 0o777;

/**
 * Makes a folder and those above it; existing ones stay as they are. Throws Failure "output".
 * Not mkdir's own `recursive`: on a read-only medium that says only that the folder does not exist.
 */
export async function makeFolder(path: string, mode = MODE): Promise<void> {
  await writing(path, makeWithParents(path, mode));
}

async function makeWithParents(path: string, mode: number): Promise<void> {
  try {
    await makeOne(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (systemErrorCode(error) !== "ENOENT" || parent === path) throw error;
    await makeWithParents(parent, mode);
    await makeOne(path, mode);
  }
}

async function makeOne(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    // Which error an existing folder gives depends on the system.
    if (!(await isExistingFolder(path))) throw error;
  }
}

/** Throws the system's error for what cannot be looked at. */
async function isExistingFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return false;
    throw error;
  }
}
