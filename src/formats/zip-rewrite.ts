import type { ByteSource } from "../model/byte-source.ts";
import { escapedName } from "./entry-names.ts";
import type { SightingList } from "./sighting-list.ts";
import { modeOf } from "./zip-attributes.ts";
import type { ZipEnd } from "./zip-end.ts";
import { readExtra, writeExtra } from "./zip-extra.ts";
import { CENTRAL_FIELDS, DESCRIPTOR_FIELDS, LOCAL_FIELDS, writeFields } from "./zip-fields.ts";
import type { ZipPart } from "./zip-parts.ts";
import {
  CENTRAL_SIGNATURE,
  centralHeader,
  DESCRIPTOR_SIGNATURE,
  END_RECORD_BYTES,
  endRecord,
  LOCAL_SIGNATURE,
  localHeader,
  METHOD_DEFLATE,
  type ZipRecord,
} from "./zip-records.ts";

/** What one entry must look like in the file, record by record. */
interface Rewritten {
  readonly local: Uint8Array;
  readonly descriptor: Uint8Array;
  readonly central: Uint8Array;
}

/**
 * The last word: every record, written again from what was read, must be the very bytes of the file. It knows nothing
 * of the rules. Our own zips are written by the writer that makes them; those of other tools from the one reading that
 * was made of them.
 */
export function judgeRewritten(
  source: ByteSource,
  end: ZipEnd,
  parts: readonly ZipPart[],
  isHouse: boolean,
  seen: SightingList,
): void {
  let offset = end.centralOffset;
  for (const part of parts) {
    const { local, descriptor, central } = isHouse ? houseRecords(part) : sameRecords(part);
    const { header, local: placed } = part;
    const isSame =
      isThere(source, placed.offset, local) &&
      isThere(source, placed.dataOffset + header.compressedSizeBytes, descriptor) &&
      isThere(source, offset, central);
    if (!isSame) seeDifference(escapedName(part.name), part.centralOffset, seen);
    offset += central.byteLength;
  }
  const tail = endRecord(parts.length, end.centralBytes, end.centralOffset);
  if (!isThere(source, source.sizeBytes - END_RECORD_BYTES, tail)) {
    seeDifference("end record", end.offset, seen);
  }
}

function seeDifference(at: string, offset: number, seen: SightingList): void {
  seen.add("container.records", at, "the bytes that we write", "other bytes", { offset });
}

function isThere(source: ByteSource, offset: number, bytes: Uint8Array): boolean {
  if (offset + bytes.byteLength > source.sizeBytes) return false;
  return Buffer.compare(source.read(offset, bytes.byteLength), bytes) === 0;
}

function houseRecords({ name, header }: ZipPart): Rewritten {
  const { crc32, compressedSizeBytes, sizeBytes, dosTime } = header;
  const method = header.method === METHOD_DEFLATE ? "deflate" : "store";
  const record: ZipRecord = {
    name,
    mode: modeOf(header),
    method,
    crc32,
    compressedSizeBytes,
    sizeBytes,
    dosTime,
  };
  const central = centralHeader(record, header.localOffset);
  return { local: localHeader(record), descriptor: NOTHING, central };
}

/** From the central header, the records of the extra fields and whether a descriptor was seen; nothing else. */
function sameRecords({ name, header, centralExtra, local }: ZipPart): Rewritten {
  const { madeBy, commentBytes, disk, internal, external, localOffset } = header;
  const nameBytes = Buffer.from(name, "latin1");
  const [here, there] = [sameExtra(local.extra), sameExtra(centralExtra)];
  const sums = [header.crc32, header.compressedSizeBytes, header.sizeBytes];
  const start = [header.need, header.flags, header.method, header.dosTime];
  const { descriptor } = local;
  const localSums = [local.header.crc32, local.header.compressedSizeBytes, local.header.sizeBytes];
  const localValues = [
    LOCAL_SIGNATURE,
    ...start,
    ...(descriptor === undefined ? sums : sums.map((sum, place) => (localSums[place] === 0 ? 0 : sum))),
    nameBytes.byteLength,
    here.byteLength,
  ];
  const centralStart = [CENTRAL_SIGNATURE, madeBy, ...start, ...sums, nameBytes.byteLength, there.byteLength];
  const centralValues = [...centralStart, commentBytes, disk, internal, external, localOffset];
  return {
    local: Buffer.concat([writeFields(LOCAL_FIELDS, localValues), nameBytes, here]),
    descriptor:
      descriptor === undefined ? NOTHING : writeFields(DESCRIPTOR_FIELDS, [DESCRIPTOR_SIGNATURE, ...sums]),
    central: Buffer.concat([writeFields(CENTRAL_FIELDS, centralValues), nameBytes, there]),
  };
}

/** Empty for bytes that are no records: the identity then fails, as it should. */
function sameExtra(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === 0 ? NOTHING : writeExtra(readExtra(bytes) ?? []);
}

const NOTHING = new Uint8Array(0);
