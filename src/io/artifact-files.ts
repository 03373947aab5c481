import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { sha256Hex } from "../crypto/digest.ts";
import { MAX_ENTRY_BYTES } from "../model/limits.ts";
import { readInput, writeSynced } from "./files.ts";
import { makeFolder } from "./make-folder.ts";
import { inputFailure, outputFailure, systemErrorCode, writing } from "./system-error.ts";

export interface FileFacts {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Digest and size of a regular file that is no link. Throws Failure "input". */
export async function fileFacts(path: string): Promise<FileFacts> {
  const bytes = await readInput(path, MAX_ENTRY_BYTES);
  return { sha256: sha256Hex(bytes), sizeBytes: bytes.byteLength };
}

/** Copies one regular file (no link) to a new place and returns the bytes that were written. */
export async function copyWithBytes(from: string, to: string, mode: number): Promise<Uint8Array> {
  const bytes = await readInput(from, MAX_ENTRY_BYTES);
  await makeFolder(dirname(to));
  await writeTreeFile(to, bytes, mode);
  return bytes;
}

/** Copies one regular file (no link) to a new place; the digest is of the bytes that were written. */
export async function copyRegularFile(from: string, to: string, mode: number): Promise<FileFacts> {
  const bytes = await copyWithBytes(from, to, mode);
  return { sha256: sha256Hex(bytes), sizeBytes: bytes.byteLength };
}

/** Writes a new file of a tree that is not published yet. Throws Failure "output". */
export async function writeTreeFile(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  await writing(path, writeSynced(path, bytes, mode));
}

/** Names in a folder, sorted; none when there is no such folder. */
export async function namesIfPresent(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemErrorCode(error) ?? "")) return [];
    throw inputFailure(folder, error);
  }
}

/** Names in a folder, sorted. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    throw outputFailure(folder, error);
  }
}
