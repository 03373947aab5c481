import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { sha256Hex } from "../crypto/digest.ts";
import { Failure } from "../model/failure.ts";
import { DEFLATE_LEVEL } from "./deflate-codec.ts";
import type { DeflateAnswer, DeflateRequest } from "./deflate-worker.ts";

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
  return new WorkerPool(new WebAssembly.Module(pinnedWasm()), Math.max(1, size));
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

interface Job {
  readonly bytes: Uint8Array;
  readonly resolve: (deflated: Deflated) => void;
  readonly reject: (reason: unknown) => void;
}

class WorkerPool implements DeflatePool {
  readonly size: number;
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #waiting: Job[] = [];
  readonly #running = new Map<number, Job>();
  #lastId = 0;
  #failure: Error | undefined;

  constructor(module: WebAssembly.Module, size: number) {
    this.size = size;
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const url = new URL(`./deflate-worker.${extension}`, import.meta.url);
    for (let index = 0; index < size; index += 1) {
      const worker = new Worker(url, { workerData: module });
      worker.on("message", (answer: DeflateAnswer) => {
        this.#finish(worker, answer);
      });
      worker.on("error", (error: Error) => {
        this.#fail(error);
      });
      worker.unref();
      this.#workers.push(worker);
      this.#idle.push(worker);
    }
  }

  async deflate(bytes: Uint8Array): Promise<Deflated> {
    if (this.#failure !== undefined) throw this.#failure;
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#fail(new Failure("internal", "the compressor was closed"));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #dispatch(): void {
    while (this.#idle.length > 0) {
      const job = this.#waiting.shift();
      const worker = job === undefined ? undefined : this.#idle.pop();
      if (job === undefined || worker === undefined) return;
      this.#lastId += 1;
      this.#running.set(this.#lastId, job);
      worker.ref();
      // A copy of exactly these bytes: a view would drag the whole buffer behind it along.
      const bytes = new Uint8Array(job.bytes);
      const request: DeflateRequest = { id: this.#lastId, bytes };
      worker.postMessage(request, [bytes.buffer]);
    }
  }

  #finish(worker: Worker, { id, data, crc32 }: DeflateAnswer): void {
    worker.unref();
    this.#idle.push(worker);
    const job = this.#running.get(id);
    this.#running.delete(id);
    job?.resolve({ data, crc32 });
    this.#dispatch();
  }

  #fail(reason: Error): void {
    this.#failure ??= reason;
    for (const job of [...this.#running.values(), ...this.#waiting]) job.reject(reason);
    this.#running.clear();
    this.#waiting.length = 0;
  }
}
