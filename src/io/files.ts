import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, opendir, rename, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Failure } from "../model/failure.ts";
import { notRegular } from "./file-kind.ts";
import { moveToFree } from "./move-to-free.ts";
import { READ_FLAGS } from "./open-flags.ts";
import { inputFailure, systemErrorCode, writing } from "./system-error.ts";
import { withTemporaryFolderIn } from "./temporary-folder.ts";

/**
 * Reads one regular file that the user named, at most `maxBytes` of it. Throws Failure "input" when it is missing, a
 * link, no regular file, larger, or cannot be read.
 */
export async function readInput(path: string, maxBytes: number): Promise<Uint8Array> {
  const bytes = await readIfPresent(path, maxBytes);
  if (bytes === undefined) throw new Failure("input", `${path} does not exist`, { at: path });
  return bytes;
}

/** Throws for an open file that must not be read. */
export type FileDemand = (facts: Stats) => void;

/** As readInput, but undefined when there is no such file. */
export async function readIfPresent(
  path: string,
  maxBytes: number,
  demand: FileDemand = () => undefined,
): Promise<Uint8Array | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, READ_FLAGS);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw inputFailure(path, error);
  }
  try {
    return await readWhole(handle, path, maxBytes, demand);
  } catch (error) {
    throw inputFailure(path, error);
  } finally {
    await closeRead(handle);
  }
}

/** Closing what was only read can lose nothing. */
async function closeRead(handle: FileHandle): Promise<void> {
  await handle.close().catch(() => undefined);
}

async function readWhole(
  handle: FileHandle,
  path: string,
  maxBytes: number,
  demand: FileDemand,
): Promise<Uint8Array> {
  const facts = await regularFile(handle, path);
  demand(facts);
  const { size } = facts;
  if (size > maxBytes) {
    throw new Failure("input", `${path} is too large`, {
      at: path,
      expected: `at most ${maxBytes} bytes`,
      found: `${size} bytes`,
    });
  }
  const buffer = Buffer.alloc(size + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.byteLength - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length !== size) throw new Failure("input", `${path} changed while it was read`, { at: path });
  return new Uint8Array(buffer.subarray(0, size));
}

async function regularFile(handle: FileHandle, path: string): Promise<Stats> {
  const facts = await handle.stat();
  if (!facts.isFile()) throw notRegular(path, facts);
  return facts;
}

export interface WriteOptions {
  /** Permission bits, independent of the umask. */
  readonly mode?: number;
  /** Refuse to replace an existing file. */
  readonly exclusive?: boolean;
}

/** Writes a file so that it is either whole or not there: temporary name beside it, fsync, rename. Throws Failure "output". */
export async function writeFileAtomic(
  path: string,
  bytes: Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const work = withTemporaryFolderIn(dirname(path), async (folder) => {
    const draft = join(folder, basename(path));
    await writeSynced(draft, bytes, options.mode ?? 0o644);
    if (options.exclusive === true) await moveToFree(draft, path);
    else await rename(draft, path);
    await syncFolder(dirname(path));
  });
  await writing(path, work);
}

/** Writes a new file with exactly these permission bits and waits until the disk has it. Throws the system's errors. */
export async function writeSynced(
  path: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  mode: number,
): Promise<void> {
  const handle = await open(path, "wx", mode);
  try {
    await handle.writeFile(bytes);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What a file system answers that cannot sync folders. */
const CANNOT_SYNC_FOLDERS: ReadonlySet<string | undefined> = new Set(["EINVAL", "ENOTSUP"]);

/**
 * After a rename the folder entry itself must reach the disk; platforms and file systems that cannot sync folders are
 * left alone. Throws the system's errors.
 */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    if (!CANNOT_SYNC_FOLDERS.has(systemErrorCode(error))) throw error;
  } finally {
    await closeRead(handle);
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return false;
    throw inputFailure(path, error);
  }
}

/** Whether there is a folder itself here, not a link to one. Throws Failure "input" when there is nothing. */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    throw inputFailure(path, error);
  }
}

/** Permission bits of what a path leads to. Throws Failure "input". */
export async function permissionBits(path: string): Promise<number> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    throw inputFailure(path, error);
  }
}

/**
 * Names in a folder, bytewise sorted; none when there is no such folder. Throws Failure "input".
 * @param most After so many the folder is not read on.
 */
export async function folderNames(path: string, most: number = Infinity): Promise<readonly string[]> {
  try {
    const names: string[] = [];
    for await (const { name } of await opendir(path)) {
      if (names.push(name) >= most) break;
    }
    return names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw inputFailure(path, error);
  }
}
