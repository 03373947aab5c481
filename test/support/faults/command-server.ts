/** Child process: runs command lines one after the other in one process, with the fault that each names. */
import { FaultInjector, type CallCounts, type Fault } from "./inject.ts";

export interface CommandRequest {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly fault?: Fault | undefined;
}

export interface CommandAnswer {
  readonly exitCode: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly counts: CallCounts;
  readonly firedAt: string | undefined;
  /** An error outside of the awaited path, or a signal, ended the process. */
  readonly wasEnded: boolean;
}

interface Main {
  readonly main: (argv: readonly string[]) => Promise<void>;
}

const [folder = ""] = process.argv.slice(2);
const injector = new FaultInjector(folder);
const { main } = (await import(new URL("../../../dist/bin/main.js", import.meta.url).href)) as Main;

process.on("message", (request: CommandRequest) => {
  void run(request).then((answer) => process.send?.(answer));
});

async function run({ args, cwd, fault }: CommandRequest): Promise<CommandAnswer> {
  process.chdir(cwd);
  process.exitCode = undefined;
  // Each command line guards its process anew.
  process.setUncaughtExceptionCaptureCallback(null);
  for (const signal of ["SIGINT", "SIGTERM"]) process.removeAllListeners(signal);
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners("error");
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  let wasEnded = false;
  const ended = new Promise<void>((resolve) => {
    Object.assign(process, {
      exit: (code: number) => {
        process.exitCode = code;
        wasEnded = true;
        resolve();
      },
    });
  });
  injector.arm(fault);
  await Promise.race([main(args), ended]);
  // What nobody awaited shows now.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const { counts, firedAt } = injector;
  injector.arm(undefined);
  return { exitCode: process.exitCode, stdout: stdout(), stderr: stderr(), counts, firedAt, wasEnded };
}

function capture(stream: NodeJS.WriteStream): () => string {
  const pieces: string[] = [];
  Object.assign(stream, {
    write: (text: string | Uint8Array) => {
      pieces.push(Buffer.from(text as string).toString("utf8"));
      return true;
    },
  });
  return () => pieces.join("");
}
