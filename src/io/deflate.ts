import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { sha256Hex } from "../crypto/digest.ts";
import { Failure } from "../model/failure.ts";
import { DEFLATE_LEVEL } from "./deflate-codec.ts";
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

export interface DeflatePool {
  readonly size: number;
  /** Copies `bytes`; the caller keeps its own. */
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

class WorkerDeflate implements DeflatePool {
  readonly #pool: WorkerPool<Uint8Array, Deflated>;

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
    // A copy of exactly these bytes: a view would drag the whole buffer behind it along.
    const copy = new Uint8Array(bytes);
    return await this.#pool.run(copy, [copy.buffer]);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
