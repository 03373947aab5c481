import { fileDigests } from "../../src/crypto/digest.ts";
import { writeSpdx3 } from "../../src/formats/spdx3.ts";
import { recordedFacts } from "../../src/formats/recorded-binary.ts";
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
  const altered = withRelease(stage, {
    documents: { ...stage.release.documents, [name]: parsed(document.at, changed) },
  });
  return name === "sbom" ? withSpdx3(altered) : altered;
}

/** The SPDX 3 document follows the SPDX 2.3 document, and everything that lists it follows its digest. */
function withSpdx3(stage: PackageStage): PackageStage {
  const { sbom } = stage.release.documents;
  const path = [...stage.release.files.keys()].find((key) => key.endsWith(".spdx3.json"));
  if (!sbom.ok || path === undefined) return stage;
  return withFileBytes(stage, path, writeSpdx3(sbom.value));
}

/** A file that the maker never made: no document lists it. */
export function withoutListedFile(stage: PackageStage, path: string): PackageStage {
  const gone = withArtifact(
    withFile(stage, path, () => undefined),
    path,
    () => [],
  );
  const attested = withDocument(gone, "provenance", ({ subjects }) => ({
    subjects: subjects.filter(({ name }) => name !== path),
  }));
  return withDocument(attested, "checksums", (lines) => lines.filter((line) => line.path !== path));
}

/** Other bytes of a file, with their digests in manifest, provenance and checksums.txt. */
export function withFileBytes(stage: PackageStage, path: string, bytes: Uint8Array): PackageStage {
  const digests = fileDigests(bytes);
  const { sha256, sha512 } = digests;
  const sizeBytes = bytes.byteLength;
  const changed = withFile(stage, path, (file) => ({ ...file, ...digests, sizeBytes }));
  const listed = withArtifact(changed, path, (artifact) => [{ ...artifact, sha256, sha512, sizeBytes }]);
  const attested = withDocument(listed, "provenance", ({ subjects }) => ({
    subjects: subjects.map((subject) =>
      subject.name === path ? { ...subject, digest: { sha256, sha512 } } : subject,
    ),
  }));
  return withDocument(attested, "checksums", (lines) =>
    lines.map((line) => (line.path === path ? { ...line, sha256 } : line)),
  );
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

/** The manifest records what the changed file is: it was so when the release was made. */
export function withFile(
  before: PackageStage,
  path: string,
  change: (file: InspectedFile) => InspectedFile | undefined,
): PackageStage {
  const file = before.release.files.get(path);
  if (file === undefined) throw new Error(`there is no file ${path}`);
  const changed = change(file);
  const stage = changed?.binary?.ok === true ? withRecorded(before, path, changed.binary.value) : before;
  const files = [...stage.release.files].flatMap(([key, known]): [string, InspectedFile][] => {
    if (key !== path) return [[key, known]];
    return changed === undefined ? [] : [[key, changed]];
  });
  return withRelease(stage, { files: new Map(files) });
}

function withRecorded(stage: PackageStage, path: string, facts: BinaryFacts): PackageStage {
  return withArtifact(stage, path, (artifact) => [
    artifact.binary === undefined ? artifact : { ...artifact, binary: recordedFacts(facts) },
  ]);
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
