/**
 * Why a command could not do its work. A negative verdict is not a failure: it is a Report.
 * The union is closed, so that every code has an exit code (design, section 5).
 */
export type FailureCode =
  | "usage" // bad flag, argument or combination of them
  | "config" // the release config cannot be used
  | "toolchain" // a compiler or tool is missing or is not the pinned one
  | "build" // a build step failed
  | "source" // the source tree is not what the config requires
  | "input" // a file that the user named cannot be read or is not what it must be
  | "output" // the result cannot be written
  | "service" // something over the network did not do its part
  | "refused" // an own safety rule: for example signing bytes that do not verify
  | "interrupted"
  | "internal";

const EXIT_CODES: Readonly<Record<FailureCode, number>> = {
  usage: 2,
  config: 2,
  toolchain: 3,
  build: 3,
  source: 2,
  input: 3,
  output: 3,
  service: 3,
  refused: 1,
  interrupted: 130,
  internal: 70,
};

export interface FailureDetails {
  /** The path, flag or place in a document that the failure is about. */
  readonly at?: string;
  readonly expected?: string;
  readonly found?: string;
  /** A command to type, or the one thing to change. */
  readonly hint?: string;
  /** Output of a child process, shown once under the failing step. */
  readonly output?: string;
  readonly cause?: unknown;
}

/** An error whose words are meant for the person at the keyboard. Message: lower case, no final stop. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly details: FailureDetails;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.name = "Failure";
    this.code = code;
    this.details = details;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}
