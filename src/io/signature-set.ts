import { join } from "node:path";
import { Failure } from "../model/failure.ts";
import { MAX_ENVELOPE_BYTES, MAX_SIGNATURE_FILES } from "../model/limits.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { exists, folderNames, isFolder, readInput, writeFileAtomic } from "./files.ts";
import { makeFolder } from "./make-folder.ts";
import { systemErrorCode } from "./system-error.ts";

/** The folder `<subject>.sigs/` (trust-spec section 3). */
export interface SignatureSet {
  readonly folder: string;
  /** Files whose names cavra knows; broken when one is a link, no regular file or too large. */
  readonly files: ReadonlyMap<string, Parsed<Uint8Array>>;
  /** Names of all others, which are listed and never read. */
  readonly others: readonly string[];
}

const KNOWN_NAME = /^(?:release\.dsse\.json|provenance\.dsse\.json|checksums\.[0-9a-f]{16}\.sig)$/;

/** `NAME.zip.sigs` beside a zip, `TOP.sigs` beside a folder. */
export function signatureFolderOf(subjectPath: string): string {
  return `${subjectPath.replace(/[/\\]+$/, "")}.sigs`;
}

/**
 * Reads the known files of a set; undefined when there is nothing, or something that is no folder: then nobody signed.
 * Throws Failure "input" on an I/O error.
 */
export async function readSignatureSet(folder: string): Promise<SignatureSet | undefined> {
  if (!(await exists(folder)) || !(await isFolder(folder))) return undefined;
  const names = await folderNames(folder);
  const known = names.filter((name) => KNOWN_NAME.test(name));
  const others = names.filter((name) => !KNOWN_NAME.test(name));
  if (names.length > MAX_SIGNATURE_FILES) {
    const reason = `stands among ${names.length} files; a signature set has at most ${MAX_SIGNATURE_FILES}`;
    return { folder, others: [], files: new Map(known.map((name) => [name, broken(name, reason)])) };
  }
  const files = new Map<string, Parsed<Uint8Array>>();
  for (const name of known) files.set(name, await readMember(folder, name));
  return { folder, files, others };
}

/** A link or a monstrous file where a signature should be is a malformed signature; a disk that fails is not. */
async function readMember(folder: string, name: string): Promise<Parsed<Uint8Array>> {
  try {
    return parsed(name, await readInput(join(folder, name), MAX_ENVELOPE_BYTES));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const code = systemErrorCode(error.details.cause);
    if (code === undefined || code === "ELOOP")
      return broken(name, "is a link, no regular file, or too large");
    throw error;
  }
}

/** Writes files into a set, each whole or not at all; other files of the set stay as they are. */
export async function writeSignatureSet(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  await makeFolder(folder);
  for (const [name, bytes] of files) await writeFileAtomic(join(folder, name), bytes);
}
