import { crc32, deflateRawSync } from "node:zlib";
import type { ForgedEntry, ForgedZip } from "../hostile-zip.ts";

export const a: ForgedEntry = { name: "t/a", content: "aaaa aaaa aaaa" };
export const b: ForgedEntry = { name: "t/b", content: "bb", central: { external: 0x81ed0020 } };
export const e: ForgedEntry = { name: "t/empty" };
/** A zip of the profile. */
export const plain = [a, b, e];

/** Bytes that mean nothing. */
export const filler = Buffer.from("x");
export const hexBytes = (digits: string): Buffer => Buffer.from(digits.replaceAll(" ", ""), "hex");
export const stream = deflateRawSync("aaaa aaaa aaaa");
const twoBytes = (value: number): Buffer => Buffer.from([value & 0xff, value >>> 8]);

export function extra(id: number, data: Uint8Array): Buffer {
  return Buffer.concat([twoBytes(id), twoBytes(data.byteLength), data]);
}

export const unixTime = extra(0x5455, hexBytes("01 aabbccdd"));
export const otherUnixTime = extra(0x5455, hexBytes("01 00000000"));
export const owner = extra(0x7875, hexBytes("01 04 e8030000 04 e8030000"));
export const zip64Sizes = extra(0x0001, Buffer.alloc(16, 1));
export const unicodePath = extra(0x7075, hexBytes("01 6db5f4e5 742f7a"));

/** A data descriptor of the content of `a`, or of what is given. */
export function descriptor(
  values: { readonly crc32?: number; readonly size?: number; readonly compressedSize?: number } = {},
): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(values.crc32 ?? crc32("aaaa aaaa aaaa"), 4);
  bytes.writeUInt32LE(values.compressedSize ?? stream.byteLength, 8);
  bytes.writeUInt32LE(values.size ?? 14, 12);
  return bytes;
}

export const streamed = { both: { flags: 8 }, local: { crc32: 0, size: 0, compressedSize: 0 } };
export const endRecordReaching = (bytes: number): Buffer =>
  Buffer.concat([hexBytes("504b0506 0000 0000 0100 0100 2e000000 00000000"), twoBytes(bytes)]);

/** A case in one line; `strict` finds the same when it is left out. */
export type HostileRow = readonly [
  hostileClass: string,
  how: string,
  entries: readonly ForgedEntry[],
  zip: ForgedZip,
  found: string | readonly string[],
  /** Left out: the same. */
  foundByStrict?: string | readonly string[],
];

export const withA = (change: Partial<ForgedEntry>): readonly ForgedEntry[] => [{ ...a, ...change }];
export const named = (name: string): readonly ForgedEntry[] => [{ ...a, name }];
export const utf8 = (name: string): string => Buffer.from(name, "utf8").toString("latin1");
