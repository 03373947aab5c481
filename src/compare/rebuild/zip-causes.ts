import { epochOfDosTime } from "../../formats/dos-time.ts";
import { formatUtcTime } from "../../formats/utc-time.ts";
import { readZip } from "../../formats/zip-grammar.ts";
import type { ZipPart } from "../../formats/zip-parts.ts";
import type { ByteSource } from "../../model/byte-source.ts";
import type { Cause, CauseId } from "../../model/rebuild.ts";
import { bytesAround, firstDifference } from "./byte-difference.ts";

interface Parts {
  readonly source: ByteSource;
  readonly parts: readonly ZipPart[];
}

/** What one entry says on one side; equal on both, or a cause. */
interface Field {
  readonly cause: CauseId;
  readonly name: string;
  readonly value: (part: ZipPart) => string;
}

const FIELDS: readonly Field[] = [
  { cause: "timestamp", name: "time", value: ({ header }) => timeWords(header.dosTime) },
  { cause: "mode", name: "mode", value: ({ header }) => hex(header.external >>> 0) },
  { cause: "zip-method", name: "method", value: ({ header }) => methodWords(header.method) },
  { cause: "zip-header", name: "made by", value: ({ header }) => hex(header.madeBy) },
  { cause: "zip-header", name: "version needed", value: ({ header }) => String(header.need) },
  { cause: "zip-header", name: "flags", value: ({ header }) => hex(header.flags) },
  { cause: "zip-header", name: "internal attributes", value: ({ header }) => hex(header.internal) },
  { cause: "zip-header", name: "extra field", value: ({ centralExtra }) => extraWords(centralExtra) },
  { cause: "zip-header", name: "local extra field", value: ({ local }) => extraWords(local.extra) },
  { cause: "zip-header", name: "comment", value: ({ header }) => `${header.commentBytes} bytes` },
];

/** Why two zips of the same files differ: order, headers, compression. One cause for each kind, with its first entry. */
export function zipCauses(at: string, shipped: ByteSource, rebuilt: ByteSource): readonly Cause[] {
  const [was, now] = [partsOf(shipped), partsOf(rebuilt)];
  if (was === undefined || now === undefined) return byteCauses(at, shipped, rebuilt);
  const pairs = was.parts.flatMap((part) => {
    const other = now.parts.find(({ name }) => name === part.name);
    return other === undefined ? [] : [{ part, other }];
  });
  return [
    ...orderCause(at, was.parts, now.parts),
    ...FIELDS.flatMap((field) => fieldCause(at, field, pairs)),
    ...compressionCause(at, was, now, pairs),
  ];
}

function partsOf(source: ByteSource): Parts | undefined {
  const reading = readZip(source, undefined, "strict");
  return reading.ok ? { source, parts: reading.parts } : undefined;
}

interface Pair {
  readonly part: ZipPart;
  readonly other: ZipPart;
}

function fieldCause(at: string, { cause, name, value }: Field, pairs: readonly Pair[]): readonly Cause[] {
  const differing = pairs.filter(({ part, other }) => value(part) !== value(other));
  const [first] = differing;
  if (first === undefined) return [];
  const { part, other } = first;
  return [{ cause, at, field: placeOf(name, differing), shipped: value(part), rebuilt: value(other) }];
}

function placeOf(name: string, differing: readonly Pair[]): string {
  const first = differing[0]?.part.name ?? "";
  return differing.length === 1
    ? `${name} of ${first}`
    : `${name} of ${differing.length} entries, ${first} first`;
}

function orderCause(at: string, was: readonly ZipPart[], now: readonly ZipPart[]): readonly Cause[] {
  const common = new Set(now.map(({ name }) => name));
  const before = was.filter(({ name }) => common.has(name)).map(({ name }) => name);
  const known = new Set(before);
  const after = now.filter(({ name }) => known.has(name)).map(({ name }) => name);
  const index = before.findIndex((name, place) => name !== after[place]);
  const [shipped, rebuilt] = [before[index], after[index]];
  if (shipped === undefined || rebuilt === undefined) return [];
  return [{ cause: "order", at, field: `entry ${index + 1}`, shipped, rebuilt }];
}

/** The same bytes, by size and CRC, whose compressed form differs. */
function compressionCause(at: string, was: Parts, now: Parts, pairs: readonly Pair[]): readonly Cause[] {
  const differing = pairs.filter(({ part, other }) => {
    const [a, b] = [part.header, other.header];
    const isSameFile = a.crc32 === b.crc32 && a.sizeBytes === b.sizeBytes && a.method === b.method;
    return isSameFile && Buffer.compare(dataOf(was, part), dataOf(now, other)) !== 0;
  });
  const [first] = differing;
  if (first === undefined) return [];
  const field = placeOf("compressed data", differing);
  return [
    { cause: "compressor", at, field, shipped: sizeWords(first.part), rebuilt: sizeWords(first.other) },
  ];
}

function sizeWords({ header }: ZipPart): string {
  return `${header.sizeBytes} bytes compressed to ${header.compressedSizeBytes}`;
}

function dataOf({ source }: Parts, { header, local }: ZipPart): Uint8Array {
  return source.read(local.dataOffset, header.compressedSizeBytes);
}

const WINDOW_BYTES = 1024 * 1024;

/** Where no entry tells why, or one zip has no reading: the place of the first byte. */
export function byteCauses(at: string, shipped: ByteSource, rebuilt: ByteSource): readonly Cause[] {
  const most = Math.max(shipped.sizeBytes, rebuilt.sizeBytes);
  for (let start = 0; start < most; start += WINDOW_BYTES) {
    const [a, b] = [windowAt(shipped, start), windowAt(rebuilt, start)];
    const offset = firstDifference(a, b);
    if (offset === a.byteLength && offset === b.byteLength) continue;
    const field = `byte ${start + offset}`;
    const [before, after] = [bytesAround(a, offset), bytesAround(b, offset)];
    return [{ cause: "zip-header", at, field, shipped: before, rebuilt: after }];
  }
  return [];
}

function windowAt(source: ByteSource, start: number): Uint8Array {
  const sizeBytes = Math.max(0, Math.min(WINDOW_BYTES, source.sizeBytes - start));
  return sizeBytes === 0 ? new Uint8Array() : source.read(start, sizeBytes);
}

function timeWords(dosTime: number): string {
  const epoch = epochOfDosTime(dosTime);
  return epoch === undefined ? `no time (${hex(dosTime)})` : formatUtcTime(epoch);
}

function methodWords(method: number): string {
  return method === 0 ? "store" : method === 8 ? "deflate" : `method ${method}`;
}

function extraWords(extra: Uint8Array): string {
  return extra.byteLength === 0 ? "none" : Buffer.from(extra).toString("hex");
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
