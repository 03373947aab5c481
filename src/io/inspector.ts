import { availableParallelism } from "node:os";
import type { DigestSet } from "../model/digest.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import type { OpenedFile, SharedFile } from "./byte-source.ts";
import type { TreeFile } from "./directory-tree.ts";
import { FileInspector, type FileInspection, type FileOrigin, type LookInto } from "./inspect-file.ts";
import { rawDigests, type InspectionJob, type InspectionResult } from "./inspection-job.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Node inflates them in threads of its own while this one hashes what came out. */
const FILES_HERE = 3;
/** Below this much work, threads cost more than they bring: each takes some 100 ms and 60 MiB. */
export const THREADS_FROM_BYTES = 192 * 1024 * 1024;
/** More would only wait for memory: hashing and inflating are bound by it. */
const MAX_THREADS = 4;

export interface InspectorOptions {
  /** This one is among them. */
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
  #filesHere = 0;

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
    return FILES_HERE + 2 * (this.#pool?.size ?? 0);
  }

  /** Starts threads when so many bytes are to come that they pay. */
  prepare(workBytes: number): void {
    if (this.#pool !== undefined || this.#threads < 2 || workBytes < this.#threadsFromBytes) return;
    const script = new URL("./inspection-worker.ts", import.meta.url);
    this.#pool = new WorkerPool(script, this.#threads - 1, "the verification");
  }

  /** Of a whole zip as it lies on the medium. @throws Failure "input" when it cannot be read. */
  async rawDigests(file: OpenedFile): Promise<DigestSet> {
    this.prepare(file.sizeBytes);
    const shared = sharedFile(file);
    if (this.#pool === undefined || shared === undefined) return rawDigests(file, ["sha256", "sha512"]);
    // The slower one there; what is computed here blocks this thread.
    const there = this.#pool.run({ kind: "digest", file: shared, algorithm: "sha512" });
    // Whoever awaits it sees the failure; if this thread fails first, nobody does.
    there.catch(() => undefined);
    const here = rawDigests(file, ["sha256"]);
    return { ...here, ...((await there) as Pick<DigestSet, "sha512">) };
  }

  /** @throws Failure "input" when the data cannot be read, or a thread is lost. */
  async inspectEntry(file: OpenedFile, entry: ZipEntry, lookInto: LookInto): Promise<FileInspection> {
    const shared = sharedFile(file);
    const asked = { lookInto, withFunctions: this.#withFunctions };
    return await this.#inspect(
      { kind: "zip", source: file, entry },
      asked,
      shared && { kind: "entry", file: shared, entry, ...asked },
    );
  }

  /** @throws Failure "input" when the file cannot be read, is not the file of the walk, or a thread is lost. */
  async inspectFile(root: string, file: TreeFile, lookInto: LookInto): Promise<FileInspection> {
    const asked = { lookInto, withFunctions: this.#withFunctions };
    return await this.#inspect({ kind: "directory", root, file }, asked, {
      kind: "file",
      root,
      file,
      ...asked,
    });
  }

  /** Resolves when no thread can read from a descriptor any more, so that it may be closed. */
  async close(): Promise<void> {
    this.#here.stop();
    await this.#pool?.close();
    this.#pool = undefined;
  }

  async #inspect(
    origin: FileOrigin,
    { lookInto, withFunctions }: Asked,
    job: InspectionJob | undefined,
  ): Promise<FileInspection> {
    const isThere = this.#pool !== undefined && (this.#pool.isIdle || this.#filesHere >= FILES_HERE);
    if (isThere && job !== undefined) return (await this.#pool?.run(job)) as FileInspection;
    this.#filesHere += 1;
    try {
      return await this.#here.inspect(origin, lookInto, withFunctions);
    } finally {
      this.#filesHere -= 1;
    }
  }
}

interface Asked {
  readonly lookInto: LookInto;
  readonly withFunctions: boolean;
}

function defaultThreads(): number {
  return Math.min(MAX_THREADS, availableParallelism());
}

function sharedFile({ descriptor, path, sizeBytes }: OpenedFile): SharedFile | undefined {
  return descriptor === undefined ? undefined : { descriptor, path, sizeBytes };
}
