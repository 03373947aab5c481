import { EXPANSION_FREE_BYTES } from "../model/limits.ts";
import { comparePaths, escapedName, setProblems } from "./entry-names.ts";
import { hex, type SightingList } from "./sighting-list.ts";
import { isFolder } from "./zip-central.ts";
import type { ZipPart } from "./zip-parts.ts";
import type { ZipLimits } from "./zip-end.ts";
import { fieldPlace, type ZipRuling } from "./zip-ruling.ts";

/** What entries must be together: names that stay apart; and of our own zips one time, one method, one top, one order. */
export function judgeSet(parts: readonly ZipPart[], { isHouse, limits, seen }: ZipRuling): void {
  judgeNames(parts, seen);
  if (isHouse) {
    judgeOneTime(parts, seen);
    judgeOneMethod(parts, seen);
    judgeOrder(parts, seen);
    judgeTop(parts, seen);
  }
  // Sums of fields that are wrong themselves say nothing more.
  if (seen.isEmpty) judgeTotals(parts, limits, seen);
}

/** Together: a bomb of many entries has none that stands out. */
function judgeTotals(parts: readonly ZipPart[], limits: ZipLimits, seen: SightingList): void {
  const totalBytes = parts.reduce((sum, { header }) => sum + header.sizeBytes, 0);
  if (totalBytes > limits.maxTotalBytes) {
    const expected = `at most ${limits.maxTotalBytes} bytes (limit total-size)`;
    seen.add("container.limit", "all entries", expected, `${totalBytes} bytes`);
  }
  const compressedBytes = parts.reduce((sum, { header }) => sum + header.compressedSizeBytes, 0);
  if (totalBytes > EXPANSION_FREE_BYTES && totalBytes > compressedBytes * limits.maxExpansion) {
    const expected = `at most ${limits.maxExpansion} times their ${compressedBytes} compressed bytes (limit expansion)`;
    seen.add("container.limit", "all entries", expected, `${totalBytes} bytes`);
  }
}

function judgeNames(parts: readonly ZipPart[], seen: SightingList): void {
  const files = parts.filter(({ name }) => !isFolder(name)).map(({ name }) => name);
  const folders = parts.filter(({ name }) => isFolder(name)).map(({ name }) => name.slice(0, -1));
  for (const { path, problem, reason } of setProblems(files, folders)) {
    const places = parts.filter(({ name }) => name === path || name === `${path}/`);
    const place = places.at(-1);
    seen.add(
      problem,
      escapedName(path),
      "a name that stays apart",
      reason,
      place === undefined ? {} : fieldPlace(place.centralOffset, "name"),
    );
    if (seen.isFull) return;
  }
}

function judgeOneTime(parts: readonly ZipPart[], seen: SightingList): void {
  const [first] = parts;
  const other = parts.find(({ header }) => header.dosTime !== first?.header.dosTime);
  if (first === undefined || other === undefined) return;
  const [expected, actual] = [hex(first.header.dosTime, 8), hex(other.header.dosTime, 8)];
  see("container.time-mix", other, "time", expected, actual, seen);
}

function judgeOneMethod(parts: readonly ZipPart[], seen: SightingList): void {
  const filled = parts.filter(({ header }) => header.sizeBytes > 0);
  const other = filled.find(({ header }) => header.method !== filled[0]?.header.method);
  if (other === undefined) return;
  see("container.method-mix", other, "method", "one method for all files", `${other.header.method}`, seen);
}

function judgeOrder(parts: readonly ZipPart[], seen: SightingList): void {
  const place = parts.findIndex(
    ({ name }, index) => index > 0 && comparePaths(parts[index - 1]?.name ?? "", name) > 0,
  );
  const [before, part] = [parts[place - 1], parts[place]];
  if (before === undefined || part === undefined) return;
  see("container.order", part, "name", "bytewise by name", `after ${escapedName(before.name)}`, seen);
}

function judgeTop(parts: readonly ZipPart[], seen: SightingList): void {
  const top = `${topOf(parts[0]?.name ?? "")}/`;
  const outside = parts.find(({ name }) => !name.startsWith(top));
  if (outside !== undefined)
    see("container.top", outside, "name", `below ${escapedName(top)}`, "outside of it", seen);
}

function see(
  problem: string,
  { name, centralOffset }: ZipPart,
  field: "name" | "time" | "method",
  expected: string,
  actual: string,
  seen: SightingList,
): void {
  const at = field === "name" ? escapedName(name) : `${escapedName(name)}, ${field}`;
  seen.add(problem, at, expected, actual, fieldPlace(centralOffset, field));
}

export function topOf(name: string): string {
  return name.split("/", 1)[0] ?? "";
}

/** The folder that holds every entry; undefined when there is none. */
export function commonTop(names: readonly string[]): string | undefined {
  const top = topOf(names[0] ?? "");
  return names.every((name) => name.startsWith(`${top}/`)) ? top : undefined;
}
