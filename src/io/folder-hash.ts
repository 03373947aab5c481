import { closeSync, fstatSync, openSync, readFileSync, statSync, type Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "../crypto/digest.ts";
import type { HashedFile } from "../formats/dir-hash.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENTRY_BYTES } from "../model/limits.ts";
import { inputFailure, onDisk } from "./system-error.ts";

const MAX_FILES = 100_000;
const MAX_DEPTH = 64;

/** Whether a name of a folder counts. A folder that does not is not entered. */
export type NameChoice = (name: string, kind: "file" | "folder") => boolean;

/**
 * SHA-256 of the files below `root/folder`, by path from `root`, in no order. Links are followed: distributors put trees
 * together from them. Throws Failure "input" for what is neither file nor folder, cannot be read or is beyond a limit.
 */
export async function hashFolder(
  root: string,
  folder: string,
  counts: NameChoice,
): Promise<readonly HashedFile[]> {
  const files: HashedFile[] = [];
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const entry of await entriesOf(join(root, next))) {
      const path = `${next}/${entry.name}`;
      const kind = kindOf(entry, join(root, path));
      if (!counts(entry.name, kind)) continue;
      if (kind === "folder") folders.push(demandDepth(path, root));
      else files.push({ path, sha256: hashFile(join(root, path)) });
      if (files.length > MAX_FILES) {
        throw new Failure("input", `${root} holds more than ${MAX_FILES} files`, { at: root });
      }
    }
  }
  return files;
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw inputFailure(folder, error);
  }
}

function kindOf(entry: Dirent, path: string): "file" | "folder" {
  const facts = entry.isSymbolicLink() ? onDisk(path, () => statSync(path)) : entry;
  if (facts.isDirectory()) return "folder";
  if (facts.isFile()) return "file";
  throw new Failure("input", `${path} is neither a file nor a folder`, { at: path });
}

/** Links can make a circle. */
function demandDepth(path: string, root: string): string {
  if (path.split("/").length <= MAX_DEPTH) return path;
  throw new Failure("input", `${root} holds folders deeper than ${MAX_DEPTH}`, { at: path });
}

/** Not through a promise: thousands of small files would wait for the thread pool four times each. */
function hashFile(path: string): string {
  return onDisk(path, () => {
    const descriptor = openSync(path, "r");
    try {
      const { size } = fstatSync(descriptor);
      if (size > MAX_ENTRY_BYTES) {
        throw new Failure("input", `${path} is ${size} bytes; the limit is ${MAX_ENTRY_BYTES}`, { at: path });
      }
      return sha256Hex(readFileSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
  });
}
