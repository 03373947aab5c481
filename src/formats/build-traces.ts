import type { BuildTraces } from "../model/binary.ts";
import { occurrences, readUpTo, wholeOf } from "./byte-search.ts";
import type { ExecutableImage } from "./executable-image.ts";

/** cmd/internal/buildid, which looks no further either; notes of ELF files are read from their headers. */
const BUILD_ID_START = Buffer.from('\u00ff Go build ID: "', "latin1");
const BUILD_ID_END = Buffer.from('"\n \u00ff', "latin1");
const BUILD_ID_AREA_BYTES = 32 * 1024;
const MAX_BUILD_ID_BYTES = 512;

/** Where the UPX packer leaves its mark. */
const PACKER_AREA_BYTES = 4096;
const UPX_MARK = Buffer.from("UPX!");

const SOURCE_FILE_END = Buffer.from(".go\0");
const MAX_SOURCE_PATH_BYTES = 1024;
const MAX_SOURCE_PATHS = 8;
const SLASH = 0x2f;
const COLON = 0x3a;

/** What a build left in the file. Reads all of it once, in windows. */
export function readBuildTraces(image: ExecutableImage): BuildTraces {
  return {
    buildIds: [...new Set([...image.buildIds, ...textBuildIds(image)])].sort(),
    symbolTable: image.symbolTable,
    debugInfo: image.debugInfo,
    sourcePaths: absoluteSourcePaths(image),
    packer: packerOf(image),
  };
}

/** The packer that left its mark near the start of the file; null when none did. */
export function packerOf({ source }: ExecutableImage): string | null {
  return readUpTo(source, 0, PACKER_AREA_BYTES).includes(UPX_MARK) ? "UPX" : null;
}

/** The Go linker puts its build id as text in front of the code, in all formats without notes. */
function textBuildIds({ source }: ExecutableImage): readonly string[] {
  const start = readUpTo(source, 0, BUILD_ID_AREA_BYTES);
  const at = start.indexOf(BUILD_ID_START);
  if (at === -1) return [];
  const text = start.subarray(at + BUILD_ID_START.length).subarray(0, MAX_BUILD_ID_BYTES);
  const end = text.indexOf(BUILD_ID_END);
  return [`go:${text.subarray(0, Math.max(end, 0)).toString("latin1")}`];
}

/**
 * The function table of a Go program (pclntab) names every source file, each name between two NULs. With -trimpath they
 * begin with a module or a package of the standard library; without it, with a folder of the build machine.
 */
function absoluteSourcePaths({ source }: ExecutableImage): readonly string[] {
  const found = new Set<string>();
  for (const at of occurrences(source, SOURCE_FILE_END, wholeOf(source))) {
    const text = textEndingAt(source, at + SOURCE_FILE_END.length - 1);
    // Thousands of names are relative: only the others are worth a string.
    if (text[0] !== SLASH && text[1] !== COLON) continue;
    const path = text.toString("latin1");
    if (/^(?:\/|[A-Za-z]:[/\\])/.test(path)) found.add(path);
    if (found.size === MAX_SOURCE_PATHS) break;
  }
  return [...found];
}

/** From the NUL before; a longer text is no path. */
function textEndingAt(source: ExecutableImage["source"], end: number): Buffer {
  const start = Math.max(end - MAX_SOURCE_PATH_BYTES, 0);
  const before = readUpTo(source, start, end - start);
  return before.subarray(before.lastIndexOf(0) + 1);
}
