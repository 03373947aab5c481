import type { ByteSource } from "../model/byte-source.ts";
import {
  MAX_BUNDLE_BYTES,
  MAX_ENTRIES,
  MAX_ENTRY_BYTES,
  MAX_EXPANSION,
  MAX_PATH_BYTES,
  MAX_TOTAL_BYTES,
} from "../model/limits.ts";
import { hex, type SightingList } from "./sighting-list.ts";
import {
  CENTRAL_HEADER_BYTES,
  END_RECORD_BYTES,
  END_SIGNATURE,
  ZIP64_LOCATOR_BYTES,
  ZIP64_LOCATOR_SIGNATURE,
} from "./zip-records.ts";

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

/** What the end record says, after it was found to be consistent with the size of the file. */
export interface ZipEnd {
  readonly entryCount: number;
  readonly centralOffset: number;
  readonly centralBytes: number;
}

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
  const bytes = source.read(sizeBytes - END_RECORD_BYTES, END_RECORD_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, END_RECORD_BYTES);
  if (view.getUint32(0, true) !== END_SIGNATURE) {
    const at = `offset ${sizeBytes - END_RECORD_BYTES}`;
    seen.add("container.end-record", at, hex(END_SIGNATURE, 8), hex(view.getUint32(0, true), 8));
    return undefined;
  }
  judgeSecondEnd(view, seen);
  const end = {
    entryCount: view.getUint16(10, true),
    centralBytes: view.getUint32(12, true),
    centralOffset: view.getUint32(16, true),
  };
  judgeEndFields(view, seen);
  return isLocated(end, sizeBytes, limits, seen) ? end : undefined;
}

/** A reader that searches backwards for the last signature must not find another one inside the record. */
function judgeSecondEnd(view: DataView, seen: SightingList): void {
  for (let offset = 1; offset + 4 <= END_RECORD_BYTES; offset += 1) {
    if (view.getUint32(offset, true) !== END_SIGNATURE) continue;
    seen.add("container.end-record", AT_END, "one signature", `a second one ${offset} bytes on`);
  }
}

function judgeEndFields(view: DataView, seen: SightingList): void {
  const [thisDisk, firstDisk] = [view.getUint16(4, true), view.getUint16(6, true)];
  if (thisDisk !== 0) seen.add("container.constant", `${AT_END}, number of this disk`, 0, thisDisk);
  if (firstDisk !== 0) seen.add("container.constant", `${AT_END}, disk of the directory`, 0, firstDisk);
  const [onThisDisk, total] = [view.getUint16(8, true), view.getUint16(10, true)];
  if (onThisDisk !== total) seen.add("container.count", `${AT_END}, entries on this disk`, total, onThisDisk);
  const commentBytes = view.getUint16(20, true);
  if (commentBytes !== 0) seen.add("container.comment", `${AT_END}, comment length`, 0, commentBytes);
}

function isLocated(end: ZipEnd, sizeBytes: number, limits: ZipLimits, seen: SightingList): boolean {
  const { entryCount, centralBytes, centralOffset } = end;
  if (entryCount === 0xffff || centralBytes === 0xffff_ffff || centralOffset === 0xffff_ffff) {
    seen.add("container.zip64", AT_END, "no field at its maximum", "a field that refers to a zip64 record");
    return false;
  }
  if (entryCount < 1 || entryCount > limits.maxEntries) {
    seen.add("container.count", `${AT_END}, entries`, `1 to ${limits.maxEntries}`, entryCount);
    return false;
  }
  const centralEnd = sizeBytes - END_RECORD_BYTES;
  if (centralOffset + centralBytes !== centralEnd) {
    seen.add(
      "container.layout",
      `${AT_END}, end of the central directory`,
      centralEnd,
      centralOffset + centralBytes,
    );
    return false;
  }
  // Caps the one allocation that depends on the file: no directory of the profile is larger.
  const most = entryCount * (CENTRAL_HEADER_BYTES + MAX_PATH_BYTES);
  const least = entryCount * (CENTRAL_HEADER_BYTES + 1);
  if (centralBytes < least || centralBytes > most) {
    seen.add(
      "container.layout",
      `${AT_END}, size of the central directory`,
      `${least} to ${most}`,
      centralBytes,
    );
    return false;
  }
  return true;
}

/**
 * Readers that look for a zip64 locator whatever the end record says (yauzl does) look 20 bytes before it. The tail of
 * the last central header can be made to look like one.
 */
export function judgeLocator(central: Uint8Array, seen: SightingList): void {
  if (central.byteLength < ZIP64_LOCATOR_BYTES) return;
  const offset = central.byteOffset + central.byteLength - ZIP64_LOCATOR_BYTES;
  if (new DataView(central.buffer, offset, 4).getUint32(0, true) !== ZIP64_LOCATOR_SIGNATURE) return;
  seen.add(
    "container.zip64",
    "20 bytes before the end record",
    "no zip64 locator",
    hex(ZIP64_LOCATOR_SIGNATURE, 8),
  );
}
