import { link, open, rename, unlink } from "node:fs/promises";
import { Failure } from "../model/failure.ts";
import { systemErrorCode } from "./system-error.ts";

/** What file systems without hard links answer (FAT, some network and overlay ones). */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EINVAL",
]);

/**
 * Gives a finished file a name that nobody has, in one step: a look before a rename would let another writer in between
 * lose what it wrote. Both names are on one file system. Throws Failure "output" for a taken name, and the system's errors.
 */
export async function moveToFree(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "EEXIST") throw taken(path);
    if (!NO_LINKS.has(code)) throw error;
    await moveToReserved(draft, path);
    return;
  }
  await unlinkDraft(draft, path);
}

/** Both names or none: a caller that is told of a failure finds nothing new. */
async function unlinkDraft(draft: string, path: string): Promise<void> {
  try {
    await unlink(draft);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

/** Without links: an empty file reserves the name, and the finished one replaces it. */
async function moveToReserved(draft: string, path: string): Promise<void> {
  await reserve(path);
  try {
    await rename(draft, path);
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

async function reserve(path: string): Promise<void> {
  try {
    await (await open(path, "wx")).close();
  } catch (error) {
    throw systemErrorCode(error) === "EEXIST" ? taken(path) : error;
  }
}

function taken(path: string): Failure {
  return new Failure("output", `${path} exists already`, {
    at: path,
    hint: "nothing is ever replaced: choose another name, or remove the old one yourself",
  });
}
