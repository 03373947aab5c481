import { Worker, type TransferListItem } from "node:worker_threads";
import { Failure, type FailureCode, type FailureDetails } from "../model/failure.ts";

/** What travels to a worker and back; worker-port.ts is the other end. */
export interface WorkerRequest<Task> {
  readonly id: number;
  readonly task: Task;
}

export type WorkerAnswer<Result> =
  | { readonly id: number; readonly ok: true; readonly result: Result }
  | { readonly id: number; readonly ok: false; readonly failure: FailureFacts };

/** A Failure as it crosses threads: of an error the structured clone keeps only the message. */
export interface FailureFacts {
  readonly code: FailureCode;
  readonly message: string;
  readonly details: FailureDetails;
}

interface Job<Task, Result> {
  readonly task: Task;
  readonly transfer: readonly TransferListItem[];
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

/** What lies beside one another in a build, whichever of its files this code went into (scripts/build.ts). */
const BUILT_FILE = /^(.*\/)(?:bin|chunks|commands|src)\/.*\.js$/;

/** A thread's source as it is run: itself under Node's type stripping, its own JavaScript file in a build. */
function runnable(source: URL): URL {
  const [, build] = BUILT_FILE.exec(import.meta.url) ?? [];
  if (build === undefined) return source;
  const name = source.pathname.slice(source.pathname.lastIndexOf("/") + 1);
  return new URL(`${build}src/io/${name.replace(/\.ts$/, ".js")}`);
}

/** Threads that run one script and take one task at a time each, in the order in which tasks were given. */
export class WorkerPool<Task, Result> {
  readonly size: number;
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #waiting: Job<Task, Result>[] = [];
  readonly #running = new Map<number, Job<Task, Result>>();
  readonly #purpose: string;
  #lastId = 0;
  #failure: Error | undefined;

  /**
   * @param script `new URL("./NAME-worker.ts", import.meta.url)`, in full: so those who follow imports see it.
   * @param purpose For messages: "the compressor".
   */
  constructor(script: URL, size: number, purpose: string, workerData?: unknown) {
    this.size = Math.max(1, size);
    this.#purpose = purpose;
    for (let index = 0; index < this.size; index += 1) {
      this.#start(new Worker(runnable(script), { workerData }));
    }
  }

  /** Whether a task would be begun at once. */
  get isIdle(): boolean {
    return this.#idle.length > 0;
  }

  /** Rejects with the Failure of the task; with Failure "input" when a thread is lost, and then for every task. */
  async run(task: Task, transfer: readonly TransferListItem[] = []): Promise<Result> {
    if (this.#failure !== undefined) throw this.#failure;
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ task, transfer, resolve, reject });
      this.#dispatch();
    });
  }

  /** Resolves when no thread runs any more. */
  async close(): Promise<void> {
    this.#fail(new Failure("internal", `${this.#purpose} was closed`));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #start(worker: Worker): void {
    worker.on("message", (answer: WorkerAnswer<Result>) => this.#finish(worker, answer));
    worker.on("error", (error: Error) => this.#fail(this.#lost(error)));
    worker.on("exit", () => this.#fail(this.#lost(undefined)));
    worker.unref();
    this.#workers.push(worker);
    this.#idle.push(worker);
  }

  #dispatch(): void {
    while (this.#idle.length > 0) {
      const job = this.#waiting.shift();
      const worker = job === undefined ? undefined : this.#idle.pop();
      if (job === undefined || worker === undefined) return;
      this.#lastId += 1;
      this.#running.set(this.#lastId, job);
      worker.ref();
      const request: WorkerRequest<Task> = { id: this.#lastId, task: job.task };
      worker.postMessage(request, job.transfer);
    }
  }

  #finish(worker: Worker, answer: WorkerAnswer<Result>): void {
    worker.unref();
    this.#idle.push(worker);
    const job = this.#running.get(answer.id);
    this.#running.delete(answer.id);
    if (answer.ok) job?.resolve(answer.result);
    else job?.reject(new Failure(answer.failure.code, answer.failure.message, answer.failure.details));
    this.#dispatch();
  }

  /** Out of memory, or ended from within: what it was to look at was not looked at. */
  #lost(error: Error | undefined): Failure {
    const cause = error === undefined ? {} : { found: error.message, cause: error };
    return new Failure("input", `a thread of ${this.#purpose} was lost`, cause);
  }

  #fail(reason: Error): void {
    this.#failure ??= reason;
    for (const job of [...this.#running.values(), ...this.#waiting]) job.reject(this.#failure);
    this.#running.clear();
    this.#waiting.length = 0;
  }
}
