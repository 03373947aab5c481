import { rootFileVersion } from "../crypto/root-chain.ts";
import { lstat } from "node:fs/promises";
import { basename, join } from "node:path";
import { isCompanionFile } from "../formats/companion-statements.ts";
import { isKeylessFile } from "../formats/keyless-files.ts";
import { rebuildFileKey } from "../formats/rebuild-statement.ts";
import { parseStockCopyName } from "../formats/stock-copies.ts";
import { Failure } from "../model/failure.ts";
import { MAX_ENVELOPE_BYTES, MAX_SIGNATURE_FILES } from "../model/limits.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import { irregularKind } from "./file-kind.ts";
import { folderNames, readInput, writeFileAtomic } from "./files.ts";
import { makeFolder } from "./make-folder.ts";
import { inputFailure, systemErrorCode } from "./system-error.ts";

/** The folder `<subject>.sigs/` (trust-spec section 3). */
export interface SignatureSet {
  readonly folder: string;
  /** Files whose names cavra knows; broken when one is a link, no regular file or too large. */
  readonly files: ReadonlyMap<string, Parsed<Uint8Array>>;
  /** Names of all others, which are listed and never read. */
  readonly others: readonly string[];
}

const STATEMENT = "release.dsse.json";
const ENVELOPES: ReadonlySet<string> = new Set(["release.dsse.json", "provenance.dsse.json"]);

function isKnownName(name: string): boolean {
  if (ENVELOPES.has(name) || isKeylessFile(name) || isCompanionFile(name)) return true;
  const names = [rootFileVersion, rebuildFileKey, parseStockCopyName];
  return names.some((read) => read(name) !== undefined);
}

/** `NAME.zip.sigs` beside a zip, `TOP.sigs` beside a folder. */
export function signatureFolderOf(subjectPath: string): string {
  return `${subjectPath.replace(/[/\\]+$/, "")}.sigs`;
}

/**
 * Reads the known files of a set; undefined when there is nothing: then nobody signed. Where something else than a
 * folder stands, the statement in it is broken and says what that is. Throws Failure "input" on an I/O error.
 */
export async function readSignatureSet(folder: string): Promise<SignatureSet | undefined> {
  const kind = await kindOf(folder);
  if (kind === undefined) return undefined;
  if (kind !== "a folder") {
    const reason = `cannot be read: ${basename(folder)} is ${kind}, not a folder`;
    return { folder, others: [], files: new Map([[STATEMENT, broken(STATEMENT, reason)]]) };
  }
  const names = await folderNames(folder, MAX_SIGNATURE_FILES + 1);
  const known = names.filter((name) => isKnownName(name));
  const others = names.filter((name) => !isKnownName(name));
  if (names.length > MAX_SIGNATURE_FILES) {
    const reason = `stands among more than ${MAX_SIGNATURE_FILES} files, the limit of a signature set`;
    return { folder, others: [], files: new Map(known.map((name) => [name, broken(name, reason)])) };
  }
  const files = new Map<string, Parsed<Uint8Array>>();
  for (const name of known) files.set(name, await readMember(folder, name));
  return { folder, files, others };
}

/** A link or a monstrous file where a signature should be is a malformed signature; a disk that fails is not. */
async function readMember(folder: string, name: string): Promise<Parsed<Uint8Array>> {
  const path = join(folder, name);
  try {
    return parsed(name, await readInput(path, MAX_ENVELOPE_BYTES));
  } catch (error) {
    if (!(error instanceof Failure) || !isMalformed(error)) throw error;
    const { expected, found } = error.details;
    const size = found === undefined ? "" : `: ${found}, ${expected}`;
    return broken(name, `${error.message.slice(path.length + 1)}${size}`);
  }
}

const OF_WHAT_STANDS_THERE: ReadonlySet<string | undefined> = new Set([
  undefined,
  "ELOOP",
  "EMLINK",
  "ENXIO",
]);

function isMalformed({ details }: Failure): boolean {
  return OF_WHAT_STANDS_THERE.has(systemErrorCode(details.cause));
}

/** undefined: there is nothing. */
async function kindOf(path: string): Promise<string | undefined> {
  try {
    const facts = await lstat(path);
    return facts.isFile() ? "a file" : irregularKind(facts);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return undefined;
    throw inputFailure(path, error);
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
