import { basename, dirname, join, resolve } from "node:path";
import { writeSynced } from "./files.ts";
import { publishAlone, type Finish } from "./publish.ts";
import { writing } from "./system-error.ts";
import { withTemporaryFolderIn } from "./temporary-folder.ts";

export interface NewFileOptions {
  /** Permission bits, independent of the umask. */
  readonly mode?: number;
  readonly finish?: Finish;
}

/** Writes a file whose name is free, in a folder that exists; one step makes it appear. Throws Failure "output". */
export async function writeNewFile(
  destination: string,
  bytes: Uint8Array,
  { mode = 0o644, finish = publishAlone }: NewFileOptions = {},
): Promise<void> {
  const target = resolve(destination);
  await withTemporaryFolderIn(dirname(target), async (scratch) => {
    const draft = join(scratch, basename(target));
    await writing(destination, writeSynced(draft, bytes, mode));
    await finish({ from: draft, to: target });
  });
}
