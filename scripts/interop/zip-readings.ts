import { readEntry } from "../../src/formats/zip-entry-data.ts";
import { irregularDeflate } from "../../src/judge/deflate-structure.ts";
import { readZipTwice } from "../../src/judge/read-zip.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import type { ZipProfile } from "../../src/model/zip-profile.ts";
import { bufferSource } from "../../test/support/buffer-source.ts";
import { sha256, type FolderEntry } from "./folder-content.ts";

/** What a reader makes of a zip: everything below the folder that it is extracted into. */
export type Reading = ReadonlyMap<string, FolderEntry>;

export type OurReading =
  | { readonly ok: true; readonly reading: Reading }
  /** Ids of the findings without their family, each once. */
  | { readonly ok: false; readonly findings: readonly string[] };

/** The judge's reading of a whole zip: grammar, yauzl, and the data of every entry with the structure of its stream. */
export function ourReading(bytes: Uint8Array, profile: ZipProfile): OurReading {
  const source = bufferSource(bytes);
  const zip = readZipTwice(source, profile, DEFAULT_LIMITS);
  if (!zip.ok) return refused(zip.sightings.map(({ problem }) => problem));
  const prefix = zip.top === undefined ? "" : `${zip.top}/`;
  const reading = new Map<string, FolderEntry>();
  const damage: string[] = [];
  for (const entry of zip.entries) {
    const data = readEntry(source, entry);
    const defect = data.ok ? irregularDeflate(source, entry) : data.sighting;
    if (data.ok) reading.set(prefix + entry.path, { mode: entry.mode, content: sha256(data.bytes) });
    if (defect !== undefined) damage.push(defect.problem);
  }
  if (damage.length > 0) return refused(damage);
  const folders = zip.parts.map(({ name }) => name).filter((name) => name.endsWith("/"));
  const filled = [...reading.keys(), ...folders];
  for (const folder of folders) {
    const isFilled = filled.some((path) => path !== folder && path.startsWith(folder));
    if (!isFilled) reading.set(folder, { mode: 0, content: "empty folder" });
  }
  return { ok: true, reading };
}

function refused(problems: readonly string[]): OurReading {
  return {
    ok: false,
    findings: [...new Set(problems.map((problem) => problem.replace(/^container\./, "")))],
  };
}
