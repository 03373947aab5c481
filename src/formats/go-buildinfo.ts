import type { GoBuildInfo } from "../model/binary.ts";
import type { Target } from "../model/target.ts";
import { bytesAt, type ExecutableImage, rangeOf } from "./executable-image.ts";
import { parseModuleList } from "./go-modinfo.ts";

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
/** Where the UPX packer leaves its mark. */
const UPX_HEADER_BYTES = 4096;

export type GoReading = { readonly go: GoBuildInfo } | { readonly goProblem: string } | undefined;

class BuildInfoProblem extends Error {}

/**
 * The build info that the Go linker embeds; a problem when the file looks as if it had some and it cannot be trusted to
 * be what the linker wrote; undefined when nothing looks like Go.
 *
 * Since Go 1.18 the module list is in the file twice: in the build info and as the string runtime.modinfo that the program
 * itself reports. Editing one and not the other is a trace that `go version -m` does not see, so both must agree.
 * Before Go 1.18 the build info points to that string, and there is one copy only.
 */
export function readGoBuildInfo(image: ExecutableImage): GoReading {
  try {
    const blob = findBlob(image);
    return blob === undefined ? absence(image) : { go: readBlob(image, blob) };
  } catch (error) {
    if (error instanceof BuildInfoProblem) return { goProblem: error.message };
    throw error;
  }
}

/** The target that the build settings name; undefined when they do not (before Go 1.18). */
export function goTarget(info: GoBuildInfo): Target | undefined {
  const os = info.settings.get("GOOS");
  const arch = info.settings.get("GOARCH");
  return os === undefined || arch === undefined ? undefined : { os, arch };
}

/** From the magic to the end of the mapped range. */
function findBlob(image: ExecutableImage): Buffer | undefined {
  const area = image.buildInfoArea;
  const found = area && bytesAt(image, area.address);
  if (area === undefined || found === undefined) return undefined;
  const bytes = asBuffer(found);
  const searched = bytes.subarray(0, area.sizeBytes);
  for (let at = searched.indexOf(MAGIC); at !== -1; at = searched.indexOf(MAGIC, at + 1)) {
    if ((area.address + at) % ALIGNMENT === 0) return bytes.subarray(at);
  }
  return undefined;
}

function absence(image: ExecutableImage): GoReading {
  if (image.buildInfoArea?.named === true) return { goProblem: "the section for Go build info holds none" };
  if (asBuffer(image.bytes).subarray(0, UPX_HEADER_BYTES).includes("UPX!")) {
    return { goProblem: "the file is packed with UPX, which hides any Go build info" };
  }
  return image.hasGoSections
    ? { goProblem: "the Go linker wrote this file, and its build info is missing" }
    : undefined;
}

function readBlob(image: ExecutableImage, blob: Buffer): GoBuildInfo {
  if (blob.length < HEADER_SIZE_BYTES) problem("the build info is cut off inside its header");
  const flags = blob.readUInt8(15);
  if (flags > (FLAG_BIG_ENDIAN | FLAG_INLINE)) problem("the build info has flags that are not known");
  return (flags & FLAG_INLINE) === 0 ? readPointers(image, blob, flags) : readInline(image, blob);
}

function readInline(image: ExecutableImage, blob: Buffer): GoBuildInfo {
  const version = inlineText(blob, HEADER_SIZE_BYTES, MAX_GO_VERSION_BYTES);
  const framed = inlineText(blob, version.end, MAX_MODULE_LIST_BYTES);
  const info = assemble(version.bytes, framed.bytes);
  requireSecondCopy(image, framed.bytes);
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
    const header = bytesAtPointer(image, address);
    if (header.length < 2 * sizeBytes) return problem("a pointer of the build info leads out of its segment");
    return textOfLength(bytesAtPointer(image, read(header, 0)), read(header, sizeBytes), maxBytes);
  };
  return assemble(
    text(read(blob, 16), MAX_GO_VERSION_BYTES),
    text(read(blob, 16 + sizeBytes), MAX_MODULE_LIST_BYTES),
  );
}

function bytesAtPointer(image: ExecutableImage, address: number): Buffer {
  return asBuffer(
    bytesAt(image, address) ?? problem("a pointer of the build info leads nowhere in the file"),
  );
}

function assemble(version: Buffer, framed: Buffer): GoBuildInfo {
  const goVersion = version.toString("latin1");
  if (!/^(?:go1|devel )[\u0020-\u007e]*$/.test(goVersion)) problem("the build info names no Go version");
  if (framed.length === 0)
    problem("the build info holds no module list: the program was built without modules");
  const list = parseModuleList(unframe(framed));
  return typeof list === "string" ? problem(list) : { goVersion, ...list };
}

function unframe(framed: Buffer): string {
  const start = framed.subarray(0, FRAME_START.length);
  const end = framed.subarray(-FRAME_END.length);
  const text = framed.subarray(FRAME_START.length, -FRAME_END.length);
  if (
    framed.length < FRAME_START.length + FRAME_END.length ||
    !start.equals(FRAME_START) ||
    !end.equals(FRAME_END)
  ) {
    return problem("the module list is not framed as the go command frames it");
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text);
  } catch {
    return problem("the module list is not valid UTF-8");
  }
}

/** Linear in the file: a frame that matches up to its last byte cannot hold the start of another. */
function requireSecondCopy(image: ExecutableImage, framed: Buffer): void {
  const file = asBuffer(image.bytes);
  const own = framed.byteOffset - file.byteOffset;
  let others = 0;
  for (let at = file.indexOf(FRAME_START); at !== -1; at = file.indexOf(FRAME_START, at + 1)) {
    if (at === own) continue;
    others += 1;
    if (others > MAX_FRAMES) problem(`more than ${MAX_FRAMES} module lists in the file`);
    if (file.subarray(at, at + framed.length).equals(framed) && isMapped(image, at)) return;
  }
  problem(
    others === 0
      ? "the second copy of the module list is missing"
      : "the two copies of the module list differ",
  );
}

/** Bytes that are not loaded are not what the program reports. */
function isMapped(image: ExecutableImage, offset: number): boolean {
  const fileRanges = image.mapped.map((range) => ({ ...range, address: range.offset }));
  return rangeOf(fileRanges, offset) !== undefined;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function problem(reason: string): never {
  throw new BuildInfoProblem(reason);
}
