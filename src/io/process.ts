import { spawn, type ChildProcess } from "node:child_process";
import { pipeline, Readable, type Writable } from "node:stream";
import { Failure } from "../model/failure.ts";

export interface ProcessRequest {
  /** Program and arguments; no shell reads them. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment of the child: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** What its stdin gets, piece by piece; closed at once by default. */
  readonly input?: Iterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  /** Cap for each of stdout and stderr; beyond it the middle is left out. */
  readonly maxOutputBytes?: number;
}

export interface ProcessResult {
  /** null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly endedBySignal: string | null;
  readonly stdout: string;
  /** The same as it was written. */
  readonly stdoutBytes: Uint8Array;
  readonly stderr: string;
  /** Something was left out of stdout: it must not be read as data. */
  readonly stdoutTruncated: boolean;
}

const DEFAULT_MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** Time between the polite signal and the one that cannot be ignored. */
const KILL_GRACE_MS = 2000;
/** Time for the last output of a process that has ended. */
const DRAIN_MS = 3000;

/**
 * Runs one program to its end, without a shell. Whatever it started is ended with it: the process
 * group is killed on timeout, on abort, and after a normal exit. Throws Failure "toolchain" when the program cannot be
 * started, "build" on timeout, "interrupted" on abort. An exit code other than 0 is a result, not an error.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessResult> {
  if (request.signal?.aborted === true) throw interrupted(request);
  const [program, ...args] = request.argv;
  const child = spawn(program, args, {
    cwd: request.cwd,
    env: { ...request.env },
    stdio: [request.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    shell: false,
    windowsHide: true,
    // A process group of its own, so that grandchildren can be ended too.
    detached: process.platform !== "win32",
  });
  return await new Promise((resolve, reject) => {
    new Run(child, request, resolve, reject).start();
  });
}

class Run {
  readonly #child: ChildProcess;
  readonly #request: ProcessRequest;
  readonly #resolve: (result: ProcessResult) => void;
  readonly #reject: (reason: Failure) => void;
  readonly #stdout: CappedOutput;
  readonly #stderr: CappedOutput;
  #stopped: Failure | undefined;
  #timer: NodeJS.Timeout | undefined;
  #killTimer: NodeJS.Timeout | undefined;
  #drainTimer: NodeJS.Timeout | undefined;

  constructor(
    child: ChildProcess,
    request: ProcessRequest,
    resolve: (result: ProcessResult) => void,
    reject: (reason: Failure) => void,
  ) {
    const maxBytes = request.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
    this.#child = child;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#stdout = new CappedOutput(maxBytes);
    this.#stderr = new CappedOutput(maxBytes);
  }

  start(): void {
    const child = this.#child;
    child.stdout?.on("data", (chunk: Buffer) => this.#stdout.add(chunk));
    child.stderr?.on("data", (chunk: Buffer) => this.#stderr.add(chunk));
    this.#feed(child.stdin);
    child.once("error", (error) => {
      this.#settle();
      this.#reject(notStarted(this.#request, error));
    });
    child.once("exit", () => this.#onExit());
    child.once("close", (exitCode, signal) => this.#finish(exitCode, signal));
    this.#timer = setTimeout(() => this.#stop(timedOut(this.#request)), this.#request.timeoutMs);
    this.#request.signal?.addEventListener("abort", this.#onAbort, { once: true });
    trackLive(child);
  }

  #feed(stdin: Writable | null): void {
    const { input } = this.#request;
    if (input === undefined || stdin === null) return;
    pipeline(Readable.from(input, { objectMode: false }), stdin, (error) => {
      // A program may end before it has read everything: its exit code says whether that is well.
      if (error instanceof Failure) this.#stop(error);
    });
  }

  readonly #onAbort = (): void => this.#stop(interrupted(this.#request));

  #onExit(): void {
    killGroup(this.#child, "SIGKILL");
    // A daemon that left the group may hold the pipes open: its output is not waited for.
    this.#drainTimer = setTimeout(() => {
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
    }, DRAIN_MS);
  }

  #stop(reason: Failure): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = reason;
    killGroup(this.#child, "SIGTERM");
    this.#killTimer = setTimeout(() => killGroup(this.#child, "SIGKILL"), KILL_GRACE_MS);
  }

  #finish(exitCode: number | null, endedBySignal: string | null): void {
    this.#settle();
    if (this.#stopped !== undefined) {
      const { code, message, details } = this.#stopped;
      this.#reject(
        new Failure(code, message, { ...details, output: this.#stdout.text() + this.#stderr.text() }),
      );
      return;
    }
    this.#resolve({
      exitCode,
      endedBySignal,
      stdout: this.#stdout.text(),
      stdoutBytes: this.#stdout.bytes(),
      stderr: this.#stderr.text(),
      stdoutTruncated: this.#stdout.truncated,
    });
  }

  #settle(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#killTimer);
    clearTimeout(this.#drainTimer);
    this.#request.signal?.removeEventListener("abort", this.#onAbort);
    liveChildren.delete(this.#child);
  }
}

const liveChildren = new Set<ChildProcess>();

/** A crash of ours must not leave a compiler running. */
function trackLive(child: ChildProcess): void {
  if (!process.listeners("exit").includes(killLiveChildren)) process.on("exit", killLiveChildren);
  liveChildren.add(child);
}

function killLiveChildren(): void {
  for (const child of liveChildren) killGroup(child, "SIGKILL");
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Nothing of the group is left (ESRCH): that is what was wanted.
  }
}

/** Keeps the first and the last half of what was written: the first error and the last line both matter. */
class CappedOutput {
  readonly #halfBytes: number;
  #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #leftOutBytes = 0;

  constructor(maxBytes: number) {
    this.#halfBytes = Math.max(1, Math.floor(maxBytes / 2));
  }

  get truncated(): boolean {
    return this.#leftOutBytes > 0;
  }

  add(chunk: Buffer): void {
    const room = this.#halfBytes - this.#headBytes;
    const head = chunk.subarray(0, Math.max(0, room));
    if (head.byteLength > 0) this.#head.push(head);
    this.#headBytes += head.byteLength;
    this.#addTail(chunk.subarray(head.byteLength));
  }

  #addTail(chunk: Buffer): void {
    if (chunk.byteLength === 0) return;
    this.#tail.push(chunk);
    this.#tailBytes += chunk.byteLength;
    while (this.#tailBytes > this.#halfBytes) {
      const first = this.#tail[0];
      if (first === undefined) return;
      const surplus = Math.min(first.byteLength, this.#tailBytes - this.#halfBytes);
      if (surplus === first.byteLength) this.#tail.shift();
      else this.#tail[0] = first.subarray(surplus);
      this.#tailBytes -= surplus;
      this.#leftOutBytes += surplus;
    }
  }

  bytes(): Buffer {
    return Buffer.concat([...this.#head, ...this.#tail]);
  }

  text(): string {
    const gap = this.truncated ? `\n... ${this.#leftOutBytes} bytes left out ...\n` : "";
    // Head and tail are decoded apart only when something is missing between them.
    if (gap === "") return this.bytes().toString("utf8");
    return Buffer.concat(this.#head).toString("utf8") + gap + Buffer.concat(this.#tail).toString("utf8");
  }
}

function notStarted(request: ProcessRequest, error: Error): Failure {
  const program = request.argv[0];
  const missing = "code" in error && error.code === "ENOENT";
  const message = missing ? `${program} was not found` : `${program} could not be started`;
  return new Failure("toolchain", message, { at: program, found: error.message, cause: error });
}

function timedOut(request: ProcessRequest): Failure {
  return new Failure(
    "build",
    `${request.argv[0]} did not end within ${request.timeoutMs / 1000} s and was stopped`,
    {
      at: request.argv[0],
    },
  );
}

function interrupted(request: ProcessRequest): Failure {
  return new Failure("interrupted", `${request.argv[0]} was stopped`, { at: request.argv[0] });
}
