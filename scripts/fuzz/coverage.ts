import { Session, type Profiler } from "node:inspector";

/**
 * Which blocks of the product ran, as V8 sees them (precise block coverage).
 */
export class BlockCoverage {
  readonly #session = new Session();

  start(): void {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    this.take();
  }

  stop(): void {
    this.#session.disconnect();
  }

  /** Since the last take. Asked on its own thread, the inspector answers before the call returns. */
  take(): ReadonlySet<string> {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error === null) scripts = answer.result;
    });
    const blocks = new Set<string>();
    for (const { url, scriptId, functions } of scripts) {
      if (!url.includes("/src/")) continue;
      for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
        if (count > 0) blocks.add(`${scriptId}:${startOffset}:${endOffset}`);
      }
    }
    return blocks;
  }
}
