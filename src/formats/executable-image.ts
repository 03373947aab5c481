import type { BinaryFacts, Hardening, Linkage } from "../model/binary.ts";
import type { ByteSource } from "../model/byte-source.ts";
import type { Extent } from "./byte-search.ts";

/** Bytes of the file that the loader maps at a virtual address. */
export interface MappedRange extends Extent {
  readonly address: number;
}

/** A named part of the file. */
export interface FileSection extends Extent {
  readonly name: string;
}

/** An executable as its headers describe it; the part that all formats have in common. */
export interface ExecutableImage {
  readonly format: BinaryFacts["format"];
  readonly source: ByteSource;
  /** GOARCH, or `unknown(0x...)`. */
  readonly arch: string;
  /** GOOS, when the headers alone decide it. */
  readonly os?: string;
  readonly linkage: Linkage;
  readonly hardening: Hardening;
  /** Build ids that headers and notes name; the Go linker's own text is looked for besides. */
  readonly buildIds: readonly string[];
  readonly symbolTable: boolean;
  readonly debugInfo: boolean;
  /** In file order of the headers; no two overlap in address space, so an address has one meaning. */
  readonly mapped: readonly MappedRange[];
  /** Where the Go linker would have put its build info: the section made for it, else the first writable data. */
  readonly buildInfoArea?: BuildInfoArea;
  /** The Go version, where the format records it outside of the build info and has no build info (WebAssembly). */
  readonly goVersion?: string;
  /** The file has a section that only the Go linker writes. */
  readonly hasGoSections: boolean;
  /** In the order of the headers; none where the format has none or it was stripped. */
  readonly sections?: readonly FileSection[];
}

export interface BuildInfoArea {
  readonly address: number;
  readonly sizeBytes: number;
  /** Found by the name of its section, so that build info must be there. */
  readonly named: boolean;
}

export type ImageReading =
  | { readonly ok: true; readonly image: ExecutableImage }
  | { readonly ok: false; readonly reason: string };

class MalformedImage extends Error {}

/** Stops the reading of an image; `readImage` is the only place that catches it. */
export function malformed(reason: string): never {
  throw new MalformedImage(reason);
}

/** Runs a reader; what it found malformed becomes a reason (lower case, no final stop, no bytes of the file). */
export function readImage(read: () => ExecutableImage): ImageReading {
  try {
    return { ok: true, image: read() };
  } catch (error) {
    if (error instanceof MalformedImage) return { ok: false, reason: error.message };
    throw error;
  }
}

/** A file of one byte order, read block by block. */
export class ImageFile {
  readonly source: ByteSource;
  readonly littleEndian: boolean;

  constructor(source: ByteSource, littleEndian: boolean) {
    this.source = source;
    this.littleEndian = littleEndian;
  }

  /** One structure or table, in memory; offsets in it start at 0. Malformed when it lies outside the file. */
  block(offset: number, sizeBytes: number, what: string): FieldReader {
    if (offset + sizeBytes > this.source.sizeBytes) malformed(`the file ends before the end of its ${what}`);
    const bytes = sizeBytes === 0 ? new Uint8Array() : this.source.read(offset, sizeBytes);
    return new FieldReader(bytes, this.littleEndian, what);
  }
}

/** Fixed-width fields of one byte order. Every read outside the bytes is malformed, never an exception of the runtime. */
export class FieldReader {
  readonly #view: DataView;
  readonly #littleEndian: boolean;
  readonly #what: string;

  constructor(bytes: Uint8Array, littleEndian: boolean, what = "file header") {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#littleEndian = littleEndian;
    this.#what = what;
  }

  get sizeBytes(): number {
    return this.#view.byteLength;
  }

  /** A reader of one structure; offsets in it start at 0. */
  block(offset: number, sizeBytes: number, what: string): FieldReader {
    if (offset + sizeBytes > this.#view.byteLength) malformed(`the file ends before the end of its ${what}`);
    const part = new Uint8Array(this.#view.buffer, this.#view.byteOffset + offset, sizeBytes);
    return new FieldReader(part, this.#littleEndian, what);
  }

  u8(offset: number): number {
    return this.#view.getUint8(this.#inside(offset, 1));
  }

  u16(offset: number): number {
    return this.#view.getUint16(this.#inside(offset, 2), this.#littleEndian);
  }

  u32(offset: number): number {
    return this.#view.getUint32(this.#inside(offset, 4), this.#littleEndian);
  }

  /** No address or size of a user-space executable comes near 2^53. */
  u64(offset: number): number {
    const value = this.#view.getBigUint64(this.#inside(offset, 8), this.#littleEndian);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) malformed(`a field of its ${this.#what} is above 2^53-1`);
    return Number(value);
  }

  /** Text up to a NUL or to the end of the field, one character a byte. */
  text(offset: number, maxBytes: number): string {
    this.#inside(offset, 0);
    const end = Math.min(offset + maxBytes, this.#view.byteLength);
    let length = 0;
    while (offset + length < end && this.#view.getUint8(offset + length) !== 0) length += 1;
    return Buffer.from(this.#view.buffer, this.#view.byteOffset + offset, length).toString("latin1");
  }

  /** All texts that end with a NUL. */
  strings(): readonly string[] {
    const all = Buffer.from(this.#view.buffer, this.#view.byteOffset, this.#view.byteLength);
    return all.toString("latin1").split("\0").slice(0, -1);
  }

  hex(offset: number, sizeBytes: number): string {
    this.#inside(offset, sizeBytes);
    return Buffer.from(this.#view.buffer, this.#view.byteOffset + offset, sizeBytes).toString("hex");
  }

  #inside(offset: number, sizeBytes: number): number {
    if (offset + sizeBytes > this.#view.byteLength)
      malformed(`the file ends before the end of its ${this.#what}`);
    return offset;
  }
}

/** A segment or section before it is known to be sound. Sizes in bytes. */
export interface LoadedPart extends MappedRange {
  readonly memorySizeBytes: number;
}

/**
 * The file ranges of the parts that have bytes in the file. A part that lies outside the file, or two parts that claim
 * one address, would let two readers see different bytes at that address.
 */
export function mapParts(parts: readonly LoadedPart[], fileSizeBytes: number): readonly MappedRange[] {
  const byAddress = parts.toSorted((a, b) => a.address - b.address);
  let free = 0;
  for (const part of byAddress) {
    if (part.offset + part.sizeBytes > fileSizeBytes) malformed("a segment or section lies outside the file");
    if (part.memorySizeBytes > 0 && part.address < free)
      malformed("two segments or sections overlap in memory");
    free = Math.max(free, part.address + part.memorySizeBytes);
    if (!Number.isSafeInteger(free)) malformed("a segment or section ends above 2^53-1");
  }
  return parts
    .map(({ address, offset, sizeBytes, memorySizeBytes }) => ({
      address,
      offset,
      sizeBytes: Math.min(sizeBytes, memorySizeBytes),
    }))
    .filter((range) => range.sizeBytes > 0);
}

/** The part of the file from an address to the end of the range that holds it; undefined when the address is not in the file. */
export function extentAt(image: ExecutableImage, address: number): Extent | undefined {
  const range = rangeOf(image.mapped, address);
  if (range === undefined) return undefined;
  const skipped = address - range.address;
  return { offset: range.offset + skipped, sizeBytes: range.sizeBytes - skipped };
}

export function rangeOf(mapped: readonly MappedRange[], address: number): MappedRange | undefined {
  return mapped.find((range) => range.address <= address && address < range.address + range.sizeBytes);
}

export function unknownMachine(code: number): string {
  return `unknown(0x${code.toString(16)})`;
}

/** Longer texts of headers are not names that anybody gave. */
const MAX_NAMED = 4096;

/** Each text once, in order; no more than any program loads. */
export function distinct(texts: readonly string[]): readonly string[] {
  const all = [...new Set(texts)];
  return all.length > MAX_NAMED ? malformed(`more than ${MAX_NAMED} libraries`) : all;
}
