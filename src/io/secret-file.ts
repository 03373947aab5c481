import { readSync, type Stats } from "node:fs";
import { isatty } from "node:tty";
import { Failure } from "../model/failure.ts";
import { readIfPresent } from "./files.ts";
import { inputFailure } from "./system-error.ts";

const OTHERS_MAY_READ = 0o077;
const OTHERS_MAY_WRITE = 0o022;
/** Only such a name is put into a command to type. */
const PLAIN_PATH = /^[A-Za-z0-9_./-]+$/;

/** Reads a key or a passphrase: a regular file that nobody but its owner may read. Throws Failure "input" or "refused". */
export async function readSecret(path: string, maxBytes: number): Promise<Uint8Array> {
  const demand = ownerOnly(path, OTHERS_MAY_READ, "may be read by others", "600");
  return present(path, await readIfPresent(path, maxBytes, demand));
}

/** Reads a file that says what to run: nobody but its owner may have written it. Throws Failure "input" or "refused". */
export async function readInstructions(path: string, maxBytes: number): Promise<Uint8Array> {
  const demand = ownerOnly(path, OTHERS_MAY_WRITE, "may be changed by others", "644");
  return present(path, await readIfPresent(path, maxBytes, demand));
}

function present(path: string, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new Failure("input", `${path} does not exist`, { at: path });
  return bytes;
}

function ownerOnly(path: string, forbidden: number, what: string, mode: string): (facts: Stats) => void {
  return (facts) => {
    if (process.platform === "win32" || (facts.mode & forbidden) === 0) return;
    throw new Failure("refused", `${path} ${what}`, {
      at: path,
      expected: `mode 0${mode}`,
      found: `mode ${(facts.mode & 0o777).toString(8).padStart(4, "0")}`,
      hint: `chmod ${mode} ${PLAIN_PATH.test(path) ? path : "FILE"}, and think about who may have used it`,
    });
  };
}

/** Reads an inherited descriptor to its end: a pipe or a file, no terminal. Throws Failure "input". */
export function readDescriptor(descriptor: number, maxBytes: number): Uint8Array {
  const at = `fd:${descriptor}`;
  if (isatty(descriptor)) throw new Failure("input", `${at} is a terminal`, { at });
  const buffer = Buffer.alloc(maxBytes + 1);
  let length = 0;
  try {
    for (;;) {
      const count = readSync(descriptor, buffer, length, buffer.byteLength - length, null);
      length += count;
      if (count === 0 || length > maxBytes) break;
    }
  } catch (error) {
    throw inputFailure(at, error);
  }
  if (length <= maxBytes) return buffer.subarray(0, length);
  throw new Failure("input", `${at} is too large`, { at, expected: `at most ${maxBytes} bytes` });
}
