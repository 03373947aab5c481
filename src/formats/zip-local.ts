import { escapedName } from "./entry-names.ts";
import { hex } from "./sighting-list.ts";
import {
  agree,
  EXTRA_UNICODE_PATH,
  EXTRA_ZIP64,
  isWellFormed,
  readExtra,
  type ExtraRecord,
} from "./zip-extra.ts";
import type { SharedFields } from "./zip-headers.ts";
import { preview, type ZipPart } from "./zip-parts.ts";
import {
  CENTRAL_HEADER_BYTES,
  FLAG_DESCRIPTOR,
  FLAG_ENCRYPTED,
  LOCAL_HEADER_BYTES,
  METHOD_DEFLATE,
} from "./zip-records.ts";
import type { ZipRuling } from "./zip-ruling.ts";

type SharedField = keyof Omit<SharedFields, "extraBytes">;

/** What local and central header must have in common: problem, words, offset in the local header (APPNOTE 4.3.7). */
const SHARED_FIELDS: readonly (readonly [SharedField, string, string, number])[] = [
  ["need", "container.version-differs", "version needed", 4],
  ["flags", "container.flags-differ", "flags", 6],
  ["method", "container.method-differs", "method", 8],
  ["dosTime", "container.time-differs", "time", 10],
  ["crc32", "container.crc-differs", "CRC-32", 14],
  ["compressedSizeBytes", "container.size-differs", "compressed size", 18],
  ["sizeBytes", "container.size-differs", "size", 22],
  ["nameBytes", "container.name-differs", "name length", 26],
];
/** They stand in the descriptor when there is one. */
const FIELDS_OF_DESCRIPTOR: ReadonlySet<SharedField> = new Set(["crc32", "compressedSizeBytes", "sizeBytes"]);

/** The local record against the central header: whatever stands twice must say the same. */
export function judgeLocalPart(part: ZipPart, ruling: ZipRuling): void {
  judgeSharedFields(part, ruling);
  judgeDescriptor(part, ruling);
  judgeExtra(part, ruling);
}

function judgeSharedFields({ name, header, local }: ZipPart, { seen }: ZipRuling): void {
  const at = escapedName(name);
  const isStreamed = (header.flags & FLAG_DESCRIPTOR) !== 0;
  for (const [field, problem, words, offset] of SHARED_FIELDS) {
    if (local.header[field] === header[field]) continue;
    // A streaming writer leaves what it does not know yet zero.
    if (isStreamed && FIELDS_OF_DESCRIPTOR.has(field) && local.header[field] === 0) continue;
    const isSecret = field === "flags" && ((local.header.flags ^ header.flags) & FLAG_ENCRYPTED) !== 0;
    seen.add(
      isSecret ? "container.encryption-differs" : problem,
      `${at}, ${words}`,
      `${header[field]}`,
      `${local.header[field]} in the local header`,
      { offset: local.offset + offset },
    );
  }
  if (local.name === name || local.header.nameBytes !== header.nameBytes) return;
  const place = { offset: local.offset + LOCAL_HEADER_BYTES };
  seen.add(
    "container.name-differs",
    `${at}, name`,
    at,
    `${escapedName(local.name)} in the local header`,
    place,
  );
}

function judgeDescriptor({ name, header, local }: ZipPart, { seen, isHouse }: ZipRuling): void {
  // The profile without descriptors has refused the flag already.
  if (isHouse || (header.flags & FLAG_DESCRIPTOR) === 0) return;
  const at = `${escapedName(name)}, data descriptor`;
  const place = { offset: local.dataOffset + header.compressedSizeBytes };
  if (header.method !== METHOD_DEFLATE && header.compressedSizeBytes > 0) {
    seen.add(
      "container.data-descriptor",
      at,
      "none behind stored data",
      "one that no stream can find",
      place,
    );
  }
  const { descriptor } = local;
  if (descriptor === undefined) {
    seen.add("container.descriptor-differs", at, "a descriptor with its signature", "none", place);
    return;
  }
  for (const [field, words] of [
    ["crc32", "CRC-32"],
    ["compressedSizeBytes", "compressed size"],
    ["sizeBytes", "size"],
  ] as const) {
    if (descriptor[field] === header[field]) continue;
    const [expected, actual] = [`${header[field]}`, `${descriptor[field]}`];
    seen.add("container.descriptor-differs", `${at}, ${words}`, expected, actual, place);
  }
}

interface PlacedExtra {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly where: "local" | "central";
}

function judgeExtra(part: ZipPart, ruling: ZipRuling): void {
  const { local, centralOffset, centralExtra, header } = part;
  const localOffset = local.offset + LOCAL_HEADER_BYTES + local.header.nameBytes;
  const centralPlace = centralOffset + CENTRAL_HEADER_BYTES + header.nameBytes;
  const here = extraRecords(part, { bytes: local.extra, offset: localOffset, where: "local" }, ruling);
  const there = extraRecords(part, { bytes: centralExtra, offset: centralPlace, where: "central" }, ruling);
  if (ruling.isHouse) return;
  for (const one of here) {
    const other = there.find(({ id }) => id === one.id);
    if (other === undefined || agree(one, other)) continue;
    const at = `${escapedName(part.name)}, extra field ${hex(one.id, 4)}`;
    const place = { offset: localOffset, preview: preview(one.data) };
    ruling.seen.add("container.extra-differs", at, "the same in both headers", "two values", place);
  }
}

function extraRecords(
  { name }: ZipPart,
  { bytes, offset, where }: PlacedExtra,
  { isHouse, seen }: ZipRuling,
): readonly ExtraRecord[] {
  if (bytes.byteLength === 0) return [];
  const at = `${escapedName(name)}, extra field of the ${where} header`;
  const place = { offset, preview: preview(bytes) };
  const records = readExtra(bytes);
  if (records === undefined) {
    seen.add(
      "container.extra-malformed",
      at,
      "whole records",
      `${bytes.byteLength} bytes that are none`,
      place,
    );
    return [];
  }
  const ids = new Set<number>();
  for (const record of records) {
    const problem = ids.has(record.id) ? "container.extra-duplicate" : extraProblem(record, where, isHouse);
    ids.add(record.id);
    if (problem === undefined) continue;
    const expected = isHouse ? "none" : "times and owners alone, each once";
    seen.add(problem, at, expected, `${hex(record.id, 4)}, ${record.data.byteLength} bytes`, place);
  }
  return records;
}

function extraProblem(record: ExtraRecord, where: "local" | "central", isHouse: boolean): string | undefined {
  if (record.id === EXTRA_UNICODE_PATH) return "container.unicode-path";
  if (record.id === EXTRA_ZIP64) return "container.zip64-extra";
  return isHouse || !isWellFormed(record, where) ? "container.extra-field" : undefined;
}
