import { createHash } from "node:crypto";
import { chmod, open, type FileHandle } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { ByteSource } from "../model/byte-source.ts";
import { Failure } from "../model/failure.ts";
import { syncFolder, writeSynced } from "./files.ts";
import { makeFolder } from "./make-folder.ts";
import { publishAlone, type Finish } from "./publish.ts";
import { writing } from "./system-error.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

const CHUNK_BYTES = 1024 * 1024;

export interface VerifiedZip {
  readonly name: string;
  /** The descriptor that was verified. */
  readonly source: ByteSource;
  readonly sha256: string;
  /** Files of the signature set, as they were judged. */
  readonly signatureFiles: ReadonlyMap<string, Uint8Array>;
}

/**
 * Copies a verified zip and its signature set into a folder that does not exist yet. The bytes come from the descriptor
 * that was verified and are hashed again on their way; one rename makes the folder appear. Throws Failure "output".
 */
export async function copyVerifiedZip(
  destination: string,
  zip: VerifiedZip,
  finish: Finish = publishAlone,
): Promise<void> {
  const target = resolve(destination);
  await withTemporaryFolder(dirname(target), async (scratch) => {
    const folder = join(scratch, basename(target));
    await writing(destination, writeCopy(folder, zip));
    await finish({ from: folder, to: target });
  });
}

async function writeCopy(folder: string, zip: VerifiedZip): Promise<void> {
  const signatures = join(folder, `${zip.name}.sigs`);
  await makeFolder(signatures);
  await copyBytes(join(folder, zip.name), zip);
  for (const [name, bytes] of zip.signatureFiles) await writeSynced(join(signatures, name), bytes, 0o644);
  for (const made of [signatures, folder]) {
    await chmod(made, 0o755);
    await syncFolder(made);
  }
}

async function copyBytes(path: string, { source, sha256 }: VerifiedZip): Promise<void> {
  const handle = await open(path, "wx", 0o644);
  try {
    const digest = await copyChunks(handle, source);
    if (digest !== sha256)
      throw new Failure("input", "the zip changed while it was copied", { expected: sha256, found: digest });
    await handle.chmod(0o644);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function copyChunks(handle: FileHandle, source: ByteSource): Promise<string> {
  const hash = createHash("sha256");
  for (let offset = 0; offset < source.sizeBytes; offset += CHUNK_BYTES) {
    const chunk = source.read(offset, Math.min(CHUNK_BYTES, source.sizeBytes - offset));
    hash.update(chunk);
    await handle.writeFile(chunk);
  }
  return hash.digest("hex");
}
