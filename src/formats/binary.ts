import type { BinaryFacts } from "../model/binary.ts";
import { isElf, readElf } from "./elf.ts";
import type { ExecutableImage, ImageReading } from "./executable-image.ts";
import { goTarget, readGoBuildInfo } from "./go-buildinfo.ts";
import { isMachO, readMachO } from "./macho.ts";
import { isPe, readPe } from "./pe.ts";

export type BinaryInspection =
  | { readonly ok: true; readonly facts: BinaryFacts }
  | { readonly ok: false; readonly reason: string };

/**
 * What an executable says of itself: ELF, thin 64-bit Mach-O, PE. Not ok: the bytes start as one of these and are
 * malformed, no loadable image, or a fat Mach-O. undefined: none of these formats (text, scripts, WebAssembly, XCOFF).
 * Never throws on content.
 */
export function inspectBinary(bytes: Uint8Array): BinaryInspection | undefined {
  if (!looksExecutable(bytes)) return undefined;
  const reading = readExecutable(bytes);
  if (reading === undefined || !reading.ok) return reading;
  return { ok: true, facts: factsOf(reading.image) };
}

/** Whether a file that begins like this may be one of these formats: all others need not be kept. */
export function looksExecutable(start: Uint8Array): boolean {
  return isElf(start) || isMachO(start) || isPe(start);
}

function readExecutable(bytes: Uint8Array): ImageReading | undefined {
  if (isElf(bytes)) return readElf(bytes);
  if (isMachO(bytes)) return readMachO(bytes);
  return isPe(bytes) ? readPe(bytes) : undefined;
}

function factsOf(image: ExecutableImage): BinaryFacts {
  const reading = readGoBuildInfo(image);
  const target = reading !== undefined && "go" in reading ? goTarget(reading.go) : undefined;
  // ELF headers of Linux do not name the system; what the Go linker recorded is the next best source.
  const os = image.os ?? target?.os;
  return {
    format: image.format,
    arch: image.arch,
    ...(os === undefined ? {} : { os }),
    dynamic: image.dynamic,
    ...reading,
  };
}
