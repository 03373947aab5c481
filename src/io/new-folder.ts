import { chmod } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { syncFolder, writeSynced } from "./files.ts";
import { makeFolder } from "./make-folder.ts";
import { publishAlone, type Finish } from "./publish.ts";
import { writing } from "./system-error.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

/** Writes files into a folder that does not exist yet; one rename makes it appear. Throws Failure "output". */
export async function writeNewFolder(
  destination: string,
  files: ReadonlyMap<string, Uint8Array>,
  finish: Finish = publishAlone,
): Promise<void> {
  const target = resolve(destination);
  await withTemporaryFolder(dirname(target), async (scratch) => {
    const folder = join(scratch, basename(target));
    await writing(destination, writeFiles(folder, files));
    await finish({ from: folder, to: target });
  });
}

async function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await makeFolder(folder);
  for (const [name, bytes] of files) await writeSynced(join(folder, name), bytes, 0o644);
  await chmod(folder, 0o755);
  await syncFolder(folder);
}
