import type { GoBuildInfo, GoModuleList, GoProblem } from "../model/binary.ts";
import type { Target } from "../model/target.ts";
import { packerOf } from "./build-traces.ts";
import { type Extent, occurrences, readUpTo, wholeOf } from "./byte-search.ts";
import { type ExecutableImage, extentAt, rangeOf } from "./executable-image.ts";
import { parseModuleList } from "./go-modinfo.ts";
import { decodeUtf8 } from "./utf8.ts";

/** cmd/link writes this, 16-byte aligned, in front of the build info (debug/buildinfo, buildInfoMagic). */
const MAGIC = Buffer.from("\u00ff Go buildinf:", "latin1");
const ALIGNMENT = 16;
const HEADER_SIZE_BYTES = 32;
const FLAG_BIG_ENDIAN = 1;
const FLAG_INLINE = 2;

/** cmd/go frames the module list with these (modload.infoStart and infoEnd). Neither is valid UTF-8. */
const FRAME_START = Buffer.from("3077af0c9274080241e1c107e6d618e6", "hex");
const FRAME_END = Buffer.from("f932433186182072008242104116d8f2", "hex");

const MAX_GO_VERSION_BYTES = 256;
/** Dozens of times what the largest programs need, and small enough for the regular expressions that read it. */
const MAX_MODULE_LIST_BYTES = 1024 * 1024;
/** Frames looked at in search of the second copy; a program that embeds Go programs has two for each. */
const MAX_FRAMES = 4096;
/** Frames parsed in a file without build info. */
const MAX_FRAMES_PARSED = 16;
/** Header, two lengths, two texts. */
const MAX_BLOB_BYTES = HEADER_SIZE_BYTES + 8 + MAX_GO_VERSION_BYTES + MAX_MODULE_LIST_BYTES;

export type GoReading =
  | { readonly go: GoBuildInfo }
  | { readonly goProblem: GoProblem; readonly goFound?: GoModuleList }
  | undefined;

class BuildInfoProblem extends Error {
  readonly kind: GoProblem["kind"];

  constructor(kind: GoProblem["kind"], reason: string) {
    super(reason);
    this.kind = kind;
  }
}

/**
 * The build info that the Go linker embeds; a problem when the file looks as if it had some and it cannot be trusted to
 * be what the linker wrote; undefined when nothing looks like Go. A problem comes with the module list that a search of
 * the whole file still finds.
 *
 * Since Go 1.18 the module list is in the file twice: in the build info and as the string runtime.modinfo that the program
 * itself reports. Editing one and not the other is a trace that `go version -m` does not see, so both must agree.
 * Before Go 1.18 the build info points to that string, and there is one copy only. In WebAssembly there is nothing but
 * that string; the version stands in the section of the producers.
 */
export function readGoBuildInfo(image: ExecutableImage): GoReading {
  try {
    if (image.goVersion !== undefined) return { go: readProducer(image, image.goVersion) };
    const blob = findBlob(image);
    return blob === undefined ? absence(image) : { go: readBlob(image, blob) };
  } catch (error) {
    if (!(error instanceof BuildInfoProblem)) throw error;
    return withFound(image, { kind: error.kind, reason: error.message });
  }
}

/** The target that the build settings name; undefined when they do not (before Go 1.18). */
export function goTarget(info: GoBuildInfo): Target | undefined {
  const os = info.settings.get("GOOS");
  const arch = info.settings.get("GOARCH");
  return os === undefined || arch === undefined ? undefined : { os, arch };
}

/** From the magic to the end of the mapped range. */
function findBlob(image: ExecutableImage): Extent | undefined {
  const area = image.buildInfoArea;
  const mapped = area && extentAt(image, area.address);
  if (area === undefined || mapped === undefined) return undefined;
  const searched = { offset: mapped.offset, sizeBytes: Math.min(area.sizeBytes, mapped.sizeBytes) };
  for (const offset of occurrences(image.source, MAGIC, searched)) {
    const skipped = offset - mapped.offset;
    if ((area.address + skipped) % ALIGNMENT === 0) return { offset, sizeBytes: mapped.sizeBytes - skipped };
  }
  return undefined;
}

function absence(image: ExecutableImage): GoReading {
  if (image.buildInfoArea?.named === true) {
    return withFound(image, { kind: "missing", reason: "the section for Go build info holds none" });
  }
  const packer = packerOf(image);
  if (packer !== null) {
    return withFound(image, {
      kind: "missing",
      reason: `the file is packed with ${packer}, which hides any Go build info`,
    });
  }
  if (image.hasGoSections) {
    const reason = "the Go linker wrote this file, and its build info is missing";
    return withFound(image, { kind: "missing", reason });
  }
  const found = findModuleList(image);
  const reason = "the module list of a Go program is in the file, and its build info is missing";
  return found && { goProblem: { kind: "missing", reason }, goFound: found };
}

function withFound(image: ExecutableImage, goProblem: GoProblem): GoReading {
  const found = findModuleList(image);
  return found === undefined ? { goProblem } : { goProblem, goFound: found };
}

/** The first sound module list anywhere in the file, between the frames of the go command. */
function findModuleList({ source }: ExecutableImage): GoModuleList | undefined {
  let parsed = 0;
  for (const offset of occurrences(source, FRAME_START, wholeOf(source))) {
    const list = framedListAt(source, offset);
    if (list !== undefined) return list;
    parsed += 1;
    if (parsed === MAX_FRAMES_PARSED) return undefined;
  }
  return undefined;
}

function framedListAt(source: ExecutableImage["source"], offset: number): GoModuleList | undefined {
  const window = readUpTo(source, offset, MAX_MODULE_LIST_BYTES);
  const end = window.indexOf(FRAME_END, FRAME_START.length);
  if (end === -1) return undefined;
  const text = textIn(window.subarray(0, end + FRAME_END.length));
  const list = text === undefined ? undefined : parseModuleList(text);
  return typeof list === "string" ? undefined : list;
}

function readProducer(image: ExecutableImage, version: string): GoBuildInfo {
  const found = findModuleList(image);
  if (found === undefined) {
    return problem("Go is named as the producer, and there is no module list", "missing");
  }
  requireGoVersion(version);
  return { goVersion: version, ...found };
}

function readBlob(image: ExecutableImage, { offset, sizeBytes }: Extent): GoBuildInfo {
  const blob = readUpTo(image.source, offset, Math.min(sizeBytes, MAX_BLOB_BYTES));
  if (blob.length < HEADER_SIZE_BYTES) problem("the build info is cut off inside its header");
  const flags = blob.readUInt8(15);
  if (flags > (FLAG_BIG_ENDIAN | FLAG_INLINE)) problem("the build info has flags that are not known");
  return (flags & FLAG_INLINE) === 0 ? readPointers(image, blob, flags) : readInline(image, blob, offset);
}

function readInline(image: ExecutableImage, blob: Buffer, blobOffset: number): GoBuildInfo {
  const version = inlineText(blob, HEADER_SIZE_BYTES, MAX_GO_VERSION_BYTES);
  const framed = inlineText(blob, version.end, MAX_MODULE_LIST_BYTES);
  const info = assemble(version.bytes, framed.bytes);
  requireSecondCopy(image, framed.bytes, blobOffset + framed.end - framed.bytes.length);
  return info;
}

/** A uvarint length in its shortest form, then that many bytes. */
function inlineText(
  blob: Buffer,
  start: number,
  maxBytes: number,
): { readonly bytes: Buffer; readonly end: number } {
  let length = 0;
  let at = start;
  for (let shift = 0; ; shift += 7, at += 1) {
    const byte = blob[at];
    if (byte === undefined) return problem("the build info is cut off inside a length");
    if (shift > 21 || (byte === 0 && shift > 0)) return problem("the build info has an impossible length");
    length += (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return { bytes: textOfLength(blob.subarray(at + 1), length, maxBytes), end: at + 1 + length };
}

function textOfLength(from: Buffer, lengthBytes: number, maxBytes: number): Buffer {
  if (lengthBytes > maxBytes)
    problem(`a text of the build info is ${lengthBytes} bytes; the limit is ${maxBytes}`);
  if (lengthBytes > from.length)
    problem("a text of the build info is longer than what is left of its segment");
  return from.subarray(0, lengthBytes);
}

/** Before Go 1.18: addresses of two Go string headers, each an address and a length. */
function readPointers(image: ExecutableImage, blob: Buffer, flags: number): GoBuildInfo {
  const sizeBytes = blob.readUInt8(14);
  if (sizeBytes !== 4 && sizeBytes !== 8)
    return problem("the build info has pointers that are not 4 or 8 bytes");
  const bigEndian = (flags & FLAG_BIG_ENDIAN) !== 0;
  const read = (from: Buffer, offset: number): number => {
    const field = from.subarray(offset, offset + sizeBytes);
    const value = BigInt(`0x${Buffer.from(bigEndian ? field : field.toReversed()).toString("hex")}`);
    return value > BigInt(Number.MAX_SAFE_INTEGER)
      ? problem("a pointer of the build info is above 2^53-1")
      : Number(value);
  };
  const text = (address: number, maxBytes: number): Buffer => {
    const header = bytesAtPointer(image, address, 2 * sizeBytes);
    if (header.length < 2 * sizeBytes) return problem("a pointer of the build info leads out of its segment");
    const lengthBytes = read(header, sizeBytes);
    if (lengthBytes === 0) return Buffer.alloc(0);
    return textOfLength(bytesAtPointer(image, read(header, 0), maxBytes), lengthBytes, maxBytes);
  };
  return assemble(
    text(read(blob, 16), MAX_GO_VERSION_BYTES),
    text(read(blob, 16 + sizeBytes), MAX_MODULE_LIST_BYTES),
  );
}

/** Up to the end of the mapped range. */
function bytesAtPointer(image: ExecutableImage, address: number, maxBytes: number): Buffer {
  const { offset, sizeBytes } =
    extentAt(image, address) ?? problem("a pointer of the build info leads nowhere in the file");
  return readUpTo(image.source, offset, Math.min(sizeBytes, maxBytes));
}

function assemble(version: Buffer, framed: Buffer): GoBuildInfo {
  const goVersion = version.toString("latin1");
  requireGoVersion(goVersion);
  if (framed.length === 0)
    problem("the build info holds no module list: the program was built without modules", "missing");
  const list = parseModuleList(unframe(framed));
  return typeof list === "string" ? problem(list) : { goVersion, ...list };
}

function requireGoVersion(version: string): void {
  if (!/^(?:go1|devel )[\u0020-\u007e]*$/.test(version)) problem("the build info names no Go version");
}

function unframe(framed: Buffer): string {
  const start = framed.subarray(0, FRAME_START.length);
  const end = framed.subarray(-FRAME_END.length);
  if (
    framed.length < FRAME_START.length + FRAME_END.length ||
    !start.equals(FRAME_START) ||
    !end.equals(FRAME_END)
  ) {
    return problem("the module list is not framed as the go command frames it");
  }
  return textIn(framed) ?? problem("the module list is not valid UTF-8");
}

/** What stands between two frames; undefined unless it is UTF-8. */
function textIn(framed: Buffer): string | undefined {
  return decodeUtf8(framed.subarray(FRAME_START.length, -FRAME_END.length));
}

/** Linear in the file: a frame that matches up to its last byte cannot hold the start of another. */
function requireSecondCopy({ source, mapped }: ExecutableImage, framed: Buffer, own: number): void {
  // Bytes that are not loaded are not what the program reports.
  const loaded = mapped.map((range) => ({ ...range, address: range.offset }));
  let others = 0;
  for (const offset of occurrences(source, FRAME_START, wholeOf(source))) {
    if (offset === own) continue;
    others += 1;
    if (others > MAX_FRAMES) problem(`more than ${MAX_FRAMES} module lists in the file`);
    const isLoaded = rangeOf(loaded, offset) !== undefined;
    if (isLoaded && readUpTo(source, offset, framed.length).equals(framed)) return;
  }
  problem(
    others === 0
      ? "the second copy of the module list is missing"
      : "the two copies of the module list differ",
    "copies-differ",
  );
}

function problem(reason: string, kind: GoProblem["kind"] = "damaged"): never {
  throw new BuildInfoProblem(kind, reason);
}
