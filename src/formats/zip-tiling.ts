import type { ByteSource } from "../model/byte-source.ts";
import { escapedName } from "./entry-names.ts";
import { hex, type SightingList } from "./sighting-list.ts";
import type { ZipEnd } from "./zip-end.ts";
import { preview, readUpTo, type ZipPart } from "./zip-parts.ts";
import {
  LOCAL_SIGNATURE,
  ZIP64_END_SIGNATURE,
  ZIP64_LOCATOR_BYTES,
  ZIP64_LOCATOR_SIGNATURE,
} from "./zip-records.ts";

/** A run of bytes that belongs to one record; `endOffset` is the first byte behind it. */
export interface ZipSpan {
  readonly offset: number;
  readonly endOffset: number;
  /** For people: the name of the entry, or what the run is. */
  readonly at: string;
  /** Of a local record: its entry. */
  readonly part?: ZipPart;
}

/** Every record of the zip by offset: local records, the directory, the end record. */
export function spansOf(
  { centralOffset, centralBytes, offset }: ZipEnd,
  parts: readonly ZipPart[],
  sizeBytes: number,
): readonly ZipSpan[] {
  const local = parts.map((part): ZipSpan => {
    const { offset: start, endOffset } = part.local;
    return { offset: start, endOffset, at: escapedName(part.name), part };
  });
  const isSorted = local.every((span, place) => (local[place - 1]?.offset ?? 0) <= span.offset);
  return [
    ...(isSorted ? local : local.toSorted((a, b) => a.offset - b.offset)),
    { offset: centralOffset, endOffset: centralOffset + centralBytes, at: "directory" },
    { offset, endOffset: sizeBytes, at: "end record" },
  ];
}

/** Records tile the file: each begins where the one before it ends, from the first byte to the last. */
export function judgeTiling(
  source: ByteSource,
  end: ZipEnd,
  parts: readonly ZipPart[],
  seen: SightingList,
): void {
  let cursor = 0;
  for (const span of spansOf(end, parts, source.sizeBytes)) {
    if (span.offset > cursor) seeGap(source, cursor, span, seen);
    if (span.offset < cursor) {
      const place = { offset: span.offset, preview: preview(readUpTo(source, span.offset, cursor)) };
      seen.add(
        "container.overlap",
        span.at,
        `at offset ${cursor} or later`,
        `at offset ${span.offset}`,
        place,
      );
    }
    cursor = Math.max(cursor, span.endOffset);
    if (seen.isFull) return;
  }
  judgeDirectoryOrder(parts, seen);
}

function seeGap(source: ByteSource, offset: number, next: ZipSpan, seen: SightingList): void {
  const bytes = readUpTo(source, offset, next.offset);
  const signature =
    bytes.byteLength < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const sizeBytes = next.offset - offset;
  seen.add(
    gapProblem(offset, signature),
    `before ${next.at}`,
    "nothing between two records",
    `${sizeBytes} bytes that belong to no record`,
    { offset, preview: preview(bytes) },
  );
}

function gapProblem(offset: number, signature: number): string {
  if (signature === LOCAL_SIGNATURE) return "container.unlisted-record";
  if (signature === ZIP64_END_SIGNATURE || signature === ZIP64_LOCATOR_SIGNATURE) return "container.zip64";
  return offset === 0 ? "container.prefix" : "container.gap";
}

/** Readers of a stream see the order of the local records, the others that of the directory. */
function judgeDirectoryOrder(parts: readonly ZipPart[], seen: SightingList): void {
  const place = parts.findIndex(
    ({ header }, index) => (parts[index - 1]?.header.localOffset ?? -1) >= header.localOffset,
  );
  const part = parts[place];
  if (part === undefined) return;
  const [expected, actual] = ["the order of the files themselves", "another order"];
  const at = `${escapedName(part.name)}, central header`;
  seen.add("container.directory-order", at, expected, actual, { offset: part.centralOffset });
}

/**
 * Readers that look for a zip64 locator whatever the end record says (yauzl does) look 20 bytes before it. The tail of
 * the last central header can be made to look like one.
 */
export function judgeLocator(
  source: ByteSource,
  { offset, centralOffset }: ZipEnd,
  seen: SightingList,
): void {
  const at = offset - ZIP64_LOCATOR_BYTES;
  if (at < centralOffset) return;
  const bytes = source.read(at, 4);
  if (new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) !== ZIP64_LOCATOR_SIGNATURE) return;
  const where = `${ZIP64_LOCATOR_BYTES} bytes before the end record`;
  const place = { offset: at, preview: preview(bytes) };
  seen.add("container.zip64", where, "no zip64 locator", hex(ZIP64_LOCATOR_SIGNATURE, 8), place);
}
