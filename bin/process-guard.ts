import { interrupt } from "../src/io/interruption.ts";
import { writeLastWords } from "../src/io/terminal.ts";

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
/** Longer than a child process gets to end politely. */
const CLEAN_UP_MS = 3000;

/**
 * Keeps the exit code true whatever happens outside the awaited path: a reader that goes away (`| head -1`) changes
 * nothing, a full disk behind stdout is an error of the system, all else is a defect; signals end with 128 + number.
 * @param tell Prints the error and returns its exit code.
 */
export function guardProcess(tell: (error: unknown) => number): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", (error) => onError(error, tell));
  process.setUncaughtExceptionCaptureCallback((error) => onError(error, tell));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => onSignal(signal));
}

function onError(error: unknown, tell: (error: unknown) => number): void {
  if (error instanceof Error && "code" in error && error.code === "EPIPE") return;
  let exitCode = 70;
  try {
    exitCode = tell(error);
  } finally {
    // oxlint-disable-next-line no-process-exit -- what state is left after an uncaught error nobody knows
    process.exit(exitCode);
  }
}

function onSignal(signal: keyof typeof SIGNAL_EXIT_CODES): void {
  const exitCode = SIGNAL_EXIT_CODES[signal];
  process.on("exit", () => (process.exitCode = exitCode));
  if (process.exitCode === exitCode || !interrupt()) {
    writeLastWords("interrupted");
    process.exit(exitCode);
  }
  // The awaited path cleans up and ends the process; a second signal, or this timer, does not wait for it.
  process.exitCode = exitCode;
  setTimeout(() => process.exit(exitCode), CLEAN_UP_MS).unref();
}
