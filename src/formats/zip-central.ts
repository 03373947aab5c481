import { epochOfDosTime } from "./dos-time.ts";
import { escapedName } from "./entry-names.ts";
import { nameDefectOfBytes } from "./name-defects.ts";
import { hex } from "./sighting-list.ts";
import { judgeAttributes } from "./zip-attributes.ts";
import type { CentralHeader } from "./zip-headers.ts";
import type { ZipPart } from "./zip-parts.ts";
import {
  FLAG_DESCRIPTOR,
  FLAG_ENCRYPTED,
  FLAG_MASKED,
  FLAG_PATCHED,
  FLAG_STRONG_ENCRYPTION,
  FLAG_UTF8,
  FLAGS_LEVEL,
  MADE_BY,
  METHOD_DEFLATE,
  METHOD_STORE,
  NEED_DEFLATE,
  NEED_STORE,
  ZIP64_THRESHOLD,
} from "./zip-records.ts";
import { fieldPlace, type CentralFieldName, type ZipRuling } from "./zip-ruling.ts";

/** Deflate cannot do better than 1032:1 (two bits for 258 bytes); a larger claim is a lie about memory. */
const MAX_DEFLATE_RATIO = 1032;
/** Hosts of "version made by" whose attributes are told apart: MS-DOS and Unix (APPNOTE 4.4.2). */
const HOSTS: readonly number[] = [0, 3];

/** A sighting about one field of one central header. */
type See = (
  problem: string,
  field: CentralFieldName,
  expected: string | number,
  actual: string | number,
) => void;

/** The fields of one central header, each alone. */
export function judgeCentralHeader(part: ZipPart, ruling: ZipRuling): void {
  const { header, name, centralOffset } = part;
  const at = escapedName(name);
  const see: See = (problem, field, expected, actual) => {
    const where = field === "name" ? at : `${at}, ${field}`;
    ruling.seen.add(problem, where, expected, actual, fieldPlace(centralOffset, field));
  };
  judgeName(part, ruling, see);
  judgeFlags(header, ruling, see);
  judgeVersions(header, ruling, see);
  judgeMethod(header, ruling, see);
  judgeSizes(header, ruling, see);
  judgeAttributes(header, isFolder(name), ruling.isHouse, see);
  if (header.commentBytes !== 0) see("container.entry-comment", "comment length", 0, header.commentBytes);
  if (header.disk !== 0) see("container.multi-disk", "disk", 0, header.disk);
  if (header.internal > (ruling.isHouse ? 0 : 1)) {
    see(
      "container.internal-attributes",
      "internal attributes",
      ruling.isHouse ? 0 : "0 or 1",
      header.internal,
    );
  }
  if (ruling.isHouse && epochOfDosTime(header.dosTime) === undefined) {
    see("container.time", "time", "a time in 1980..2043", hex(header.dosTime, 8));
  }
}

/** Every zip tool takes a final `/` for a folder. */
export function isFolder(name: string): boolean {
  return name.endsWith("/");
}

function judgeName({ name, header }: ZipPart, { isHouse }: ZipRuling, see: See): void {
  const path = isFolder(name) ? name.slice(0, -1) : name;
  const defect = nameDefectOfBytes(path, isHouse ? "package" : "readable");
  if (defect !== undefined) see(defect.problem, "name", defect.reason, "this name");
  if (!isFolder(name)) return;
  if (header.sizeBytes !== 0 || header.compressedSizeBytes !== 0 || header.method !== METHOD_STORE) {
    see("container.folder-with-data", "name", "no data in an entry whose name ends with /", "data");
  } else if (isHouse) {
    see("container.folder-entry", "name", "files only", "an entry for a folder");
  }
}

/** Flags that make readers disagree, each with its name; the others of a known meaning are house style. */
const FLAG_PROBLEMS: readonly (readonly [number, string, string])[] = [
  [FLAG_ENCRYPTED, "container.encrypted", "encrypted"],
  [FLAG_PATCHED, "container.patched-data", "patched data"],
  [FLAG_STRONG_ENCRYPTION, "container.strong-encryption", "strong encryption"],
  [FLAG_MASKED, "container.masked-header", "masked header"],
];
const HOUSE_FLAG_PROBLEMS: readonly (readonly [number, string, string])[] = [
  [FLAG_DESCRIPTOR, "container.data-descriptor", "data descriptor"],
  [FLAG_UTF8, "container.utf8-flag", "UTF-8 names"],
];

function judgeFlags({ flags }: CentralHeader, { isHouse }: ZipRuling, see: See): void {
  const problems = isHouse ? [...FLAG_PROBLEMS, ...HOUSE_FLAG_PROBLEMS] : FLAG_PROBLEMS;
  for (const [bit, problem, words] of problems) {
    if ((flags & bit) !== 0) see(problem, "flags", hex(0, 4), `${hex(flags, 4)} (${words})`);
  }
  const allowed = isHouse ? 0 : FLAGS_LEVEL | FLAG_DESCRIPTOR | FLAG_UTF8;
  const known = problems.reduce((bits, [bit]) => bits | bit, allowed);
  if ((flags & ~known) !== 0) see("container.flags", "flags", hex(0, 4), hex(flags, 4));
}

function judgeVersions({ madeBy, need, method }: CentralHeader, { isHouse }: ZipRuling, see: See): void {
  const ours = method === METHOD_STORE ? NEED_STORE : NEED_DEFLATE;
  if (isHouse ? need !== ours : need > NEED_DEFLATE) {
    see("container.version-needed", "version needed", isHouse ? ours : `at most ${NEED_DEFLATE}`, need);
  }
  if (!HOSTS.includes(madeBy >>> 8)) {
    see("container.host", "version made by", "host 0 (MS-DOS) or 3 (Unix)", `host ${madeBy >>> 8}`);
  } else if (isHouse && madeBy !== MADE_BY) {
    see("container.made-by", "version made by", hex(MADE_BY, 4), hex(madeBy, 4));
  }
}

function judgeMethod(header: CentralHeader, { isHouse }: ZipRuling, see: See): void {
  const { method, sizeBytes, compressedSizeBytes } = header;
  if (method !== METHOD_STORE && method !== METHOD_DEFLATE) {
    see("container.method", "method", "0 (store) or 8 (deflate)", method);
  } else if (isHouse && sizeBytes === 0 && method !== METHOD_STORE) {
    see("container.method-mix", "method", "0 (store) for an empty file", method);
  } else if (method === METHOD_STORE && compressedSizeBytes !== sizeBytes) {
    see("container.stored-size", "compressed size", sizeBytes, compressedSizeBytes);
  }
}

function judgeSizes(header: CentralHeader, { limits }: ZipRuling, see: See): void {
  const { sizeBytes, compressedSizeBytes, localOffset, method } = header;
  if (Math.max(sizeBytes, compressedSizeBytes, localOffset) >= ZIP64_THRESHOLD) {
    see("container.zip64", "size", "sizes and offset below 4 GiB", "a field that refers to a zip64 record");
  } else if (sizeBytes > limits.maxEntryBytes) {
    see(
      "container.limit",
      "size",
      `at most ${limits.maxEntryBytes} bytes (limit entry-size)`,
      `${sizeBytes} bytes`,
    );
  } else if (method === METHOD_DEFLATE && sizeBytes > compressedSizeBytes * MAX_DEFLATE_RATIO) {
    const most = compressedSizeBytes * MAX_DEFLATE_RATIO;
    see("container.ratio", "size", `at most ${most} bytes from ${compressedSizeBytes}`, `${sizeBytes} bytes`);
  }
}
