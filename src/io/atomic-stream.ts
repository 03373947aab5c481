import { createHash } from "node:crypto";
import { open, rename, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DigestSet } from "../model/digest.ts";
import { syncFolder } from "./files.ts";
import { writing } from "./system-error.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

export interface WrittenFile extends DigestSet {
  readonly sizeBytes: number;
}

const FLUSH_BYTES = 1024 * 1024;
const MODE = 0o644;

/**
 * Writes pieces to a temporary file beside the destination, syncs it and renames it into place; digests come from the
 * bytes on their way. On any failure nothing is left. Throws Failure "output" for errors of the file system, and
 * whatever the pieces throw.
 */
export async function writeStreamAtomic(
  destination: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<WrittenFile> {
  return await withTemporaryFolder(dirname(destination), async (folder) => {
    const draft = join(folder, basename(destination));
    const written = await writeDraft(draft, destination, pieces);
    await writing(destination, rename(draft, destination));
    await writing(destination, syncFolder(dirname(destination)));
    return written;
  });
}

async function writeDraft(
  draft: string,
  destination: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<WrittenFile> {
  const file = await writing(destination, open(draft, "wx", MODE));
  try {
    const sink = new HashingSink(file);
    for await (const piece of pieces) {
      if (sink.take(piece)) await writing(destination, sink.flush());
    }
    await writing(destination, sink.flush());
    await writing(destination, file.chmod(MODE));
    await writing(destination, file.sync());
    return sink.facts();
  } finally {
    await writing(destination, file.close());
  }
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
    return {
      sizeBytes: this.#sizeBytes,
      sha256: this.#sha256.digest("hex"),
      sha512: this.#sha512.digest("hex"),
    };
  }
}
