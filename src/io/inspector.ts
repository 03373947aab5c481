import { availableParallelism } from "node:os";
import type { DigestSet } from "../model/digest.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import type { OpenedFile, SharedFile } from "./byte-source.ts";
import type { TreeFile } from "./directory-tree.ts";
import { FileInspector, type FileInspection, type LookInto } from "./inspect-file.ts";
import { rawDigest, type InspectionJob, type InspectionResult, type RawAlgorithm } from "./inspection-job.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Below this much work, threads cost more than they bring: each takes some 20 ms and 10 MiB. */
export const THREADS_FROM_BYTES = 48 * 1024 * 1024;
/** More would only wait for memory: hashing and inflating are bound by it. */
const MAX_THREADS = 4;

export interface InspectorOptions {
  readonly threads?: number;
  readonly threadsFromBytes?: number;
  /** List the functions of Go programs too. */
  readonly withFunctions?: boolean;
}

/**
 * Hashes and inspects the files of one package, in this thread or, where that pays, in several. Threads read through the
 * descriptor that was opened here, so every byte comes from the one opened file (design, promise 8).
 */
export class Inspector {
  readonly #threads: number;
  readonly #threadsFromBytes: number;
  readonly #withFunctions: boolean;
  readonly #here = new FileInspector();
  #pool: WorkerPool<InspectionJob, InspectionResult> | undefined;

  constructor({
    threads = defaultThreads(),
    threadsFromBytes = THREADS_FROM_BYTES,
    withFunctions = false,
  }: InspectorOptions = {}) {
    this.#threads = threads;
    this.#threadsFromBytes = threadsFromBytes;
    this.#withFunctions = withFunctions;
  }

  /** How many files are worth asking for at a time. */
  get width(): number {
    return this.#pool === undefined ? 1 : 2 * this.#pool.size;
  }

  /** Starts threads when so many bytes are to come that they pay. */
  prepare(workBytes: number): void {
    if (this.#pool !== undefined || this.#threads < 2 || workBytes < this.#threadsFromBytes) return;
    const script = new URL("./inspection-worker.ts", import.meta.url);
    this.#pool = new WorkerPool(script, this.#threads, "the verification");
  }

  /** Of a whole zip as it lies on the medium. @throws Failure "input" when it cannot be read. */
  async rawDigests(file: OpenedFile): Promise<DigestSet> {
    this.prepare(file.sizeBytes);
    const [sha256, sha512] = await Promise.all([
      this.#rawDigest(file, "sha256"),
      this.#rawDigest(file, "sha512"),
    ]);
    return { sha256, sha512 };
  }

  async #rawDigest(file: OpenedFile, algorithm: RawAlgorithm): Promise<string> {
    const shared = sharedFile(file);
    if (this.#pool === undefined || shared === undefined) return rawDigest(file, algorithm);
    return (await this.#pool.run({ kind: "digest", file: shared, algorithm })) as string;
  }

  /** @throws Failure "input" when the data cannot be read, or a thread is lost. */
  async inspectEntry(file: OpenedFile, entry: ZipEntry, lookInto: LookInto): Promise<FileInspection> {
    const shared = sharedFile(file);
    const withFunctions = this.#withFunctions;
    return this.#pool === undefined || shared === undefined
      ? await this.#here.inspect({ kind: "zip", source: file, entry }, lookInto, withFunctions)
      : ((await this.#pool.run({
          kind: "entry",
          file: shared,
          entry,
          lookInto,
          withFunctions,
        })) as FileInspection);
  }

  /** @throws Failure "input" when the file cannot be read, is not the file of the walk, or a thread is lost. */
  async inspectFile(root: string, file: TreeFile, lookInto: LookInto): Promise<FileInspection> {
    const withFunctions = this.#withFunctions;
    return this.#pool === undefined
      ? await this.#here.inspect({ kind: "directory", root, file }, lookInto, withFunctions)
      : ((await this.#pool.run({ kind: "file", root, file, lookInto, withFunctions })) as FileInspection);
  }

  /** Resolves when no thread can read from a descriptor any more, so that it may be closed. */
  async close(): Promise<void> {
    await this.#pool?.close();
    this.#pool = undefined;
  }
}

function defaultThreads(): number {
  return Math.min(MAX_THREADS, availableParallelism());
}

function sharedFile({ descriptor, path, sizeBytes }: OpenedFile): SharedFile | undefined {
  return descriptor === undefined ? undefined : { descriptor, path, sizeBytes };
}
