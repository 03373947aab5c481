import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { ClientRequest } from "node:http";

/** Announced before anything of a request is sent (nodejs.org/api/diagnostics_channel.html, "Built-in Channels"). */
const CHANNEL = "http.client.request.created";

export interface GuardedWork<T> {
  readonly result: T;
  /** How many requests were made. */
  readonly requests: number;
}

/** A request was about to leave for a place that nobody named. */
export class ForeignOrigin extends Error {}

/**
 * Awaits work that speaks HTTP through a library which follows redirects: requests of this process to other origins
 * than those of `urls` are destroyed before a byte of them is sent, by the scheme, host and port that they have.
 * @throws ForeignOrigin where there was one, whatever became of the work; else what the work throws.
 */
export async function withinOrigins<T>(
  urls: readonly string[],
  work: () => Promise<T>,
): Promise<GuardedWork<T>> {
  const origins = new Set(urls.map((url) => new URL(url).origin));
  const hosts = new Set(urls.map((url) => new URL(url).hostname));
  let requests = 0;
  let isForeign = false;
  const look = (message: unknown): void => {
    const request: unknown = Reflect.get(Object(message), "request");
    if (!(request instanceof ClientRequest)) return;
    requests += 1;
    if (hosts.has(request.host) && origins.has(originOf(request))) return;
    isForeign = true;
    request.destroy(new ForeignOrigin("a redirect to another origin"));
  };
  subscribe(CHANNEL, look);
  try {
    const result = await work();
    if (isForeign) throw new ForeignOrigin("a redirect to another origin");
    return { result, requests };
  } catch (error) {
    throw isForeign ? new ForeignOrigin("a redirect to another origin", { cause: error }) : error;
  } finally {
    unsubscribe(CHANNEL, look);
  }
}

/** Empty when there is none. */
function originOf(request: ClientRequest): string {
  const host = request.getHeader("host");
  const url = typeof host === "string" ? URL.parse(`${request.protocol}//${host}`) : null;
  return url?.origin ?? "";
}
