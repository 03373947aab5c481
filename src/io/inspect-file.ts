import { FileHash } from "../crypto/digest.ts";
import { inspectBinary, looksExecutable, type BinaryInspection } from "../formats/binary.ts";
import { goFunctions } from "../formats/go-pclntab.ts";
import { readEntry } from "../formats/zip-entry-data.ts";
import type { ByteSource } from "../model/byte-source.ts";
import type { Sighting } from "../model/check.ts";
import type { FileDigests } from "../model/digest.ts";
import { Failure } from "../model/failure.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import { treeFilePieces, type TreeFile } from "./directory-tree.ts";
import { DamagedEntry, entryPieces } from "./entry-pieces.ts";
import { HeldBytes } from "./held-bytes.ts";

/** Where the bytes of one file of a package are. */
export type FileOrigin =
  | { readonly kind: "zip"; readonly source: ByteSource; readonly entry: ZipEntry }
  | { readonly kind: "directory"; readonly root: string; readonly file: TreeFile };

/** Which bytes may be looked into after they were hashed: those of the listed digest, any, none. */
export type LookInto = { readonly sha256: string } | "any" | "none";

/** What was found in the bytes of one file; `binary` as inspectBinary says it. */
export interface FileFindings {
  readonly digests: FileDigests;
  readonly binary?: BinaryInspection;
}

export type FileInspection =
  | { readonly ok: true; readonly findings: FileFindings }
  | { readonly ok: false; readonly sighting: Sighting };

/** Inspects files, several at a time if it is asked to. */
export class FileInspector {
  readonly #held = new HeldBytes();
  #isStopped = false;

  /**
   * Hashes one file, and looks into it when it is an executable whose digest allows that. Only an executable is held
   * whole, for its build info may be anywhere in it; everything else passes through in pieces.
   * @throws Failure "input" when the bytes cannot be read or changed meanwhile.
   */
  async inspect(origin: FileOrigin, lookInto: LookInto, withFunctions: boolean): Promise<FileInspection> {
    try {
      return { ok: true, findings: await this.#findings(origin, lookInto, withFunctions) };
    } catch (error) {
      if (!(error instanceof DamagedEntry) || origin.kind !== "zip") throw error;
      return { ok: false, sighting: damageOf(origin.source, origin.entry) };
    }
  }

  /** What is under way ends with a failure; nobody waits for it. */
  stop(): void {
    this.#isStopped = true;
  }

  async #findings(origin: FileOrigin, lookInto: LookInto, withFunctions: boolean): Promise<FileFindings> {
    const hash = new FileHash();
    let whole: Uint8Array<ArrayBuffer> | undefined;
    let offset = 0;
    try {
      for await (const piece of piecesOf(origin)) {
        if (this.#isStopped) throw new Failure("internal", "the verification was closed");
        hash.update(piece);
        if (offset === 0 && lookInto !== "none" && looksExecutable(piece))
          whole = await this.#held.take(sizeOf(origin));
        whole?.set(piece, offset);
        offset += piece.byteLength;
      }
      const digests = hash.digests();
      const mayLook = lookInto === "any" || (lookInto !== "none" && lookInto.sha256 === digests.sha256);
      const binary = mayLook && whole !== undefined ? lookInside(whole, withFunctions) : undefined;
      return binary === undefined ? { digests } : { digests, binary };
    } finally {
      if (whole !== undefined) this.#held.free(whole);
    }
  }
}

/** With functions: what the function table of a Go program names, which takes megabytes. */
function lookInside(bytes: Uint8Array, withFunctions: boolean): BinaryInspection | undefined {
  const binary = inspectBinary(bytes);
  if (!withFunctions || binary?.ok !== true || binary.facts.go === undefined) return binary;
  const functions = goFunctions(bytes);
  return functions === undefined ? binary : { ok: true, facts: { ...binary.facts, functions } };
}

/** The words for data that is not what the records say. @throws Failure "input" when it is now. */
export function damageOf(source: ByteSource, entry: ZipEntry): Sighting {
  const reading = readEntry(source, entry);
  if (!reading.ok) return reading.sighting;
  throw new Failure("input", "the zip changed while it was read", { at: entry.path });
}

function piecesOf(origin: FileOrigin): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return origin.kind === "zip"
    ? entryPieces(origin.source, origin.entry)
    : treeFilePieces(origin.root, origin.file);
}

function sizeOf(origin: FileOrigin): number {
  return origin.kind === "zip" ? origin.entry.sizeBytes : origin.file.sizeBytes;
}
