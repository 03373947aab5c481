import { proquints } from "../formats/proquint.ts";
import { row, type Line } from "./span.ts";

const PARTS_IN_ROW = 8;

/** A digest for people to compare, by eye in groups of four digits and by ear in words: all of it, both times. */
export function fingerprintRows(digest: string): readonly Line[] {
  const words = proquints(Buffer.from(digest, "hex"));
  return [...rows("by eye", digest.match(/.{4}/g) ?? []), ...rows("read aloud", words)];
}

function rows(label: string, parts: readonly string[]): readonly Line[] {
  const starts = parts.flatMap((_, index) => (index % PARTS_IN_ROW === 0 ? [index] : []));
  return starts.map((start) =>
    row(start === 0 ? label : "", parts.slice(start, start + PARTS_IN_ROW).join(" ")),
  );
}
