import { closeSync, fstatSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "../crypto/digest.ts";
import type { HashedFile } from "../formats/dir-hash.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENTRY_BYTES } from "../model/limits.ts";
import { onDisk } from "./system-error.ts";

export interface HashLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  /** Segments of a path: links can make a circle. */
  readonly maxDepth: number;
}

const HASH_LIMITS: HashLimits = { maxFiles: 100_000, maxFileBytes: MAX_ENTRY_BYTES, maxDepth: 64 };

/** Whether a name below the named folders counts. A folder that does not is not entered. */
export type NameChoice = (name: string, kind: "file" | "folder") => boolean;

/**
 * SHA-256 of the named files, and of the files below the named folders, by path from `root`, in no order. Links are
 * followed: distributors put trees together from them. Synchronous, since thousands of small files would wait for the
 * thread pool four times each. Throws Failure "input" for what is missing, neither file nor folder, cannot be read or is
 * beyond a limit.
 */
export function hashFiles(
  root: string,
  names: readonly string[],
  counts: NameChoice,
  limits: HashLimits = HASH_LIMITS,
): readonly HashedFile[] {
  const files: HashedFile[] = [];
  const left = names.map((path) => ({ path, kind: kindOf(join(root, path)) }));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { path, kind } = next;
    const place = join(root, path);
    if (kind === "file") files.push({ path, sha256: hashFile(place, limits.maxFileBytes) });
    else if (path.split("/").length > limits.maxDepth)
      throw beyond(place, `lies deeper than ${limits.maxDepth} folders`);
    else for (const entry of entriesOf(root, path, counts)) left.push(entry);
    if (files.length > limits.maxFiles) throw beyond(root, `holds more than ${limits.maxFiles} files`);
  }
  return files;
}

interface Entry {
  readonly path: string;
  readonly kind: "file" | "folder";
}

function entriesOf(root: string, folder: string, counts: NameChoice): readonly Entry[] {
  const place = join(root, folder);
  // A name that never counts may be anything: locks of editors are links to nowhere.
  const names = onDisk(place, () => readdirSync(place)).filter(
    (name) => counts(name, "file") || counts(name, "folder"),
  );
  return names
    .map((name) => ({ name, kind: kindOf(join(place, name)) }))
    .filter(({ name, kind }) => counts(name, kind))
    .map(({ name, kind }) => ({ path: `${folder}/${name}`, kind }));
}

function kindOf(place: string): Entry["kind"] {
  const facts = onDisk(place, () => statSync(place));
  if (facts.isDirectory()) return "folder";
  if (facts.isFile()) return "file";
  throw beyond(place, "is neither a file nor a folder");
}

function hashFile(place: string, maxBytes: number): string {
  return onDisk(place, () => {
    const descriptor = openSync(place, "r");
    try {
      const { size } = fstatSync(descriptor);
      if (size > maxBytes) throw beyond(place, `is ${size} bytes; the limit is ${maxBytes}`);
      return sha256Hex(readFileSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
  });
}

function beyond(place: string, reason: string): Failure {
  return new Failure("input", `${place} ${reason}`, { at: place });
}
