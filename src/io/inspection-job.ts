import { createHash } from "node:crypto";
import type { ByteSource } from "../model/byte-source.ts";
import type { DigestSet } from "../model/digest.ts";
import type { ZipEntry } from "../model/zip-entry.ts";
import { passingPieces, sharedSource, type SharedFile } from "./byte-source.ts";
import type { TreeFile } from "./directory-tree.ts";
import type { FileInspection, FileInspector, LookInto } from "./inspect-file.ts";

/** Work on a package that any thread can do; descriptors are those of the process. */
export type InspectionJob =
  | { readonly kind: "digest"; readonly file: SharedFile; readonly algorithm: RawAlgorithm }
  | {
      readonly kind: "entry";
      readonly file: SharedFile;
      readonly entry: ZipEntry;
      readonly lookInto: LookInto;
      readonly withFunctions: boolean;
    }
  | {
      readonly kind: "file";
      readonly root: string;
      readonly file: TreeFile;
      readonly lookInto: LookInto;
      readonly withFunctions: boolean;
    };

export type InspectionResult = Readonly<Partial<DigestSet>> | FileInspection;

type RawAlgorithm = keyof DigestSet;

export async function runJob(job: InspectionJob, inspector: FileInspector): Promise<InspectionResult> {
  switch (job.kind) {
    case "digest":
      return rawDigests(sharedSource(job.file), [job.algorithm]);
    case "entry":
      return await inspector.inspect(
        { kind: "zip", source: sharedSource(job.file), entry: job.entry },
        job.lookInto,
        job.withFunctions,
      );
    case "file":
      return await inspector.inspect(
        { kind: "directory", root: job.root, file: job.file },
        job.lookInto,
        job.withFunctions,
      );
  }
}

/** Of the whole file as it is, which is read once. */
export function rawDigests<Name extends RawAlgorithm>(
  source: ByteSource,
  algorithms: readonly Name[],
): Readonly<Record<Name, string>> {
  const hashes = algorithms.map((name) => [name, createHash(name)] as const);
  for (const piece of passingPieces(source)) {
    for (const [, hash] of hashes) hash.update(piece);
  }
  return Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest("hex")])) as Record<Name, string>;
}
