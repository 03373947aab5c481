/** A document that was read, or the reason why it could not be: broken input is data for a check, never an exception. */
export type Parsed<T> = ParsedOk<T> | ParsedBroken;

export interface ParsedOk<T> {
  readonly ok: true;
  /** The path or place that the document came from. */
  readonly at: string;
  readonly value: T;
}

export interface ParsedBroken {
  readonly ok: false;
  readonly at: string;
  /** Lower case, no final stop; names the member and what was expected of it. */
  readonly reason: string;
  /** What is wrong in one word of the family's problems, where such a thing has a finding of its own. */
  readonly defect?: string;
}

export function parsed<T>(at: string, value: T): ParsedOk<T> {
  return { ok: true, at, value };
}

export function broken(at: string, reason: string, defect?: string): ParsedBroken {
  return defect === undefined ? { ok: false, at, reason } : { ok: false, at, reason, defect };
}

/** The value of a document that was read; undefined for a broken or an absent one. */
export function valueOf<T>(document: Parsed<T> | undefined): T | undefined {
  return document?.ok === true ? document.value : undefined;
}
