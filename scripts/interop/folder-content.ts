import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** What stands at one path: permission bits and SHA-256 of a file, the target of a link, or another kind. */
export interface FolderEntry {
  readonly mode: number;
  readonly content: string;
}

const MOST_BYTES = 1024 * 1024 * 1024;

/** Everything below a folder that is not itself a folder with something in it. Names as latin1: no byte is lost. */
export function folderContent(folder: string): ReadonlyMap<string, FolderEntry> {
  const found = new Map<string, FolderEntry>();
  collect(Buffer.from(folder), "", found);
  return found;
}

function collect(folder: Buffer, prefix: string, found: Map<string, FolderEntry>): void {
  const names = readdirSync(folder, { encoding: "buffer" });
  if (names.length === 0 && prefix !== "") found.set(prefix, { mode: 0, content: "empty folder" });
  for (const name of names) {
    const path = Buffer.concat([folder, Buffer.from("/"), name]);
    const shown = prefix + name.toString("latin1");
    const facts = lstatSync(path);
    if (facts.isDirectory()) collect(path, `${shown}/`, found);
    else if (facts.isSymbolicLink()) found.set(shown, { mode: 0, content: `link to ${readlinkSync(path)}` });
    else if (facts.isFile())
      found.set(shown, { mode: facts.mode & 0o7777, content: contentOf(path, facts.size) });
    else found.set(shown, { mode: 0, content: "special file" });
  }
}

/** A sparse file can be larger than memory. */
function contentOf(path: Buffer, sizeBytes: number): string {
  return sizeBytes > MOST_BYTES ? `${sizeBytes} bytes` : sha256(readFileSync(path));
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** One line that is equal for equal folders. */
export function contentKey(content: ReadonlyMap<string, FolderEntry>, withModes: boolean): string {
  return [...content]
    .map(([path, entry]) => JSON.stringify([path, withModes ? entry.mode : 0, entry.content]))
    .sort()
    .join("\n");
}

/** The first difference in words; undefined when there is none. */
export function firstDifference(
  expected: ReadonlyMap<string, FolderEntry>,
  actual: ReadonlyMap<string, FolderEntry>,
  withModes: boolean,
): string | undefined {
  for (const [path, entry] of expected) {
    const found = actual.get(path);
    if (found === undefined) return `${path} is missing`;
    if (found.content !== entry.content) return `${path} is ${found.content} instead of ${entry.content}`;
    if (withModes && found.mode !== entry.mode) {
      return `${path} has mode ${found.mode.toString(8)} instead of ${entry.mode.toString(8)}`;
    }
  }
  const surplus = [...actual.keys()].find((path) => !expected.has(path));
  return surplus === undefined ? undefined : `${join(surplus)} is too much`;
}
