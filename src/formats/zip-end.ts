import type { ByteSource } from "../model/byte-source.ts";
import {
  MAX_BUNDLE_BYTES,
  MAX_DIRECTORY_BYTES,
  MAX_DIRECTORY_BYTES_PER_ENTRY,
  MAX_ENTRIES,
  MAX_ENTRY_BYTES,
  MAX_EXPANSION,
  MAX_TOTAL_BYTES,
} from "../model/limits.ts";
import { escapedName } from "./entry-names.ts";
import { hex, type SightingList } from "./sighting-list.ts";
import { CENTRAL_SIGNATURE, END_RECORD_BYTES, END_SIGNATURE } from "./zip-records.ts";

export interface ZipLimits {
  readonly maxBundleBytes: number;
  readonly maxEntries: number;
  readonly maxEntryBytes: number;
  readonly maxTotalBytes: number;
  /** Of what is larger than EXPANSION_FREE_BYTES. */
  readonly maxExpansion: number;
}

export const ZIP_LIMITS: ZipLimits = {
  maxBundleBytes: MAX_BUNDLE_BYTES,
  maxEntries: MAX_ENTRIES,
  maxEntryBytes: MAX_ENTRY_BYTES,
  maxTotalBytes: MAX_TOTAL_BYTES,
  maxExpansion: MAX_EXPANSION,
};

/** What the end record says, after the directory that it names was found. */
export interface ZipEnd {
  readonly entryCount: number;
  readonly centralOffset: number;
  readonly centralBytes: number;
  /** Of the end record itself. */
  readonly offset: number;
}

/** A comment can be this long (APPNOTE 4.4.12), so readers look for the end record this far back. */
const MAX_COMMENT_BYTES = 0xffff;
const AT_END = "end record";

/** Reads the one end record, which is the last 22 bytes. undefined: the directory cannot be located, see `seen`. */
export function readEnd(source: ByteSource, limits: ZipLimits, seen: SightingList): ZipEnd | undefined {
  const { sizeBytes } = source;
  if (sizeBytes > limits.maxBundleBytes) {
    seen.add("container.limit", "zip", `at most ${limits.maxBundleBytes} bytes`, `${sizeBytes} bytes`);
    return undefined;
  }
  if (sizeBytes < END_RECORD_BYTES) {
    seen.add("container.end-record", AT_END, `at least ${END_RECORD_BYTES} bytes`, `${sizeBytes} bytes`);
    return undefined;
  }
  const offset = sizeBytes - END_RECORD_BYTES;
  const tailOffset = Math.max(0, offset - MAX_COMMENT_BYTES);
  const tail = source.read(tailOffset, sizeBytes - tailOffset);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  if (view.getUint32(offset - tailOffset, true) !== END_SIGNATURE) {
    seeOtherEnd(view, tailOffset, seen);
    return undefined;
  }
  judgeSecondEnd(view, tailOffset, seen);
  const record = new DataView(view.buffer, view.byteOffset + offset - tailOffset, END_RECORD_BYTES);
  judgeEndFields(record, offset, seen);
  const end = {
    entryCount: record.getUint16(10, true),
    centralBytes: record.getUint32(12, true),
    centralOffset: record.getUint32(16, true),
    offset,
  };
  return isLocated(end, source, limits, seen) ? end : undefined;
}

/** Offsets of every end signature in the tail that a whole record could follow, first to last. */
function endSignatures(tail: DataView): readonly number[] {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  const signature = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
  const found: number[] = [];
  for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 1)) found.push(at);
  return found;
}

/** The file does not end with an end record: says what readers that search for one would take. */
function seeOtherEnd(tail: DataView, tailOffset: number, seen: SightingList): void {
  const last = endSignatures(tail)
    .filter((at) => at + END_RECORD_BYTES <= tail.byteLength)
    .at(-1);
  const fileEnd = tailOffset + tail.byteLength;
  if (last === undefined) {
    const at = `${AT_END}, the last ${END_RECORD_BYTES} bytes`;
    const offset = fileEnd - END_RECORD_BYTES;
    seen.add(
      "container.end-record",
      at,
      hex(END_SIGNATURE, 8),
      "something else",
      placeIn(tail, tailOffset, offset),
    );
    return;
  }
  const commentBytes = tail.getUint16(last + 20, true);
  const recordEnd = tailOffset + last + END_RECORD_BYTES;
  const extraBytes = fileEnd - recordEnd - commentBytes;
  const after = placeIn(tail, tailOffset, recordEnd);
  if (extraBytes === 0) {
    seen.add("container.archive-comment", `${AT_END}, comment`, "no comment", `${commentBytes} bytes`, after);
  } else if (extraBytes > 0) {
    const place = placeIn(tail, tailOffset, recordEnd + commentBytes);
    seen.add("container.suffix", `after the ${AT_END}`, "the end of the file", `${extraBytes} bytes`, place);
  } else {
    const actual = `a comment that ends ${-extraBytes} bytes after the file`;
    seen.add("container.end-record", AT_END, "a whole record", actual, after);
  }
}

/**
 * A reader that searches must not find another record: neither inside the last one (searching backwards for a signature
 * alone) nor before it with a comment that reaches to the end of the file (searching forwards, or checking comments).
 */
function judgeSecondEnd(tail: DataView, tailOffset: number, seen: SightingList): void {
  const real = tail.byteLength - END_RECORD_BYTES;
  for (const at of endSignatures(tail)) {
    const reachesEnd = at < real && at + END_RECORD_BYTES + tail.getUint16(at + 20, true) === tail.byteLength;
    if (at === real || (at < real && !reachesEnd)) continue;
    const place = placeIn(tail, tailOffset, tailOffset + at);
    const where = at < real ? "before the end record" : "inside the end record";
    seen.add("container.second-end-record", where, "one end record", "a second one", place);
  }
}

function judgeEndFields(view: DataView, offset: number, seen: SightingList): void {
  const [thisDisk, firstDisk] = [view.getUint16(4, true), view.getUint16(6, true)];
  if (thisDisk !== 0) {
    seen.add("container.multi-disk", `${AT_END}, number of this disk`, 0, thisDisk, { offset: offset + 4 });
  }
  if (firstDisk !== 0) {
    seen.add("container.multi-disk", `${AT_END}, disk of the directory`, 0, firstDisk, {
      offset: offset + 6,
    });
  }
  const [onThisDisk, total] = [view.getUint16(8, true), view.getUint16(10, true)];
  if (onThisDisk !== total) {
    seen.add("container.count", `${AT_END}, entries on this disk`, total, onThisDisk, { offset: offset + 8 });
  }
  const commentBytes = view.getUint16(20, true);
  if (commentBytes !== 0) {
    const place = { offset: offset + 20 };
    seen.add("container.archive-comment", `${AT_END}, comment length`, 0, commentBytes, place);
  }
}

function isLocated(end: ZipEnd, source: ByteSource, limits: ZipLimits, seen: SightingList): boolean {
  const { entryCount, centralBytes, centralOffset, offset } = end;
  const refuse = (problem: string, what: string, expected: string, actual: string, at: number): boolean => {
    seen.add(problem, `${AT_END}, ${what}`, expected, actual, { offset: at });
    return false;
  };
  if (entryCount === 0xffff || centralBytes === 0xffff_ffff || centralOffset === 0xffff_ffff) {
    const expected = "no field at its maximum";
    return refuse("container.zip64", "fields", expected, "a field that refers to a zip64 record", offset + 8);
  }
  if (entryCount === 0) return refuse("container.count", "entries", "at least 1", "0", offset + 10);
  if (entryCount > limits.maxEntries) {
    return refuse("container.limit", "entries", `at most ${limits.maxEntries}`, `${entryCount}`, offset + 10);
  }
  const centralEnd = centralOffset + centralBytes;
  const isThere = centralEnd <= offset && (centralEnd === offset || beginsWithHeader(source, centralOffset));
  if (!isThere) {
    const expected = `${offset - centralBytes}`;
    return refuse(
      "container.directory-offset",
      "offset of the directory",
      expected,
      `${centralOffset}`,
      offset + 16,
    );
  }
  // Caps the one allocation that depends on the file.
  const most = MAX_DIRECTORY_BYTES + entryCount * MAX_DIRECTORY_BYTES_PER_ENTRY;
  if (centralBytes > most) {
    const expected = `at most ${most} bytes for ${entryCount} entries`;
    return refuse(
      "container.directory-size",
      "size of the directory",
      expected,
      `${centralBytes}`,
      offset + 12,
    );
  }
  return true;
}

/** Bytes between directory and end record are seen later; a directory that is not there at all is seen here. */
function beginsWithHeader(source: ByteSource, offset: number): boolean {
  if (offset + 4 > source.sizeBytes) return false;
  const bytes = source.read(offset, 4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) === CENTRAL_SIGNATURE;
}

const PREVIEW_BYTES = 12;

/** A place in the file with its first bytes, out of bytes that were read at `base`. */
function placeIn(view: DataView, base: number, offset: number): { offset: number; preview: string } {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const start = offset - base;
  return { offset, preview: escapedName(bytes.subarray(start, start + PREVIEW_BYTES)) };
}
