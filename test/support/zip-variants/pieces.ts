import { crc32 } from "node:zlib";
import { forgeZip, type ForgedEntry } from "../hostile-zip.ts";
import { fixedDeflate } from "./deflate-streams.ts";

/** Little-endian, as everything in a zip. */
export function le(value: number | bigint, sizeBytes: 1 | 2 | 4 | 8): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes.subarray(0, sizeBytes);
}

/** An entry whose bytes no compressor decides about. */
export function deflated(
  name: string,
  content: string | Uint8Array,
  changes: Partial<ForgedEntry> = {},
): ForgedEntry {
  const bytes = Buffer.from(content);
  return { name, content: bytes, method: 8, data: fixedDeflate(bytes), ...changes };
}

export function stored(
  name: string,
  content: string | Uint8Array,
  changes: Partial<ForgedEntry> = {},
): ForgedEntry {
  return { name, content: Buffer.from(content), method: 0, ...changes };
}

/** Names are bytes, one character each; this gives the bytes of UTF-8. */
export function utf8(text: string): string {
  return Buffer.from(text).toString("latin1");
}

export function extraRecord(id: number, ...data: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(data);
  return Buffer.concat([le(id, 2), le(bytes.byteLength, 2), bytes]);
}

export function zip64Extra(...values: readonly (number | bigint)[]): Buffer {
  return extraRecord(0x0001, ...values.map((value) => le(value, 8)));
}

/** Info-ZIP Unicode Path (APPNOTE 4.6.9). */
export function unicodePath(
  name: string,
  shadowed: string,
  { version = 1, crc = crc32(Buffer.from(shadowed, "latin1")) } = {},
): Buffer {
  return extraRecord(0x7075, le(version, 1), le(crc, 4), Buffer.from(name));
}

export interface DescriptorForm {
  readonly signature: boolean;
  /** Eight bytes a size, as with zip64. */
  readonly wide: boolean;
}

export function descriptor(
  { signature, wide }: DescriptorForm,
  crc: number,
  compressedSize: number,
  size: number,
): Buffer {
  const width = wide ? 8 : 4;
  const head = signature ? [le(0x08074b50, 4)] : [];
  return Buffer.concat([...head, le(crc, 4), le(compressedSize, width), le(size, width)]);
}

export function localOnly(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.indexOf(le(0x02014b50, 4)));
}

/** Every combination of the values, the last key fastest. */
export function* grid<Axes extends Readonly<Record<string, readonly unknown[]>>>(
  axes: Axes,
): Generator<{ readonly [axis in keyof Axes]: Axes[axis][number] }> {
  const keys = Object.keys(axes);
  const total = keys.reduce((product, key) => product * (axes[key]?.length ?? 0), 1);
  for (let index = 0; index < total; index += 1) {
    let rest = index;
    const picked: Record<string, unknown> = {};
    for (const key of keys.toReversed()) {
      const values = axes[key] ?? [];
      picked[key] = values[rest % values.length];
      rest = Math.floor(rest / values.length);
    }
    yield picked as { readonly [axis in keyof Axes]: Axes[axis][number] };
  }
}

/** `key=value` for people, in the order of the axes. */
export function spelled(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}

export function hexed(value: number): string {
  return `0x${value.toString(16)}`;
}

const NAME_DIGITS = 4;
const LOCAL_BYTES = 30 + "t/".length + NAME_DIGITS;

/** As forgeZip would write it, but in no time: `count` empty files `t/0000`, `t/0001` and so on, in base 36. */
export function manyEmptyFiles(
  count: number,
  end: { readonly count?: number; readonly countHere?: number } = {},
): Buffer {
  const one = forgeZip([stored("t/0000", "")]);
  const [local, central] = [one.subarray(0, LOCAL_BYTES), one.subarray(LOCAL_BYTES, -22)];
  const body = Buffer.alloc(count * LOCAL_BYTES, local);
  const directory = Buffer.alloc(count * central.byteLength, central);
  for (let place = 0; place < count; place += 1) {
    const digits = place.toString(36).padStart(NAME_DIGITS, "0");
    body.write(digits, (place + 1) * LOCAL_BYTES - NAME_DIGITS, "latin1");
    directory.write(digits, (place + 1) * central.byteLength - NAME_DIGITS, "latin1");
    directory.writeUInt32LE(place * LOCAL_BYTES, place * central.byteLength + 42);
  }
  const fields = {
    countHere: count & 0xffff,
    count: count & 0xffff,
    centralSize: directory.byteLength,
    centralOffset: body.byteLength,
  };
  return Buffer.concat([body, directory, forgeZip([], { end: { ...fields, ...end } })]);
}
