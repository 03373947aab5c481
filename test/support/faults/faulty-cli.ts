import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CommandAnswer, CommandRequest } from "./command-server.ts";

const SERVER = fileURLToPath(new URL("./command-server.ts", import.meta.url));

/** The built command line in one long-lived process: a hundred runs cost what ten starts would. */
export class FaultyCli {
  readonly #child: ChildProcess;

  /** @param folder Faults strike only below it. */
  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#child = fork(SERVER, [folder], { execArgv: [], env: { PATH: process.env["PATH"], ...env } });
  }

  async run({ args, cwd, fault }: CommandRequest): Promise<CommandAnswer> {
    const settled = new AbortController();
    const { signal } = settled;
    const ended = once(this.#child, "exit", { signal }).then(([code]) => {
      throw new Error(`the process ended with ${String(code)} while it ran ${args.join(" ")}`);
    });
    const answered = once(this.#child, "message", { signal });
    this.#child.send({ args, cwd, fault });
    try {
      const [answer] = (await Promise.race([answered, ended])) as [CommandAnswer];
      return answer;
    } finally {
      // The one that did not happen is not waited for.
      for (const other of [answered, ended]) other.catch(() => undefined);
      settled.abort();
    }
  }

  close(): void {
    this.#child.disconnect();
  }
}
