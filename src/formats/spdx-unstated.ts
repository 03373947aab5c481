export const NOASSERTION = "NOASSERTION";

/** What a document says where it says nothing (SPDX 2.3, clause 7.13 and others). */
export const UNSTATED: ReadonlySet<string> = new Set([NOASSERTION, "NONE"]);

/** The text, or "" where nothing is stated. */
export function statedText(text: string | undefined): string {
  return text === undefined || UNSTATED.has(text) ? "" : text;
}
