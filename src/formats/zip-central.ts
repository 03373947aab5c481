import type { EntryMode } from "../model/container.ts";
import { EXPANSION_FREE_BYTES } from "../model/limits.ts";
import { comparePaths, escapedName, nameProblem, setProblems } from "./entry-names.ts";
import { epochOfDosTime } from "./dos-time.ts";
import { hex, type SightingList } from "./sighting-list.ts";
import type { ZipLimits } from "./zip-end.ts";
import type { CentralHeader } from "./zip-headers.ts";
import {
  EXTERNAL_0644,
  EXTERNAL_0755,
  MADE_BY,
  METHOD_DEFLATE,
  METHOD_STORE,
  NEED_DEFLATE,
  NEED_STORE,
  ZIP64_THRESHOLD,
} from "./zip-records.ts";

/** One central header with the bytes of its name, one character a byte. */
export interface CentralEntry {
  readonly header: CentralHeader;
  readonly name: string;
}

/** Deflate cannot do better than 1032:1 (two bits for 258 bytes); a larger claim is a lie about memory. */
const MAX_DEFLATE_RATIO = 1032;

/** Each field of one central header against the constants of the profile. */
export function judgeCentralEntry(
  { header, name }: CentralEntry,
  limits: ZipLimits,
  seen: SightingList,
): void {
  const at = escapedName(name);
  const reason = nameProblem(name);
  if (reason !== undefined) seen.add("container.name", at, reason, "this name");
  if (header.flags !== 0) seen.add("container.flags", at, hex(0, 4), describedFlags(header.flags));
  if (header.extraBytes !== 0) seen.add("container.extra-field", at, "0 bytes", `${header.extraBytes} bytes`);
  if (header.commentBytes !== 0) seen.add("container.comment", at, "0 bytes", `${header.commentBytes} bytes`);
  if (modeOf(header) === undefined) {
    const expected = `${hex(EXTERNAL_0644, 8)} (0644) or ${hex(EXTERNAL_0755, 8)} (0755)`;
    seen.add("container.attributes", at, expected, hex(header.external, 8));
  }
  if (epochOfDosTime(header.dosTime) === undefined) {
    seen.add("container.time", at, "a time in 1980..2043", hex(header.dosTime, 8));
  }
  judgeNumbers(header, at, seen);
  judgeMethod(header, at, seen);
  judgeSizes(header, at, limits, seen);
}

function judgeNumbers(header: CentralHeader, at: string, seen: SightingList): void {
  const need = header.method === METHOD_DEFLATE ? NEED_DEFLATE : NEED_STORE;
  if (header.madeBy !== MADE_BY) {
    seen.add("container.constant", `${at}, version made by`, hex(MADE_BY, 4), hex(header.madeBy, 4));
  }
  if (header.need !== need) seen.add("container.constant", `${at}, version needed`, need, header.need);
  if (header.disk !== 0) seen.add("container.constant", `${at}, disk`, 0, header.disk);
  if (header.internal !== 0) seen.add("container.constant", `${at}, internal attributes`, 0, header.internal);
}

function judgeMethod(header: CentralHeader, at: string, seen: SightingList): void {
  const { method, sizeBytes, compressedSizeBytes } = header;
  if (method !== METHOD_STORE && method !== METHOD_DEFLATE) {
    seen.add("container.method", at, "0 (store) or 8 (deflate)", method);
  } else if (sizeBytes === 0 && method !== METHOD_STORE) {
    seen.add("container.method", at, "0 (store) for an empty file", method);
  } else if (method === METHOD_STORE && compressedSizeBytes !== sizeBytes) {
    seen.add("container.size", `${at}, compressed size`, sizeBytes, compressedSizeBytes);
  }
}

function judgeSizes(header: CentralHeader, at: string, limits: ZipLimits, seen: SightingList): void {
  const { sizeBytes, compressedSizeBytes, localOffset } = header;
  if (Math.max(sizeBytes, compressedSizeBytes, localOffset) >= ZIP64_THRESHOLD) {
    seen.add("container.zip64", at, "sizes and offset below 4 GiB", "a field that refers to a zip64 record");
  } else if (sizeBytes > limits.maxEntryBytes) {
    const expected = `at most ${limits.maxEntryBytes} bytes (limit entry-size)`;
    seen.add("container.limit", at, expected, `${sizeBytes} bytes`);
  } else if (sizeBytes > compressedSizeBytes * MAX_DEFLATE_RATIO) {
    const most = compressedSizeBytes * MAX_DEFLATE_RATIO;
    seen.add("container.size", at, `at most ${most} bytes from ${compressedSizeBytes}`, `${sizeBytes} bytes`);
  }
}

/** What entries must be together: one time, one method, one top folder, bytewise order, names that stay apart. */
export function judgeCentralSet(
  entries: readonly CentralEntry[],
  limits: ZipLimits,
  seen: SightingList,
): void {
  const [first] = entries;
  if (first === undefined) return;
  const otherTime = entries.find(({ header }) => header.dosTime !== first.header.dosTime);
  if (otherTime !== undefined) {
    const { name, header } = otherTime;
    seen.add("container.time", escapedName(name), hex(first.header.dosTime, 8), hex(header.dosTime, 8));
  }
  judgeOneMethod(entries, seen);
  judgeOrder(entries, seen);
  judgeTop(entries, first.name, seen);
  for (const { path, reason } of setProblems(entries.map(({ name }) => name))) {
    seen.add("container.name-collision", escapedName(path), "a name that stays apart", reason);
    if (seen.isFull) return;
  }
  judgeTotals(entries, limits, seen);
}

/** Together: a bomb of many entries has none that stands out. */
function judgeTotals(entries: readonly CentralEntry[], limits: ZipLimits, seen: SightingList): void {
  const totalBytes = entries.reduce((sum, { header }) => sum + header.sizeBytes, 0);
  if (totalBytes > limits.maxTotalBytes) {
    const expected = `at most ${limits.maxTotalBytes} bytes (limit total-size)`;
    seen.add("container.limit", "all entries", expected, `${totalBytes} bytes`);
  }
  const compressedBytes = entries.reduce((sum, { header }) => sum + header.compressedSizeBytes, 0);
  if (totalBytes > EXPANSION_FREE_BYTES && totalBytes > compressedBytes * limits.maxExpansion) {
    const expected = `at most ${limits.maxExpansion} times their ${compressedBytes} compressed bytes (limit expansion)`;
    seen.add("container.limit", "all entries", expected, `${totalBytes} bytes`);
  }
}

function judgeOneMethod(entries: readonly CentralEntry[], seen: SightingList): void {
  const filled = entries.filter(({ header }) => header.sizeBytes > 0);
  const other = filled.find(({ header }) => header.method !== filled[0]?.header.method);
  if (other === undefined) return;
  const { name, header } = other;
  seen.add("container.method", escapedName(name), "one method for all files", header.method);
}

function judgeOrder(entries: readonly CentralEntry[], seen: SightingList): void {
  for (const [index, { name }] of entries.entries()) {
    const before = entries[index - 1];
    if (before === undefined || comparePaths(before.name, name) <= 0) continue;
    seen.add("container.order", escapedName(name), "bytewise by name", `after ${escapedName(before.name)}`);
    return;
  }
}

function judgeTop(entries: readonly CentralEntry[], firstName: string, seen: SightingList): void {
  const top = `${topOf(firstName)}/`;
  const outside = entries.find(({ name }) => !name.startsWith(top));
  if (outside === undefined) return;
  seen.add("container.top", escapedName(outside.name), `below ${escapedName(top)}`, "outside of it");
}

export function topOf(name: string): string {
  return name.split("/", 1)[0] ?? "";
}

/** undefined: neither of the two modes of the profile, or not a regular file. */
export function modeOf(header: CentralHeader): EntryMode | undefined {
  if (header.external === EXTERNAL_0644) return 0o644;
  return header.external === EXTERNAL_0755 ? 0o755 : undefined;
}

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [0x0001, "encrypted"],
  [0x0008, "data descriptor"],
  [0x0040, "strong encryption"],
  [0x0800, "UTF-8 names"],
  [0x2000, "masked header"],
];

function describedFlags(flags: number): string {
  const names = FLAG_NAMES.flatMap(([bit, name]) => ((flags & bit) === 0 ? [] : [name]));
  return names.length === 0 ? hex(flags, 4) : `${hex(flags, 4)} (${names.join(", ")})`;
}
