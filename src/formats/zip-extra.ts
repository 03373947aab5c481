/** One record of an extra field (APPNOTE 4.5.1); `data` without its four bytes of id and length. */
export interface ExtraRecord {
  readonly id: number;
  readonly data: Uint8Array;
}

const HEAD_BYTES = 4;

export const EXTRA_ZIP64 = 0x0001;
export const EXTRA_NTFS_TIMES = 0x000a;
/** Info-ZIP "UT": times in seconds since 1970. */
export const EXTRA_UNIX_TIMES = 0x5455;
/** Info-ZIP "ux": user and group id. */
export const EXTRA_UNIX_OWNER = 0x7875;
/** Info-ZIP "up": another name for the same file. */
export const EXTRA_UNICODE_PATH = 0x7075;

/** The records that fill an extra field exactly; undefined when they do not. */
export function readExtra(bytes: Uint8Array): readonly ExtraRecord[] | undefined {
  const records: ExtraRecord[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  while (offset < bytes.byteLength) {
    if (offset + HEAD_BYTES > bytes.byteLength) return undefined;
    const start = offset + HEAD_BYTES;
    const next = start + view.getUint16(offset + 2, true);
    if (next > bytes.byteLength) return undefined;
    records.push({ id: view.getUint16(offset, true), data: bytes.subarray(start, next) });
    offset = next;
  }
  return records;
}

/** The bytes of the records again. */
export function writeExtra(records: readonly ExtraRecord[]): Uint8Array {
  return Buffer.concat(
    records.flatMap(({ id, data }) => {
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeUInt16LE(id, 0);
      head.writeUInt16LE(data.byteLength, 2);
      return [head, data];
    }),
  );
}

const UNIX_TIME_BYTES = 4;

/**
 * Whether a record that only tells times or owners has the form that its makers documented (Info-ZIP extrafld.txt), so
 * that no reader takes anything else from it.
 */
export function isWellFormed({ id, data }: ExtraRecord, where: "local" | "central"): boolean {
  switch (id) {
    case EXTRA_UNIX_TIMES:
      return isUnixTimes(data, where);
    case EXTRA_UNIX_OWNER:
      return isUnixOwner(data);
    case EXTRA_NTFS_TIMES:
      return isNtfsTimes(data);
    default:
      return false;
  }
}

/** Flags, then the times that they announce; the central copy announces all and holds the first. */
function isUnixTimes(data: Uint8Array, where: "local" | "central"): boolean {
  const [flags] = data;
  if (flags === undefined || flags > 7) return false;
  const announced = [1, 2, 4].filter((bit) => (flags & bit) !== 0).length;
  const times = (data.byteLength - 1) / UNIX_TIME_BYTES;
  return times === announced || (where === "central" && times === (flags & 1));
}

/** Version 1, then two ids, each behind its length. Info-ZIP leaves the central copy empty in old releases. */
function isUnixOwner(data: Uint8Array): boolean {
  if (data.byteLength === 0) return true;
  const userBytes = data[1] ?? 0;
  const groupBytes = data[2 + userBytes];
  return data[0] === 1 && groupBytes !== undefined && data.byteLength === 3 + userBytes + groupBytes;
}

/** Four reserved bytes, one attribute with tag 1 and three times of eight bytes. */
function isNtfsTimes(data: Uint8Array): boolean {
  if (data.byteLength !== 32) return false;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return view.getUint16(4, true) === 1 && view.getUint16(6, true) === 24;
}

/** The local and the central copy say the same, as far as both say something. */
export function agree(local: ExtraRecord, central: ExtraRecord): boolean {
  if (local.data.byteLength === 0 || central.data.byteLength === 0) return true;
  if (local.id !== EXTRA_UNIX_TIMES) return Buffer.compare(local.data, central.data) === 0;
  const length = Math.min(local.data.byteLength, central.data.byteLength);
  return Buffer.compare(local.data.subarray(0, length), central.data.subarray(0, length)) === 0;
}
