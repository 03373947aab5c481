import { createRequire, syncBuiltinESMExports } from "node:module";
import { constants } from "node:os";
import { resolve, sep } from "node:path";
import type * as FileSystem from "node:fs";
import type { FileHandle } from "node:fs/promises";

export const FAULT_KINDS = [
  "open",
  "read",
  "write",
  "fsync",
  "rename",
  "mkdir",
  "close",
  "stat",
  "chmod",
  "readdir",
  "remove",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];
export type FaultCode = "EIO" | "ENOSPC" | "EROFS" | "EACCES";

/**
 * The `nth` call of a kind fails, counted from 1; with `onwards` every later call of the kind too. SIGKILL ends the process
 * where the call would have begun.
 */
export interface Fault {
  readonly kind: FaultKind;
  readonly nth: number;
  readonly code: FaultCode | "SIGKILL";
  readonly onwards?: boolean;
}

type AnyCall = (...args: never[]) => Promise<unknown>;

export type CallCounts = Readonly<Record<FaultKind, number>>;

const fs = createRequire(import.meta.url)("node:fs") as typeof FileSystem;
const original = { ...fs };
const originalPromises = { ...fs.promises };

/**
 * Makes file system calls of this process fail, as a bad disk does: only calls on paths below `folder`, which is where
 * the scene of a test lies. The product imports from `node:fs`; nothing in it knows of this.
 */
export class FaultInjector {
  readonly #folder: string;
  readonly #descriptors = new Map<number, string>();
  #counts: Record<FaultKind, number> = emptyCounts();
  #fault: Fault | undefined;
  #firedAt: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#patchPromises();
    this.#patchSynchronous();
    syncBuiltinESMExports();
  }

  /** Counts from zero again. */
  arm(fault: Fault | undefined): void {
    this.#fault = fault;
    this.#counts = emptyCounts();
    this.#firedAt = undefined;
  }

  get counts(): CallCounts {
    return { ...this.#counts };
  }

  /** The path of the first call that was made to fail; undefined when none was. */
  get firedAt(): string | undefined {
    return this.#firedAt;
  }

  /** The error that this call has to end with, if any. */
  #error(kind: FaultKind, syscall: string, path: unknown, withPath: boolean): Error | undefined {
    if (typeof path !== "string" || !this.#isInside(path)) return undefined;
    this.#counts[kind] += 1;
    const fault = this.#fault;
    if (fault?.kind !== kind) return undefined;
    const count = this.#counts[kind];
    if (fault.onwards === true ? count < fault.nth : count !== fault.nth) return undefined;
    this.#firedAt ??= path;
    if (fault.code === "SIGKILL") {
      process.kill(process.pid, "SIGKILL");
      return undefined;
    }
    const words = `${fault.code}: injected, ${syscall}`;
    const facts = { code: fault.code, errno: -constants.errno[fault.code], syscall };
    // As Node does: a call on a descriptor does not know its path.
    return withPath
      ? Object.assign(new Error(`${words} '${path}'`), facts, { path })
      : Object.assign(new Error(words), facts);
  }

  #isInside(path: string): boolean {
    const absolute = resolve(path);
    return absolute === this.#folder || absolute.startsWith(this.#folder + sep);
  }

  #check(kind: FaultKind, syscall: string, path: unknown): void {
    const error = this.#error(kind, syscall, path, true);
    if (error !== undefined) throw error;
  }

  #checkDescriptor(kind: FaultKind, syscall: string, path: string | undefined): void {
    const error = this.#error(kind, syscall, path, false);
    if (error !== undefined) throw error;
  }

  #patchPromises(): void {
    const byPath: readonly (readonly [
      FaultKind,
      (
        | "lstat"
        | "stat"
        | "realpath"
        | "mkdir"
        | "mkdtemp"
        | "rename"
        | "link"
        | "unlink"
        | "rmdir"
        | "chmod"
        | "readdir"
        | "opendir"
        | "rm"
      ),
    ])[] = [
      ["stat", "lstat"],
      ["stat", "stat"],
      ["stat", "realpath"],
      ["mkdir", "mkdir"],
      ["mkdir", "mkdtemp"],
      ["rename", "rename"],
      ["rename", "link"],
      ["chmod", "chmod"],
      ["readdir", "readdir"],
      ["readdir", "opendir"],
      ["remove", "rm"],
      ["remove", "unlink"],
      ["remove", "rmdir"],
    ];
    for (const [kind, name] of byPath) {
      const real = originalPromises[name] as (...args: unknown[]) => Promise<unknown>;
      const patched = async (...args: unknown[]): Promise<unknown> => {
        this.#check(kind, name, args[0]);
        return await real(...args);
      };
      Object.assign(fs.promises, { [name]: patched });
    }
    const open = async (path: string, ...rest: never[]): Promise<FileHandle> => {
      this.#check("open", "open", path);
      return this.#watch(await originalPromises.open(path, ...(rest as [never])), path);
    };
    Object.assign(fs.promises, { open });
  }

  /** A handle whose calls are counted. */
  #watch(handle: FileHandle, path: string): FileHandle {
    const real = {
      read: handle.read.bind(handle) as AnyCall,
      writeFile: handle.writeFile.bind(handle),
      stat: handle.stat.bind(handle) as AnyCall,
      chmod: handle.chmod.bind(handle),
      sync: handle.sync.bind(handle),
      close: handle.close.bind(handle),
    };
    const check = (kind: FaultKind, syscall: string): void => this.#checkDescriptor(kind, syscall, path);
    const calls = {
      read: async (...args: never[]): Promise<unknown> => {
        check("read", "read");
        return await real.read(...args);
      },
      writeFile: async (data: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> => {
        const error = this.#error("write", "write", path, false);
        if (error === undefined) return await real.writeFile(data);
        // A full disk takes what still fits.
        const bytes = await firstPiece(data);
        original.writeSync(handle.fd, bytes, 0, Math.floor(bytes.byteLength / 2));
        throw error;
      },
      stat: async (...args: never[]): Promise<unknown> => {
        check("stat", "fstat");
        return await real.stat(...args);
      },
      chmod: async (mode: number): Promise<void> => {
        check("chmod", "fchmod");
        await real.chmod(mode);
      },
      sync: async (): Promise<void> => {
        check("fsync", "fsync");
        await real.sync();
      },
      // The descriptor is gone even when close says that something went wrong.
      close: async (): Promise<void> => {
        await real.close();
        check("close", "close");
      },
    };
    return Object.assign(handle, calls);
  }

  #patchSynchronous(): void {
    const pathOf = (descriptor: number): string | undefined => this.#descriptors.get(descriptor);
    Object.assign(fs, {
      openSync: (path: string, ...rest: never[]): number => {
        this.#check("open", "open", path);
        const descriptor = original.openSync(path, ...(rest as unknown as [never]));
        this.#descriptors.set(descriptor, path);
        return descriptor;
      },
      closeSync: (descriptor: number): void => {
        const path = pathOf(descriptor);
        this.#descriptors.delete(descriptor);
        original.closeSync(descriptor);
        this.#checkDescriptor("close", "close", path);
      },
      readSync: (descriptor: number, ...rest: never[]): number => {
        this.#checkDescriptor("read", "read", pathOf(descriptor));
        return (original.readSync as (...all: never[]) => number)(descriptor as never, ...rest);
      },
      fstatSync: (descriptor: number, ...rest: never[]): unknown => {
        this.#checkDescriptor("stat", "fstat", pathOf(descriptor));
        return (original.fstatSync as (...all: never[]) => unknown)(descriptor as never, ...rest);
      },
      lstatSync: (path: string, ...rest: never[]): unknown => {
        this.#check("stat", "lstat", path);
        return (original.lstatSync as (...all: never[]) => unknown)(path as never, ...rest);
      },
      realpathSync: (path: string, ...rest: never[]): unknown => {
        this.#check("stat", "realpath", path);
        return (original.realpathSync as (...all: never[]) => unknown)(path as never, ...rest);
      },
      mkdtempSync: (path: string, ...rest: never[]): string => {
        this.#check("mkdir", "mkdtemp", path);
        return original.mkdtempSync(path, ...(rest as [never]));
      },
      opendirSync: (path: string, ...rest: never[]): FileSystem.Dir => {
        this.#check("open", "opendir", path);
        return this.#watchFolder(original.opendirSync(path, ...(rest as [never])), path);
      },
    });
  }

  #watchFolder(folder: FileSystem.Dir, path: string): FileSystem.Dir {
    const readSync = folder.readSync.bind(folder);
    const closeSync = folder.closeSync.bind(folder);
    return Object.assign(folder, {
      readSync: (): FileSystem.Dirent | null => {
        this.#checkDescriptor("readdir", "scandir", path);
        return readSync();
      },
      closeSync: (): void => {
        closeSync();
        this.#checkDescriptor("close", "close", path);
      },
    });
  }
}

function emptyCounts(): Record<FaultKind, number> {
  return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>;
}

async function firstPiece(data: Uint8Array | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (data instanceof Uint8Array) return data;
  for await (const piece of data) return piece;
  return new Uint8Array(0);
}
