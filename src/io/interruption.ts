import { getEventListeners } from "node:events";

const controller = new AbortController();

/** Aborted when the user or the system asks the process to end (SIGINT, SIGTERM). Hand it to what can wait long. */
export const interruption: AbortSignal = controller.signal;

/** Tells those who wait; false when nobody does, so that the process can end at once. */
export function interrupt(): boolean {
  const isAwaited = getEventListeners(interruption, "abort").length > 0;
  controller.abort();
  return isAwaited;
}
