import { decodeUtf8 } from "../../formats/utf8.ts";
import type { Cause } from "../../model/rebuild.ts";
import { bytesAround, firstDifference } from "./byte-difference.ts";

const MAX_SHOWN_CHARACTERS = 120;

/** Why two files differ that are no executables: ends of lines, else the first line or byte. */
export function textCauses(at: string, shipped: Uint8Array, rebuilt: Uint8Array): readonly Cause[] {
  const [was, now] = [decodeUtf8(shipped), decodeUtf8(rebuilt)];
  if (was === undefined || now === undefined) {
    const offset = firstDifference(shipped, rebuilt);
    const [before, after] = [bytesAround(shipped, offset), bytesAround(rebuilt, offset)];
    return [{ cause: "content", at, field: `byte ${offset}`, shipped: before, rebuilt: after }];
  }
  if (withoutCarriage(was) === withoutCarriage(now)) {
    return [{ cause: "line-ends", at, field: "ends of lines", shipped: ends(was), rebuilt: ends(now) }];
  }
  const [before, after] = [was.split("\n"), now.split("\n")];
  const index = before.findIndex((text, number) => text !== after[number]);
  const line = index === -1 ? before.length : index;
  return [
    {
      cause: "content",
      at,
      field: `line ${line + 1}`,
      shipped: shown(before[line]),
      rebuilt: shown(after[line]),
    },
  ];
}

function withoutCarriage(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function ends(text: string): string {
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  return windows === 0 ? "LF" : windows === all ? "CRLF" : `CRLF in ${windows} of ${all} lines`;
}

function shown(text: string | undefined): string {
  if (text === undefined) return "end of file";
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}...` : text;
}
