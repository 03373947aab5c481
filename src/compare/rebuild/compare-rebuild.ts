import type { BinaryFacts } from "../../model/binary.ts";
import type { ByteSource } from "../../model/byte-source.ts";
import type { EntryMode } from "../../model/container.ts";
import { CHECKSUMS_FILE, MANIFEST_FILE, MANIFEST_MARKDOWN_FILE } from "../../model/layers.ts";
import type { Parsed } from "../../model/parsed.ts";
import type { Cause } from "../../model/rebuild.ts";
import { binaryCauses } from "./binary-causes.ts";
import { documentCauses, type DocumentPair } from "./document-causes.ts";
import { textCauses } from "./text-causes.ts";
import { byteCauses, zipCauses } from "./zip-causes.ts";

/** A file of one side. */
export interface RebuiltFile {
  readonly mode: EntryMode;
  readonly sha256: string;
  readonly sha512: string;
  readonly binary?: Parsed<BinaryFacts>;
}

/** The package as shipped, or as rebuilt. */
export interface RebuildSide {
  readonly files: ReadonlyMap<string, RebuiltFile>;
  /** The bytes of one file; called only for files that differ. */
  readonly read: (path: string) => Uint8Array;
  /** undefined: the zip is not at hand. */
  readonly zip: ByteSource | undefined;
}

export interface RebuildComparison {
  /** Paths whose bytes or modes differ, or that one side has alone; bytewise. */
  readonly differingFiles: readonly string[];
  readonly causes: readonly Cause[];
}

/** Every file and the zip byte for byte; for what differs, why. Both sides were hashed from the bytes that `read` gives. */
export function compareRebuild(
  shipped: RebuildSide,
  rebuilt: RebuildSide,
  zipName: string,
): RebuildComparison {
  const paths = [...new Set([...shipped.files.keys(), ...rebuilt.files.keys()])].toSorted();
  const differing = paths.filter((path) => !isSame(shipped.files.get(path), rebuilt.files.get(path)));
  const documents = differing.filter((path) => isDocument(path, rebuilt));
  const built = differing.filter((path) => !documents.includes(path));
  const ofFiles = built.flatMap((path) => fileCauses(path, shipped, rebuilt));
  const known = {
    files: new Set(built),
    hasOtherModules: ofFiles.some(({ cause }) => cause === "modules" || cause === "toolchain"),
  };
  const ofDocuments = documentCauses(pairsOf(documents, shipped, rebuilt), known);
  const ofSets = documents.flatMap((path) => setCauses(path, shipped, rebuilt));
  const ofZip = differencesOfZip(zipName, shipped.zip, rebuilt.zip, differing.length === 0);
  const found = [...ofFiles, ...ofSets, ...ofDocuments, ...ofZip];
  return {
    differingFiles: differing,
    causes: found.length > 0 ? found : leftovers(differing, shipped, rebuilt),
  };
}

/** Other files make another zip; only where they are the same must a header or the compressor be the reason. */
function differencesOfZip(
  at: string,
  shipped: ByteSource | undefined,
  rebuilt: ByteSource | undefined,
  hasSameFiles: boolean,
): readonly Cause[] {
  if (shipped === undefined || rebuilt === undefined) return [];
  const found = zipCauses(at, shipped, rebuilt);
  return found.length === 0 && hasSameFiles ? byteCauses(at, shipped, rebuilt) : found;
}

function isSame(a: RebuiltFile | undefined, b: RebuiltFile | undefined): boolean {
  return (
    a !== undefined && b !== undefined && a.mode === b.mode && a.sha256 === b.sha256 && a.sha512 === b.sha512
  );
}

/** What cavra writes over the files: nearly all of it follows from them. */
function isDocument(path: string, rebuilt: RebuildSide): boolean {
  if ([CHECKSUMS_FILE, MANIFEST_FILE, MANIFEST_MARKDOWN_FILE].includes(path)) return true;
  return !path.includes("/") && path.endsWith(".json") && rebuilt.files.has(path);
}

/** The list, the page of the manifest and, beside SPDX 2.3, SPDX 3 say nothing of their own. */
function pairsOf(
  documents: readonly string[],
  shipped: RebuildSide,
  rebuilt: RebuildSide,
): readonly DocumentPair[] {
  const isTold = (path: string): boolean =>
    path.endsWith(".spdx3.json") && documents.includes(path.replace(/\.spdx3\.json$/, ".spdx.json"));
  return documents
    .filter(
      (path) => path.endsWith(".json") && !isTold(path) && shipped.files.has(path) && rebuilt.files.has(path),
    )
    .map((path) => ({ path, shipped: shipped.read(path), rebuilt: rebuilt.read(path) }));
}

function fileCauses(path: string, shipped: RebuildSide, rebuilt: RebuildSide): readonly Cause[] {
  const alone = setCauses(path, shipped, rebuilt);
  const [was, now] = [shipped.files.get(path), rebuilt.files.get(path)];
  if (was === undefined || now === undefined || was.sha512 === now.sha512) return alone;
  const [before, after] = [shipped.read(path), rebuilt.read(path)];
  const ofBytes =
    was.binary?.ok === true && now.binary?.ok === true
      ? binaryCauses(
          path,
          { facts: was.binary.value, bytes: before },
          { facts: now.binary.value, bytes: after },
        )
      : textCauses(path, before, after);
  return [...alone, ...ofBytes];
}

/** Whether both have the file, and with which permissions. */
function setCauses(at: string, shipped: RebuildSide, rebuilt: RebuildSide): readonly Cause[] {
  const [was, now] = [shipped.files.get(at), rebuilt.files.get(at)];
  const field = "file";
  if (was === undefined) return [{ cause: "file-missing", at, field, shipped: "absent", rebuilt: "there" }];
  if (now === undefined) return [{ cause: "file-extra", at, field, shipped: "there", rebuilt: "absent" }];
  if (was.mode === now.mode) return [];
  return [{ cause: "mode", at, field: "mode", shipped: octal(was.mode), rebuilt: octal(now.mode) }];
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** checksums.txt or release-evidence.md alone: nothing below them differs, so the difference is their own. */
function leftovers(
  differing: readonly string[],
  shipped: RebuildSide,
  rebuilt: RebuildSide,
): readonly Cause[] {
  return differing.flatMap((path) => textCauses(path, shipped.read(path), rebuilt.read(path)));
}
