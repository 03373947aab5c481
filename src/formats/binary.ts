import type { BinaryFacts } from "../model/binary.ts";
import type { ByteSource } from "../model/byte-source.ts";
import { readBuildTraces } from "./build-traces.ts";
import { bytesSource, partOf, readUpTo } from "./byte-search.ts";
import { isElf, readElf } from "./elf.ts";
import type { ExecutableImage, ImageReading } from "./executable-image.ts";
import { goTarget, readGoBuildInfo } from "./go-buildinfo.ts";
import { isMachO, readMachO } from "./macho.ts";
import { fatSlices, isFatMachO } from "./macho-fat.ts";
import { isPe, readPe } from "./pe.ts";
import { isPlan9, readPlan9 } from "./plan9.ts";
import { reachesBeyondSystem } from "./system-linkage.ts";
import { isWasm, readWasm } from "./wasm.ts";
import { isXcoff, readXcoff } from "./xcoff.ts";

export type BinaryInspection =
  | { readonly ok: true; readonly facts: BinaryFacts }
  | { readonly ok: false; readonly reason: string };

/** Enough to tell the formats apart. */
const START_BYTES = 64;

/**
 * What an executable says of itself: ELF, Mach-O, PE, XCOFF, Plan 9, WebAssembly. Not ok: the bytes start as one of these
 * and are malformed, no loadable image, or a fat Mach-O file, which is several executables where an artifact has one
 * target. undefined: none of these formats (text, scripts). Never throws on content.
 *
 * Reads headers and searches in windows of 1 MiB, so that over a descriptor a file of any size costs the same memory;
 * the errors of `source.read` come through.
 */
export function inspectBinary(file: Uint8Array | ByteSource): BinaryInspection | undefined {
  const source = sourceOf(file);
  if (isFatMachO(readUpTo(source, 0, START_BYTES))) {
    const reason =
      "a fat (universal) Mach-O file holds several executables; ship one thin file for each target";
    return { ok: false, reason };
  }
  return inspectThin(source);
}

/** As `inspectBinary`, and each slice of a fat Mach-O file by itself; empty for other formats. */
export function inspectSlices(file: Uint8Array | ByteSource): readonly BinaryInspection[] {
  const source = sourceOf(file);
  if (!isFatMachO(readUpTo(source, 0, START_BYTES))) {
    const inspection = inspectThin(source);
    return inspection === undefined ? [] : [inspection];
  }
  const slices = fatSlices(source);
  if (typeof slices === "string") return [{ ok: false, reason: slices }];
  return slices.map(
    (slice) =>
      inspectThin(partOf(source, slice)) ?? {
        ok: false,
        reason: "a slice of a fat Mach-O file is none itself",
      },
  );
}

/** The named part of an executable that holds a byte; undefined outside of all of them, and in no executable. */
export function sectionAt(file: Uint8Array | ByteSource, offset: number): string | undefined {
  const reading = readExecutable(sourceOf(file));
  const sections = reading?.ok === true ? (reading.image.sections ?? []) : [];
  return sections.find((part) => offset >= part.offset && offset < part.offset + part.sizeBytes)?.name;
}

function sourceOf(file: Uint8Array | ByteSource): ByteSource {
  return file instanceof Uint8Array ? bytesSource(file) : file;
}

function inspectThin(source: ByteSource): BinaryInspection | undefined {
  const reading = readExecutable(source);
  if (reading === undefined || !reading.ok) return reading;
  return { ok: true, facts: factsOf(reading.image) };
}

/** Whether a file that begins like this (64 bytes, or all of it) may be one of these formats: others need not be kept. */
export function looksExecutable(start: Uint8Array): boolean {
  // The size of the file is not known yet: Plan 9 is judged by it when it is.
  return (
    [isElf, isMachO, isFatMachO, isPe, isXcoff, isWasm].some((looksLike) => looksLike(start)) ||
    isPlan9(start, Number.MAX_SAFE_INTEGER)
  );
}

function readExecutable(source: ByteSource): ImageReading | undefined {
  const start = readUpTo(source, 0, START_BYTES);
  if (isElf(start)) return readElf(source);
  if (isMachO(start)) return readMachO(source);
  if (isPe(start)) return readPe(source);
  if (isXcoff(start)) return readXcoff(source);
  if (isPlan9(start, source.sizeBytes)) return readPlan9(source);
  return isWasm(start) ? readWasm(source) : undefined;
}

function factsOf(image: ExecutableImage): BinaryFacts {
  const reading = readGoBuildInfo(image);
  const target = reading !== undefined && "go" in reading ? goTarget(reading.go) : undefined;
  // ELF headers of Linux do not name the system; what the Go linker recorded is the next best source.
  const os = image.os ?? target?.os;
  const traces = readBuildTraces(image);
  return {
    format: image.format,
    arch: image.arch,
    ...(os === undefined ? {} : { os }),
    dynamic: reachesBeyondSystem(image.linkage, os),
    linkage: image.linkage,
    hardening: image.hardening,
    traces,
    ...reading,
  };
}
