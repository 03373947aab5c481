/**
 * fatal: the container is hostile or malformed (REFUSED). error: negative (FAIL). unknown: nothing can be decided
 * (UNKNOWN). warning and note never change the verdict. Waived findings stay in every output.
 */
export type Severity = "fatal" | "error" | "unknown" | "warning" | "note";

/** The words of one thing that can be wrong; kept in tables beside the checks, printed by `cavra explain`. */
export interface Problem {
  /** `family.name`, the id that findings, waivers and docs share. */
  readonly id: string;
  readonly severity: Severity;
  /** What is wrong, as a sentence without a final stop. */
  readonly title: string;
  /** Why it matters to the person who reads it. */
  readonly why: string;
  /** What to do next. Never contains data from the judged package. */
  readonly remedy: string;
}

/** Where a fact was seen, and what was seen. */
export interface Evidence {
  readonly at: string;
  readonly expected?: string;
  readonly actual?: string;
  /** Offset in the zip, in bytes, when the fact is about bytes of it. */
  readonly offset?: number;
  /** The first bytes there, printable: `PK\\x03\\x04`. */
  readonly preview?: string;
}

/** One occurrence of a problem. */
export interface Finding extends Problem, Evidence {
  /** The check or rule that found it. */
  readonly check: string;
}
