import { randomUUID } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { decodeUtf8 } from "../formats/utf8.ts";
import { Failure } from "../model/failure.ts";
import { readIfPresent, writeSynced } from "./files.ts";
import { outputFailure, systemErrorCode } from "./system-error.ts";
import { withTemporaryFolderIn } from "./temporary-folder.ts";

/** How long somebody else may hold a lock: longer than any extraction to a slow disk takes. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 25;
const MAX_HOLDER_BYTES = 1024;
const HOLDER_FILE = "holder";
/** What file systems answer when a folder is moved onto one that is not empty. */
const TAKEN: ReadonlySet<string | undefined> = new Set(["EEXIST", "ENOTEMPTY", "EPERM", "EACCES"]);

/**
 * Runs `work` while no other process holds the lock `path`. The lock is a folder that names its holder: it appears by
 * one rename, with its content, and file systems without links have it too. A lock whose holder died on this machine is
 * taken over. Throws Failure "output" when it stays held, or cannot be made.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const holder = `${process.pid}\n${hostname()}\n${randomUUID()}\n`;
  const givingUp = Date.now() + PATIENCE_MS;
  for (;;) {
    const other = await holderOf(path);
    if (other === undefined && (await take(path, holder))) break;
    if (other !== undefined && isDead(other)) {
      // Only one at a time may clear a dead lock away, and only while it is still that one.
      await withLock(`${path}-of-the-dead`, async () => {
        if ((await holderOf(path)) === other) await clear(path);
      });
    } else if (Date.now() > givingUp) throw held(path);
    else await delay(PAUSE_MS);
  }
  try {
    return await work();
  } finally {
    // Nobody else clears the lock of a process that lives. What fails once is tried once more: the work is done.
    await clear(path).catch(() => clear(path));
  }
}

async function take(path: string, holder: string): Promise<boolean> {
  try {
    return await moveIntoPlace(path, holder);
  } catch (error) {
    // Something failed behind the rename: the lock stands, and nobody who knows of it would give it back.
    if ((await holderOf(path).catch(() => undefined)) === holder) await clear(path).catch(() => clear(path));
    throw error;
  }
}

async function moveIntoPlace(path: string, holder: string): Promise<boolean> {
  return await withTemporaryFolderIn(dirname(path), async (folder) => {
    const draft = join(folder, basename(path));
    try {
      await mkdir(draft, 0o700);
      await writeSynced(join(draft, HOLDER_FILE), Buffer.from(holder), 0o600);
    } catch (error) {
      throw outputFailure(path, error);
    }
    try {
      await rename(draft, path);
      return true;
    } catch (error) {
      if (TAKEN.has(systemErrorCode(error)) && (await holderOf(path)) !== undefined) return false;
      // Whoever held it may have gone between the two calls; what cannot be moved at all is told by the next try.
      if (systemErrorCode(error) === "ENOTEMPTY" || systemErrorCode(error) === "EEXIST") return false;
      throw outputFailure(path, error);
    }
  });
}

async function holderOf(path: string): Promise<string | undefined> {
  const bytes = await readIfPresent(join(path, HOLDER_FILE), MAX_HOLDER_BYTES);
  return bytes === undefined ? undefined : decodeUtf8(bytes);
}

/** Whether the holder is a process of this machine that is no more; of other machines nothing is known. */
function isDead(holder: string): boolean {
  const [pid = "", host] = holder.split("\n");
  if (host !== hostname() || !/^[1-9][0-9]{0,9}$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return systemErrorCode(error) === "ESRCH";
  }
}

/** Out of the way by one rename, then removed: nobody sees half of a lock. */
async function clear(path: string): Promise<void> {
  await withTemporaryFolderIn(dirname(path), async (folder) => {
    try {
      await rename(path, join(folder, basename(path)));
    } catch (error) {
      if (systemErrorCode(error) !== "ENOENT") throw outputFailure(path, error);
    }
  });
}

function held(path: string): Failure {
  return new Failure("output", "another cavra keeps the record of releases locked", {
    at: path,
    hint: "wait for it; if none is running, remove that folder, or read only with --no-record",
  });
}
