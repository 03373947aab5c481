import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "../crypto/digest.ts";
import { Failure } from "../model/failure.ts";
import { DEFLATE_LEVEL, joined } from "./deflate-codec.ts";
import { WorkerPool } from "./worker-pool.ts";

const WASM_SHA256 = "1ebaf6e62f247a005189493097f460bc9050f248755c55ecba34fd54257a6bb2";

/** What the manifest records about compressed bytes. */
export const DEFLATE_CODEC = {
  codec: "zlib-canonical",
  level: DEFLATE_LEVEL,
  wasmSha256: WASM_SHA256,
} as const;

export interface Deflated {
  /** One raw deflate stream. */
  readonly data: Uint8Array;
  /** Of the bytes before compression. */
  readonly crc32: number;
}

/** Files one after the other, and what became of them. */
export interface DeflateTask {
  readonly bytes: Uint8Array;
  readonly sizes: readonly number[];
}

export interface DeflateResult {
  readonly data: Uint8Array;
  readonly parts: readonly { readonly sizeBytes: number; readonly crc32: number }[];
}

export interface DeflatePool {
  readonly size: number;
  /** `bytes` stay the caller's, and must stay as they are until it resolves. */
  deflate(bytes: Uint8Array): Promise<Deflated>;
  close(): Promise<void>;
}

/**
 * Starts worker threads that compress with the one pinned codec. node:zlib is not it: its bytes change with Node's
 * build, the system's zlib and the CPU (design, section 7).
 * @throws Failure "toolchain" when the installed WASM module is not the pinned one.
 */
export function startDeflatePool(size: number = availableParallelism()): DeflatePool {
  return new WorkerDeflate(new WebAssembly.Module(pinnedWasm()), size);
}

/** Only the module is taken from the package, never its JavaScript. */
export function pinnedWasm(
  url: string = import.meta.resolve("@zip.js/zip.js/dist/zip-module.wasm"),
): Uint8Array {
  const path = fileURLToPath(url);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Failure("toolchain", "the compressor cannot be read", {
      at: path,
      hint: "npm ci",
      cause: error,
    });
  }
  const found = sha256Hex(bytes);
  if (found === WASM_SHA256) return bytes;
  throw new Failure("toolchain", "the installed compressor is not the pinned one", {
    at: path,
    expected: `SHA-256 ${WASM_SHA256}`,
    found: `SHA-256 ${found}`,
    hint: "npm ci",
  });
}

/** Files up to this many bytes together go to a thread in one message, which costs more than compressing a small file. */
const BATCH_BYTES = 64 * 1024;

interface Waiting {
  readonly bytes: Uint8Array;
  readonly resolve: (deflated: Deflated) => void;
  readonly reject: (reason: unknown) => void;
}

class WorkerDeflate implements DeflatePool {
  readonly #pool: WorkerPool<DeflateTask, DeflateResult>;
  #batch: Waiting[] = [];
  #batchBytes = 0;

  constructor(module: WebAssembly.Module, size: number) {
    this.#pool = new WorkerPool(
      new URL("./deflate-worker.ts", import.meta.url),
      size,
      "the compressor",
      module,
    );
  }

  get size(): number {
    return this.#pool.size;
  }

  async deflate(bytes: Uint8Array): Promise<Deflated> {
    return await new Promise((resolve, reject) => {
      this.#batch.push({ bytes, resolve, reject });
      this.#batchBytes += bytes.byteLength;
      if (this.#batchBytes >= BATCH_BYTES) void this.#send();
      // Whoever asks for several asks for them at once.
      else if (this.#batch.length === 1) setImmediate(() => void this.#send());
    });
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #send(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    if (batch.length === 0) return;
    try {
      const bytes = joined(batch.map((waiting) => waiting.bytes));
      const sizes = batch.map((waiting) => waiting.bytes.byteLength);
      const { data, parts } = await this.#pool.run({ bytes, sizes }, [bytes.buffer]);
      let offset = 0;
      for (const [index, { sizeBytes, crc32 }] of parts.entries()) {
        batch[index]?.resolve({ data: data.subarray(offset, offset + sizeBytes), crc32 });
        offset += sizeBytes;
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
