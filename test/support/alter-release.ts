import type { BinaryFacts, GoBuildInfo } from "../../src/model/binary.ts";
import type { PackageStage, ProvenanceSignature } from "../../src/judge/stages.ts";
import type { Artifact, Manifest } from "../../src/model/manifest.ts";
import { broken, parsed, type Parsed } from "../../src/model/parsed.ts";
import type { InspectedFile, Release, ReleaseDocuments, ZipFacts } from "../../src/model/release.ts";
import type { ReleasePredicate, ReleaseStatement } from "../../src/model/release-statement.ts";

/** A defect of a package: what is altered in the valid stage, and what the checks must say then. */
export interface Defect {
  readonly problem: string;
  readonly how: string;
  readonly alter: (stage: PackageStage) => PackageStage;
  /** Other problems that are the same defect seen by other checks. */
  readonly besides?: readonly string[];
}

export type DocumentName = keyof ReleaseDocuments;
type DocumentValue<N extends DocumentName> = ReleaseDocuments[N] extends Parsed<infer T> ? T : never;

export function withRelease(stage: PackageStage, change: Partial<Release>): PackageStage {
  return { ...stage, release: { ...stage.release, ...change } };
}

export function withZip(stage: PackageStage, change: Partial<ZipFacts>): PackageStage {
  if (stage.release.zip === null) throw new Error("a directory has no zip to alter");
  return withRelease(stage, { zip: { ...stage.release.zip, ...change } });
}

export function withDocument<N extends DocumentName>(
  stage: PackageStage,
  name: N,
  change: (value: DocumentValue<N>) => Partial<DocumentValue<N>>,
): PackageStage {
  const document = stage.release.documents[name];
  if (!document.ok) throw new Error(`the document ${name} is already broken`);
  const value = document.value as DocumentValue<N>;
  const changed: unknown = Array.isArray(value)
    ? change(value)
    : { ...(value as object), ...(change(value) as object) };
  return withRelease(stage, {
    documents: { ...stage.release.documents, [name]: parsed(document.at, changed) },
  });
}

export function withBrokenDocument(stage: PackageStage, name: DocumentName): PackageStage {
  const at = stage.release.documents[name].at;
  return withRelease(stage, {
    documents: { ...stage.release.documents, [name]: broken(at, "is missing") },
  });
}

export function withManifest(stage: PackageStage, change: Partial<Manifest>): PackageStage {
  return withDocument(stage, "manifest", () => change);
}

export function withArtifact(
  stage: PackageStage,
  path: string,
  change: (artifact: Artifact) => readonly Artifact[],
): PackageStage {
  return withDocument(stage, "manifest", ({ artifacts }) => ({
    artifacts: artifacts.flatMap((artifact) => (artifact.path === path ? change(artifact) : [artifact])),
  }));
}

/** The statement and the manifest, altered alike. */
export function withRenamedRelease(
  stage: PackageStage,
  change: Partial<Manifest> & Partial<ReleasePredicate>,
): PackageStage {
  return withManifest(withPredicate(stage, change), change);
}

export function withStatement(
  stage: PackageStage,
  change: (statement: ReleaseStatement) => Partial<ReleaseStatement>,
): PackageStage {
  if (stage.statement === undefined) throw new Error("there is no statement to alter");
  return { ...stage, statement: { ...stage.statement, ...change(stage.statement) } };
}

export function withPredicate(stage: PackageStage, change: Partial<ReleasePredicate>): PackageStage {
  return withStatement(stage, ({ predicate }) => ({ predicate: { ...predicate, ...change } }));
}

export function withFile(
  stage: PackageStage,
  path: string,
  change: (file: InspectedFile) => InspectedFile | undefined,
): PackageStage {
  const file = stage.release.files.get(path);
  if (file === undefined) throw new Error(`there is no file ${path}`);
  const changed = change(file);
  const files = [...stage.release.files].flatMap(([key, known]): [string, InspectedFile][] => {
    if (key !== path) return [[key, known]];
    return changed === undefined ? [] : [[key, changed]];
  });
  return withRelease(stage, { files: new Map(files) });
}

export function withFacts(
  stage: PackageStage,
  path: string,
  change: (facts: BinaryFacts) => Partial<BinaryFacts>,
): PackageStage {
  return withFile(stage, path, (file) => {
    if (file.binary?.ok !== true) throw new Error(`${path} has no facts`);
    return { ...file, binary: parsed(path, { ...file.binary.value, ...change(file.binary.value) }) };
  });
}

export function withBuildInfo(
  stage: PackageStage,
  path: string,
  change: (go: GoBuildInfo) => Partial<GoBuildInfo>,
): PackageStage {
  return withFacts(stage, path, ({ go }) => {
    if (go === undefined) throw new Error(`${path} has no Go build info`);
    return { go: { ...go, ...change(go) } };
  });
}

export function withProvenanceSignature(
  stage: PackageStage,
  change: (signature: ProvenanceSignature) => Partial<ProvenanceSignature>,
): PackageStage {
  if (stage.provenanceSignature === undefined) throw new Error("the provenance is not signed");
  return {
    ...stage,
    provenanceSignature: { ...stage.provenanceSignature, ...change(stage.provenanceSignature) },
  };
}
