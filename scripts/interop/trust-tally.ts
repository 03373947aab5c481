import { readFileSync, writeFileSync } from "node:fs";

/** What one tool made of one thing, or we of what it made. */
export interface TrustRow {
  readonly tool: string;
  readonly what: string;
  readonly accepted: boolean;
  /** Copies with one byte changed that were refused, and how many there were. */
  readonly refused: number;
  readonly changed: number;
}

/** Bytes over the whole of a file: all of them cost hours, since most of the tools are processes. */
const CHANGES = 24;

/** Asks about a file as it is, and with single bytes of it changed. */
export async function asked(
  named: Pick<TrustRow, "tool" | "what">,
  path: string,
  accepts: () => Promise<boolean>,
  from = 0,
): Promise<TrustRow> {
  const good = readFileSync(path);
  const accepted = await accepts();
  const step = Math.max(1, Math.floor((good.byteLength - from) / CHANGES));
  let [refused, changed] = [0, 0];
  for (let offset = from; offset < good.byteLength; offset += step) {
    // A letter becomes another letter of the same alphabet, so that base64 stays base64.
    writeFileSync(path, good.with(offset, (good[offset] ?? 0) ^ 1));
    changed += 1;
    if (!(await accepts())) refused += 1;
  }
  writeFileSync(path, good);
  return { ...named, accepted, refused, changed };
}

export function defectOf({ tool, what, accepted, refused, changed }: TrustRow): readonly string[] {
  if (accepted && refused === changed && changed > 0) return [];
  return [`${tool}, ${what}: accepted ${accepted}, after a change refused ${refused} of ${changed}`];
}
