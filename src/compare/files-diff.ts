import type { ExecutableFormat } from "../model/binary.ts";
import type { EntryMode } from "../model/container.ts";
import type { ArtifactKind } from "../model/manifest.ts";
import type { InspectedFile, Release } from "../model/release.ts";
import type { PackageFacts } from "./package-facts.ts";
import { pairUp } from "./pairing.ts";
import { unversioned } from "./unversioned.ts";

export type FileType = ExecutableFormat | "unreadable-executable" | "data";

/** One file as its bytes are, with what the manifest calls it. */
export interface ComparedFile {
  readonly path: string;
  /** The path with the release's own version replaced. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly mode: EntryMode;
  readonly sha256: string;
  readonly type: FileType;
  /** null: the manifest does not list it (manifest, checksums, legacy signatures). */
  readonly kind: ArtifactKind | null;
  readonly target: string | null;
}

/** `path`: more than the version in it differs. */
export type FileAspect = "path" | "content" | "size" | "mode" | "type" | "kind" | "target";

/** The same file in both releases: the same path, the same name, or the only binary of its target that has no other. */
export interface FilePair {
  readonly was: ComparedFile;
  readonly now: ComparedFile;
  readonly changed: readonly FileAspect[];
}

export interface FilesDiff {
  readonly added: readonly ComparedFile[];
  readonly removed: readonly ComparedFile[];
  readonly kept: readonly FilePair[];
  readonly totalBytes: { readonly was: number; readonly now: number };
}

export interface ReadPackage {
  readonly release: Release;
  readonly facts: PackageFacts;
}

export function diffFiles(was: ReadPackage, now: ReadPackage): FilesDiff {
  const before = comparedFiles(was);
  const after = comparedFiles(now);
  const pairs = pairFiles(before, after);
  const pairedBefore = new Set(pairs.map((pair) => pair.was));
  const pairedAfter = new Set(pairs.map((pair) => pair.now));
  return {
    added: after.filter((file) => !pairedAfter.has(file)),
    removed: before.filter((file) => !pairedBefore.has(file)),
    kept: pairs,
    totalBytes: { was: totalBytes(before), now: totalBytes(after) },
  };
}

export function isBinaryKind(kind: ArtifactKind | null): boolean {
  return kind === "go-binary" || kind === "binary";
}

function comparedFiles({ release, facts }: ReadPackage): readonly ComparedFile[] {
  const artifacts = new Map(facts.artifacts.map((artifact) => [artifact.path, artifact]));
  return [...release.files.values()].map((file) => ({
    path: file.path,
    name: unversioned(file.path, facts.version),
    sizeBytes: file.sizeBytes,
    mode: file.mode,
    sha256: file.sha256,
    type: fileType(file),
    kind: artifacts.get(file.path)?.kind ?? null,
    target: artifacts.get(file.path)?.target ?? null,
  }));
}

function fileType({ binary }: InspectedFile): FileType {
  if (binary === undefined) return "data";
  return binary.ok ? binary.value.format : "unreadable-executable";
}

/** Exact paths first: a file that carries another product's version in its name must find itself. */
function pairFiles(before: readonly ComparedFile[], after: readonly ComparedFile[]): readonly FilePair[] {
  return pairUp(before, after, [pathOf, nameOf, binaryTarget]).map(({ was, now }) => ({
    was,
    now,
    changed: changedAspects(was, now),
  }));
}

const pathOf = ({ path }: ComparedFile): string => path;
const nameOf = ({ name }: ComparedFile): string => name;
const binaryTarget = ({ kind, target }: ComparedFile): string | undefined =>
  isBinaryKind(kind) && target !== null ? target : undefined;

function changedAspects(was: ComparedFile, now: ComparedFile): readonly FileAspect[] {
  const aspects: readonly (readonly [FileAspect, boolean])[] = [
    ["path", was.name !== now.name && was.path !== now.path],
    ["content", was.sha256 !== now.sha256],
    ["size", was.sizeBytes !== now.sizeBytes],
    ["mode", was.mode !== now.mode],
    ["type", was.type !== now.type],
    ["kind", was.kind !== now.kind],
    ["target", was.target !== now.target],
  ];
  return aspects.filter(([, differs]) => differs).map(([aspect]) => aspect);
}

function totalBytes(files: readonly ComparedFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
