import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A new folder, removed with everything in it after the tests of the file. */
export function scratchFolder(parent: string = tmpdir()): string {
  const folder = mkdtempSync(join(parent, "cavra-test-"));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** As scratchFolder, in memory where the system has such a place: for tests that sync thousands of files. */
export function scratchFolderInMemory(): string {
  return scratchFolder(existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir());
}

const SHARED_MEMORY = "/dev/shm";
