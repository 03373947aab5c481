import { closeSync, fstatSync, openSync, readSync, type BigIntStats } from "node:fs";
import type { ByteSource } from "../model/byte-source.ts";
import { Failure } from "../model/failure.ts";
import { MAX_BUNDLE_BYTES } from "../model/limits.ts";
import { notRegular } from "./file-kind.ts";
import { READ_FLAGS } from "./open-flags.ts";
import { inputFailure, onDisk, systemErrorCode, systemErrorReason } from "./system-error.ts";

/** A file that was opened once; every later read comes from this descriptor (design, promise 8). */
export interface OpenedFile extends ByteSource {
  readonly path: string;
  readonly identity: FileIdentity;
  /** Undefined when the bytes are not those of a file: then other threads cannot read them. */
  readonly descriptor: number | undefined;
  /** Throws Failure "input" when the file has changed since it was opened (size, times, or another file). */
  assertUnchanged(): void;
  close(): void;
}

/** What stays the same while a file is the same file with the same content, as one comparable text. */
export type FileIdentity = `${bigint}:${bigint}:${bigint}:${bigint}:${bigint}`;

export function fileIdentity({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileIdentity {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** Closing what was only read can lose nothing. */
export function closeQuietly(close: () => void): void {
  try {
    close();
  } catch {
    // Every byte was read before.
  }
}

/** Reads up to this size go through windows, so that thousands of headers do not cost thousands of system calls. */
const SMALL_READ_BYTES = 4096;
const WINDOW_BYTES = 64 * 1024;
/** Readers of a zip go to and fro between its directory and the records before the data. */
const WINDOWS = 3;

/**
 * Opens a regular file without following a symbolic link in its last component and without blocking on a pipe.
 * Throws Failure "input" when it cannot be opened, is not a regular file, or is larger than `maxBytes`.
 */
export function openByteSource(path: string, maxBytes: number = MAX_BUNDLE_BYTES): OpenedFile {
  const descriptor = openWithoutFollowing(path);
  try {
    const facts = fstatSync(descriptor, { bigint: true });
    if (!facts.isFile()) throw notRegular(path, facts);
    if (facts.size > BigInt(maxBytes)) {
      throw new Failure("input", `${path} is too large`, {
        at: path,
        expected: `at most ${maxBytes} bytes`,
        found: `${facts.size} bytes`,
      });
    }
    return new RegularFile(path, descriptor, facts);
  } catch (error) {
    closeQuietly(() => closeSync(descriptor));
    throw inputFailure(path, error);
  }
}

function openWithoutFollowing(path: string): number {
  try {
    return openSync(path, READ_FLAGS);
  } catch (error) {
    const isLink = systemErrorCode(error) === "ELOOP" || systemErrorCode(error) === "EMLINK";
    throw new Failure("input", `${path} ${systemErrorReason(error)}`, {
      at: path,
      ...(isLink ? { hint: "name the file itself: a link is not followed" } : {}),
      cause: error,
    });
  }
}

/** What another thread of this process needs to read through the same descriptor. */
export interface SharedFile {
  readonly descriptor: number;
  readonly path: string;
  readonly sizeBytes: number;
}

/** The bytes of a file that another thread opened and keeps open. */
export function sharedSource({ path, descriptor, sizeBytes }: SharedFile): ByteSource {
  return new DescriptorSource(path, descriptor, sizeBytes);
}

/** What is in memory of a large file at a time. */
export const PIECE_BYTES = 256 * 1024;

/** A range of the source in pieces of PIECE_BYTES, the last one shorter. */
export function* sourcePieces(source: ByteSource, start: number, end: number): Generator<Uint8Array> {
  for (let offset = start; offset < end; offset += PIECE_BYTES) {
    yield source.read(offset, Math.min(PIECE_BYTES, end - offset));
  }
}

/** The same in pieces that live only until the next one is taken: they stand in the same memory, where the source can. */
export function* passingPieces(
  source: ByteSource,
  start: number = 0,
  end: number = source.sizeBytes,
): Generator<Uint8Array> {
  if (source.readInto === undefined) {
    yield* sourcePieces(source, start, end);
    return;
  }
  const room = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, end - start));
  for (let offset = start; offset < end; offset += PIECE_BYTES) {
    const piece = room.subarray(0, Math.min(PIECE_BYTES, end - offset));
    source.readInto(offset, piece);
    yield piece;
  }
}

interface Window {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Reads that need no more than an open descriptor. */
class DescriptorSource implements ByteSource {
  readonly path: string;
  readonly sizeBytes: number;
  #descriptor: number | undefined;
  /** The newest last. */
  #windows: readonly Window[] = [];

  constructor(path: string, descriptor: number, sizeBytes: number) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.#descriptor = descriptor;
  }

  get descriptor(): number {
    if (this.#descriptor === undefined) throw new Failure("internal", "read after close", { at: this.path });
    return this.#descriptor;
  }

  read(offset: number, lengthBytes: number): Uint8Array {
    this.#demandInside(offset, lengthBytes);
    if (lengthBytes > SMALL_READ_BYTES) return this.#readExactly(offset, lengthBytes);
    const known = this.#windows.find(
      ({ start, bytes }) => offset >= start && offset + lengthBytes <= start + bytes.byteLength,
    );
    const { start, bytes } = known ?? this.#openWindow(offset);
    return bytes.subarray(offset - start, offset - start + lengthBytes);
  }

  readInto(offset: number, room: Uint8Array): void {
    this.#demandInside(offset, room.byteLength);
    this.#fill(room, offset);
  }

  close(): void {
    const descriptor = this.#descriptor;
    if (descriptor !== undefined) closeQuietly(() => closeSync(descriptor));
    this.#descriptor = undefined;
    this.#windows = [];
  }

  #openWindow(start: number): Window {
    // A new buffer each time: slices of the last one may still be in use.
    const bytes = this.#readExactly(start, Math.min(WINDOW_BYTES, this.sizeBytes - start));
    const window = { start, bytes };
    this.#windows = [...this.#windows.slice(1 - WINDOWS), window];
    return window;
  }

  #demandInside(offset: number, lengthBytes: number): void {
    if (offset >= 0 && lengthBytes >= 0 && offset + lengthBytes <= this.sizeBytes) return;
    throw new Failure("input", `${this.path} ends too early`, { at: this.path });
  }

  #readExactly(offset: number, lengthBytes: number): Uint8Array {
    const bytes = Buffer.allocUnsafeSlow(lengthBytes);
    this.#fill(bytes, offset);
    return bytes;
  }

  #fill(bytes: Uint8Array, offset: number): void {
    let filled = 0;
    while (filled < bytes.byteLength) {
      const count = this.#readSome(bytes, filled, offset + filled);
      if (count === 0)
        throw new Failure("input", `${this.path} became shorter while it was read`, { at: this.path });
      filled += count;
    }
  }

  #readSome(bytes: Uint8Array, filled: number, position: number): number {
    const { descriptor } = this;
    return onDisk(this.path, () => readSync(descriptor, bytes, filled, bytes.byteLength - filled, position));
  }
}

class RegularFile extends DescriptorSource implements OpenedFile {
  readonly identity: FileIdentity;

  constructor(path: string, descriptor: number, facts: BigIntStats) {
    super(path, descriptor, Number(facts.size));
    this.identity = fileIdentity(facts);
  }

  assertUnchanged(): void {
    if (this.#identityNow() !== this.identity) {
      throw new Failure("input", `${this.path} changed while it was read`, { at: this.path });
    }
  }

  #identityNow(): FileIdentity {
    const { descriptor } = this;
    return onDisk(this.path, () => fileIdentity(fstatSync(descriptor, { bigint: true })));
  }
}
