import { createHash, randomBytes } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DigestSet } from "../model/digest.ts";
import { Failure } from "../model/failure.ts";

export interface WrittenFile extends DigestSet {
  readonly sizeBytes: number;
}

const FLUSH_BYTES = 1024 * 1024;

/**
 * Writes pieces to a temporary file beside the destination, syncs it and renames it into place; digests come from the
 * bytes on their way. On any failure nothing is left. Throws Failure "output" for errors of the file system, and
 * whatever the pieces throw.
 */
export async function writeFileAtomically(
  destination: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<WrittenFile> {
  const folder = dirname(destination);
  const temporary = join(folder, `.${basename(destination)}.${randomBytes(6).toString("hex")}.tmp`);
  const file = await output(destination, open(temporary, "wx", 0o644));
  try {
    const written = await writeAll(file, destination, pieces).finally(async () => await file.close());
    await output(destination, rename(temporary, destination));
    await syncFolder(folder);
    return written;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeAll(
  file: FileHandle,
  destination: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<WrittenFile> {
  const sink = new HashingSink(file);
  for await (const piece of pieces) {
    if (sink.take(piece)) await output(destination, sink.flush());
  }
  await output(destination, sink.flush());
  await output(destination, file.sync());
  return sink.facts();
}

/** Gathers small pieces: archiver writes a record field by field. */
class HashingSink {
  readonly #file: FileHandle;
  readonly #sha256 = createHash("sha256");
  readonly #sha512 = createHash("sha512");
  #pieces: Uint8Array[] = [];
  #pendingBytes = 0;
  #sizeBytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** True when it is time to flush. */
  take(piece: Uint8Array): boolean {
    this.#pieces.push(piece);
    this.#pendingBytes += piece.byteLength;
    return this.#pendingBytes >= FLUSH_BYTES;
  }

  async flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pieces, this.#pendingBytes);
    this.#pieces = [];
    this.#pendingBytes = 0;
    this.#sizeBytes += bytes.byteLength;
    this.#sha256.update(bytes);
    this.#sha512.update(bytes);
    // On a handle, writeFile goes on from where the last write ended.
    await this.#file.writeFile(bytes);
  }

  facts(): WrittenFile {
    return { sizeBytes: this.#sizeBytes, sha256: this.#sha256.digest("hex"), sha512: this.#sha512.digest("hex") };
  }
}

/** A rename is durable only after its folder is. Not every platform lets a folder be opened. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await output(folder, open(folder, "r"));
  await handle.sync().finally(async () => await handle.close());
}

async function output<T>(destination: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new Failure("output", "the file cannot be written", { at: destination, found: String(error), cause: error });
  }
}
