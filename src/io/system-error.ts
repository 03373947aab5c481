import { Failure } from "../model/failure.ts";

/** The operating system's error code (`ENOENT`), or undefined for anything that is not a system error. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Words for the error codes that people meet; the code itself for the others. */
export function systemErrorReason(error: unknown): string {
  const code = systemErrorCode(error) ?? String(error);
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "does not exist",
    EACCES: "may not be read or written by you",
    EPERM: "may not be read or written by you",
    EISDIR: "is a folder",
    ENOTDIR: "is not a folder",
    ELOOP: "is a symbolic link",
    ENXIO: "is a socket or a device that cannot be read",
    ENOSPC: "has no space left on its disk",
    EDQUOT: "has no space left in your quota",
    EROFS: "is on a read-only medium",
    EIO: "is on a disk that reports an error (EIO)",
    EEXIST: "exists already",
    ENOTEMPTY: "exists already and is not empty",
  };
  return reasons[code] ?? `failed with ${code}`;
}

/** What cannot be read, as the Failure "input" that says so; a Failure stays what it is. */
export function inputFailure(path: string, cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  return new Failure("input", `${path} ${systemErrorReason(cause)}`, { at: path, cause });
}

/** Does what reads `path`. Throws Failure "input". */
export function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw inputFailure(path, error);
  }
}

/** What cannot be written, as the Failure "output" that says so; a Failure stays what it is. */
export function outputFailure(path: string, cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const reason =
    systemErrorCode(cause) === "ENOENT" ? "its folder does not exist" : `it ${systemErrorReason(cause)}`;
  return new Failure("output", `cannot write ${path}: ${reason}`, { at: path, cause });
}

/** Awaits what writes to `path`. Throws Failure "output". */
export async function writing<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw outputFailure(path, error);
  }
}
