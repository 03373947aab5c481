import type { ByteSource } from "../model/byte-source.ts";

/** Read at a time: a search of a large file costs this much memory and not the file's size. */
const WINDOW_BYTES = 256 * 1024;

/** Part of a file. */
export interface Extent {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A byte source over bytes in memory, without a copy. Throws RangeError for a read outside of them. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.byteLength,
    read(offset, lengthBytes) {
      if (offset < 0 || lengthBytes < 0 || offset + lengthBytes > bytes.byteLength) {
        throw new RangeError("a read outside of the bytes");
      }
      return bytes.subarray(offset, offset + lengthBytes);
    },
  };
}

/** A part of a source as a source of its own; it must lie inside. */
export function partOf(source: ByteSource, part: Extent): ByteSource {
  return {
    sizeBytes: part.sizeBytes,
    read(offset, lengthBytes) {
      if (offset < 0 || lengthBytes < 0 || offset + lengthBytes > part.sizeBytes) {
        throw new RangeError("a read outside of the part");
      }
      return source.read(part.offset + offset, lengthBytes);
    },
    ...(source.readInto === undefined
      ? {}
      : {
          readInto(offset: number, room: Uint8Array): void {
            if (offset < 0 || offset + room.byteLength > part.sizeBytes) {
              throw new RangeError("a read outside of the part");
            }
            source.readInto?.(part.offset + offset, room);
          },
        }),
  };
}

/** Up to `maxBytes` from an offset; fewer at the end of the source, none behind it. */
export function readUpTo(source: ByteSource, offset: number, maxBytes: number): Buffer {
  const lengthBytes = Math.max(Math.min(maxBytes, source.sizeBytes - offset), 0);
  return lengthBytes === 0 ? Buffer.alloc(0) : asBuffer(source.read(offset, lengthBytes));
}

/** Offsets in the source at which `needle` stands inside `area`, ascending; overlapping ones too. */
export function* occurrences(source: ByteSource, needle: Uint8Array, area: Extent): Generator<number> {
  const end = Math.min(area.offset + area.sizeBytes, source.sizeBytes);
  const overlapBytes = needle.byteLength - 1;
  const room =
    source.readInto === undefined ? undefined : Buffer.allocUnsafeSlow(WINDOW_BYTES + overlapBytes);
  for (let start = area.offset; start < end; start += WINDOW_BYTES) {
    const window = windowAt(source, start, Math.min(WINDOW_BYTES + overlapBytes, end - start), room);
    for (let at = window.indexOf(needle); at !== -1; at = window.indexOf(needle, at + 1)) yield start + at;
  }
}

/** In the same room each time, where the source can: taking memory costs more than searching it. */
function windowAt(source: ByteSource, offset: number, lengthBytes: number, room: Buffer | undefined): Buffer {
  if (room === undefined || source.readInto === undefined) return readUpTo(source, offset, lengthBytes);
  const window = room.subarray(0, lengthBytes);
  source.readInto(offset, window);
  return window;
}

export function wholeOf(source: ByteSource): Extent {
  return { offset: 0, sizeBytes: source.sizeBytes };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
