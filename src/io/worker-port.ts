import { parentPort, type TransferListItem } from "node:worker_threads";
import { Failure } from "../model/failure.ts";
import type { FailureFacts, WorkerAnswer, WorkerRequest } from "./worker-pool.ts";

export interface Worked<Result> {
  readonly result: Result;
  /** Buffers that move to the other thread instead of being copied. */
  readonly transfer?: readonly TransferListItem[];
}

/** The worker's end of a WorkerPool. A Failure of the work is an answer; every other error ends the thread. */
export function serveTasks<Result>(work: (task: unknown) => Promise<Worked<Result>>): void {
  const port = parentPort;
  const answer = async ({ id, task }: WorkerRequest<unknown>): Promise<void> => {
    let message: WorkerAnswer<Result>;
    let transfer: readonly TransferListItem[] = [];
    try {
      const worked = await work(task);
      message = { id, ok: true, result: worked.result };
      transfer = worked.transfer ?? [];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      message = { id, ok: false, failure: factsOf(error) };
    }
    port?.postMessage(message, transfer);
  };
  // An error that is rethrown becomes an uncaught one of this thread, and the pool hears of it.
  port?.on("message", (request: WorkerRequest<unknown>) => void answer(request));
}

function factsOf({ code, message, details }: Failure): FailureFacts {
  // Not every cause can be cloned.
  return { code, message, details: { ...details, cause: undefined } };
}
