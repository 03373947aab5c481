import { crc32, deflateRawSync } from "node:zlib";

/**
 * Writes zips field by field, with code that shares nothing with the product: every field of every record can be
 * changed, parts can be put between records, records can be left out. What is not changed keeps the profile.
 */
const LOCAL_FIELDS = {
  signature: 4,
  need: 2,
  flags: 2,
  method: 2,
  time: 2,
  date: 2,
  crc32: 4,
  compressedSize: 4,
  size: 4,
  nameLength: 2,
  extraLength: 2,
} as const;

const CENTRAL_FIELDS = {
  signature: 4,
  madeBy: 2,
  need: 2,
  flags: 2,
  method: 2,
  time: 2,
  date: 2,
  crc32: 4,
  compressedSize: 4,
  size: 4,
  nameLength: 2,
  extraLength: 2,
  commentLength: 2,
  disk: 2,
  internal: 2,
  external: 4,
  offset: 4,
} as const;

const END_FIELDS = {
  signature: 4,
  disk: 2,
  centralDisk: 2,
  countHere: 2,
  count: 2,
  centralSize: 4,
  centralOffset: 4,
  commentLength: 2,
} as const;

export type LocalField = keyof typeof LOCAL_FIELDS;
export type CentralField = keyof typeof CENTRAL_FIELDS;
export type EndField = keyof typeof END_FIELDS;
/** What both headers of an entry say, behind their signatures. */
export const SHARED_FIELDS = [
  "need",
  "flags",
  "method",
  "time",
  "date",
  "crc32",
  "compressedSize",
  "size",
  "nameLength",
  "extraLength",
] as const satisfies readonly (LocalField & CentralField)[];
type Values<Field extends string> = { readonly [field in Field]?: number };

export interface ForgedEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly method?: 0 | 8;
  /** Instead of the content, deflated or not. */
  readonly data?: Uint8Array;
  /** Fields of both headers. */
  readonly both?: Values<LocalField>;
  readonly local?: Values<LocalField> & { readonly name?: string; readonly extra?: Uint8Array };
  readonly central?: Values<CentralField> & {
    readonly name?: string;
    readonly extra?: Uint8Array;
    readonly comment?: Uint8Array;
  };
  /** Bytes before the local header and after the data. */
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  readonly leaveOut?: "local" | "central";
}

export interface ForgedZip {
  readonly end?: Values<EndField> & { readonly comment?: Uint8Array };
  readonly beforeCentral?: Uint8Array;
  readonly beforeEnd?: Uint8Array;
  readonly after?: Uint8Array;
  readonly centralOrder?: "reversed";
}

/** 2024-01-02 03:04:06 UTC. */
const FORGED_TIME = { time: (3 << 11) | (4 << 5) | 3, date: (44 << 9) | (1 << 5) | 2 };

export function forgeZip(entries: readonly ForgedEntry[], zip: ForgedZip = {}): Buffer {
  const body: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = forgedRecords(entry, offset + (entry.before?.byteLength ?? 0));
    const parts = [entry.before, entry.leaveOut === "local" ? undefined : local, entry.after];
    for (const part of parts) {
      if (part === undefined) continue;
      body.push(part);
      offset += part.byteLength;
    }
    if (entry.leaveOut !== "central") directory.push(central);
  }
  if (zip.beforeCentral !== undefined) body.push(zip.beforeCentral);
  if (zip.centralOrder === "reversed") directory.reverse();
  const central = Buffer.concat(directory);
  const centralOffset = Buffer.concat(body).byteLength;
  const { comment, ...end } = zip.end ?? {};
  const endRecord = record(END_FIELDS, {
    signature: 0x06054b50,
    countHere: directory.length,
    count: directory.length,
    centralSize: central.byteLength,
    centralOffset,
    commentLength: comment?.byteLength ?? 0,
    ...end,
  });
  const parts = [...body, central, zip.beforeEnd, endRecord, comment, zip.after];
  return Buffer.concat(parts.filter((part) => part !== undefined));
}

function forgedRecords(entry: ForgedEntry, offset: number): { local: Buffer; central: Buffer } {
  const { data, ...shared } = sharedValues(entry);
  const { name: localName = entry.name, extra: localExtra = empty, ...local } = entry.local ?? {};
  const { name = entry.name, extra = empty, comment = empty, ...central } = entry.central ?? {};
  const localHeader = record(LOCAL_FIELDS, {
    signature: 0x04034b50,
    ...lengths(localName, localExtra),
    ...shared,
    ...local,
  });
  const centralHeader = record(CENTRAL_FIELDS, {
    signature: 0x02014b50,
    madeBy: 0x032d,
    ...lengths(name, extra),
    commentLength: comment.byteLength,
    external: 0x81a40020,
    offset,
    ...shared,
    ...central,
  });
  return {
    local: Buffer.concat([localHeader, latin1(localName), localExtra, data]),
    central: Buffer.concat([centralHeader, latin1(name), extra, comment]),
  };
}

function sharedValues(entry: ForgedEntry): Values<LocalField> & { readonly data: Uint8Array } {
  const content = Buffer.from(entry.content ?? "");
  const method = entry.method ?? (content.byteLength === 0 ? 0 : 8);
  const data = entry.data ?? (method === 8 ? deflateRawSync(content) : content);
  return {
    data,
    need: method === 8 ? 20 : 10,
    method,
    ...FORGED_TIME,
    crc32: crc32(content),
    compressedSize: data.byteLength,
    size: content.byteLength,
    ...entry.both,
  };
}

function lengths(name: string, extra: Uint8Array): Values<LocalField> {
  return { nameLength: latin1(name).byteLength, extraLength: extra.byteLength };
}

const empty = Buffer.alloc(0);

function latin1(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

function record(fields: Readonly<Record<string, number>>, values: object): Buffer {
  const given = values as Readonly<Record<string, number>>;
  const sizes = Object.entries(fields);
  const bytes = Buffer.alloc(sizes.reduce((sum, [, sizeBytes]) => sum + sizeBytes, 0));
  let offset = 0;
  for (const [field, sizeBytes] of sizes) offset = bytes.writeUIntLE(given[field] ?? 0, offset, sizeBytes);
  return bytes;
}
