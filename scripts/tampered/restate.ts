import { createHash } from "node:crypto";
import { fileDigests } from "../../src/crypto/digest.ts";
import { inspectBinary } from "../../src/formats/binary.ts";
import { writeChecksums } from "../../src/formats/checksums.ts";
import { renderEvidence } from "../../src/formats/evidence-markdown.ts";
import { parseGoModules, writeGoModules } from "../../src/formats/go-modules.ts";
import { parseInstallers, writeInstallers } from "../../src/formats/installers.ts";
import { parseManifest, writeManifest } from "../../src/formats/manifest.ts";
import { parseReproducibility, writeReproducibility } from "../../src/formats/reproducibility.ts";
import { recordedFacts } from "../../src/formats/recorded-binary.ts";
import { parseProvenance, writeProvenance } from "../../src/formats/slsa.ts";
import { packageVerificationCode, parseSpdx2, spdxFileType, writeSpdx2 } from "../../src/formats/spdx2.ts";
import { writeSpdx3 } from "../../src/formats/spdx3.ts";
import type { FileDigests } from "../../src/model/digest.ts";
import type { SpdxDocument, SpdxFile } from "../../src/model/documents.ts";
import {
  CHECKSUMS_FILE,
  GO_MODULES_FILE,
  layerOf,
  MANIFEST_FILE,
  MANIFEST_MARKDOWN_FILE,
  type Layer,
} from "../../src/model/layers.ts";
import type { Artifact, ArtifactKind } from "../../src/model/manifest.ts";
import type { Parsed } from "../../src/model/parsed.ts";
import type { SampleFile } from "./samples.ts";

type Files = Map<string, SampleFile>;

/** One stage of a package: its documents list what stands in earlier ones. */
interface Stage {
  readonly holds: (path: string) => boolean;
  /** Makes the documents of the stage anew from the files below them. */
  readonly restate: (files: Files) => void;
}

const INSTALLERS = ".installers.json";
const SBOM = ".spdx.json";
const SPDX3 = ".spdx3.json";
const REPRODUCIBILITY = ".reproducibility.json";
const ABOUT_BINARIES: readonly string[] = [INSTALLERS, REPRODUCIBILITY, GO_MODULES_FILE];
const leave = (): void => undefined;

/** From the bottom: files, documents about binaries, SBOM, the same in SPDX 3, provenance, manifest, its page, checksums.txt. */
export const STAGES: readonly Stage[] = [
  { holds: (path) => layerOf(path) === 0 && !isAboutBinaries(path), restate: leave },
  { holds: isAboutBinaries, restate: restateBinaries },
  { holds: (path) => layerOf(path) === 1 && !path.endsWith(SPDX3), restate: restateSbom },
  { holds: (path) => layerOf(path) === 1 && path.endsWith(SPDX3), restate: restateSpdx3 },
  { holds: (path) => layerOf(path) === 2, restate: restateProvenance },
  { holds: (path) => path === MANIFEST_FILE, restate: restateManifest },
  { holds: (path) => layerOf(path) === 4, restate: restatePage },
  { holds: (path) => path === CHECKSUMS_FILE, restate: restateChecksums },
];

function isAboutBinaries(path: string): boolean {
  return layerOf(path) === 0 && ABOUT_BINARIES.some((ending) => path.endsWith(ending));
}

interface Listed extends FileDigests {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mode: SampleFile["mode"];
}

function upTo(files: Files, layer: Layer): readonly Listed[] {
  return [...files]
    .filter(([path]) => layerOf(path) <= layer)
    .map(([path, { bytes, mode }]) => ({ path, mode, sizeBytes: bytes.byteLength, ...fileDigests(bytes) }));
}

/** Rewrites the one document with this ending; a package that lost it has nothing to rewrite. */
function rewrite<T>(
  files: Files,
  ending: string,
  parse: (at: string, bytes: Uint8Array) => Parsed<T>,
  change: (value: T) => Uint8Array,
): void {
  for (const [path, { bytes, mode }] of files) {
    if (!path.endsWith(ending)) continue;
    const document = parse(path, bytes);
    if (!document.ok) throw new Error(`${path} ${document.reason}`);
    files.set(path, { mode, bytes: change(document.value) });
  }
}

function restateBinaries(files: Files): void {
  const facts = new Map(upTo(files, 0).map((file) => [file.path, file]));
  rewrite(files, INSTALLERS, parseInstallers, (installers) => {
    const targets = installers.targets.flatMap((target) => {
      const file = facts.get(target.binary);
      return file === undefined ? [] : [{ ...target, binarySha256: file.sha256, sizeBytes: file.sizeBytes }];
    });
    return writeInstallers({ ...installers, targets });
  });
  rewrite(files, REPRODUCIBILITY, parseReproducibility, (record) => {
    const binaries = record.binaries.flatMap((binary) => {
      const file = facts.get(binary.binary);
      return file === undefined ? [] : [{ ...binary, sha256: file.sha256, sizeBytes: file.sizeBytes }];
    });
    restateModules(files, new Set(binaries.map(({ target }) => target)));
    return writeReproducibility({ ...record, binaries });
  });
}

function restateModules(files: Files, built: ReadonlySet<string>): void {
  rewrite(files, GO_MODULES_FILE, parseGoModules, (list) => {
    const modules = list.modules.map((item) => ({
      ...item,
      targets: item.targets.filter((target) => built.has(target)),
    }));
    return writeGoModules({ ...list, modules: modules.filter(({ targets }) => targets.length > 0) });
  });
}

function restateSbom(files: Files): void {
  const listed = upTo(files, 0);
  rewrite(files, SBOM, parseSpdx2, (sbom) => writeSpdx2(sbomOver(sbom, listed)));
}

/** An SBOM that cannot be read any more has no other form: the old one stays. */
function restateSpdx3(files: Files): void {
  const made = [...files].flatMap(([path, { bytes }]) => {
    const sbom = layerOf(path) === 1 && path.endsWith(SBOM) ? parseSpdx2(path, bytes) : undefined;
    return sbom?.ok === true ? [writeSpdx3(sbom.value)] : [];
  });
  for (const [path, { mode }] of files) {
    const [bytes] = made;
    if (layerOf(path) === 1 && path.endsWith(SPDX3) && bytes !== undefined) files.set(path, { mode, bytes });
  }
}

/** Code and tools that only files used which are gone. */
function unusedWithout(gone: ReadonlySet<string>, { relationships }: SpdxDocument): readonly string[] {
  const uses = relationships.flatMap(({ from, type, to }) => {
    if (type === "BUILD_TOOL_OF") return [{ file: to, used: from }];
    return type === "STATIC_LINK" ? [{ file: from, used: to }] : [];
  });
  const still = new Set(uses.filter(({ file }) => !gone.has(file)).map(({ used }) => used));
  return uses.map(({ used }) => used).filter((id) => !still.has(id));
}

function sbomOver(sbom: SpdxDocument, listed: readonly Listed[]): SpdxDocument {
  const known = new Map(sbom.files.map((file) => [file.path, file]));
  const files = listed.map(({ path, sha1, sha256, sha512 }): SpdxFile => {
    const { id, fileType } = known.get(path) ?? { id: spdxId(path), fileType: spdxFileType(path, false) };
    return { id, path, fileType, sha1, sha256, sha512 };
  });
  const [main = ""] = sbom.describes;
  const added = files.filter(({ path }) => !known.has(path));
  const kept = new Set(files.map(({ id }) => id));
  const gone = new Set(sbom.files.map(({ id }) => id).filter((id) => !kept.has(id)));
  for (const id of unusedWithout(gone, sbom)) gone.add(id);
  return {
    ...sbom,
    files,
    packages: sbom.packages
      .filter(({ id }) => !gone.has(id))
      .map((item) =>
        item.verificationCode === "" ? item : { ...item, verificationCode: packageVerificationCode(files) },
      ),
    relationships: [
      ...sbom.relationships.filter(({ from, to }) => !gone.has(from) && !gone.has(to)),
      ...added.map(({ id }) => ({ from: main, type: "CONTAINS", to: id })),
    ],
  };
}

function spdxId(path: string): string {
  return `SPDXRef-File-${createHash("sha256").update(path).digest("hex").slice(0, 32)}`;
}

function restateProvenance(files: Files): void {
  const subjects = upTo(files, 1).map(({ path, sha256, sha512 }) => ({
    name: path,
    digest: { sha256, sha512 },
  }));
  rewrite(files, ".provenance.intoto.json", parseProvenance, (value) =>
    writeProvenance({ ...value, subjects }),
  );
}

function restateManifest(files: Files): void {
  const listed = upTo(files, 2);
  rewrite(files, MANIFEST_FILE, parseManifest, (manifest) => {
    const known = new Map(manifest.artifacts.map((artifact) => [artifact.path, artifact]));
    const artifacts = listed.map(({ path, sizeBytes, mode, sha256, sha512 }) => {
      const { kind, ...others } = known.get(path) ?? { kind: "file" as const };
      const facts = known.get(path)?.sha256 === sha256 ? {} : factsOf(kind, files.get(path)?.bytes);
      return { ...others, ...facts, path, kind, sizeBytes, mode, sha256, sha512 };
    });
    return writeManifest({ ...manifest, artifacts });
  });
}

/** Of a binary that was exchanged: a maker records what it packs. */
function factsOf(kind: ArtifactKind, bytes: Uint8Array | undefined): Pick<Artifact, "binary"> {
  if ((kind !== "go-binary" && kind !== "binary") || bytes === undefined) return {};
  const facts = inspectBinary(bytes);
  return facts?.ok === true ? { binary: recordedFacts(facts.facts) } : {};
}

/** A manifest that cannot be read any more has no rendering: the old page stays. */
function restatePage(files: Files): void {
  const manifest = parseManifest(MANIFEST_FILE, files.get(MANIFEST_FILE)?.bytes ?? new Uint8Array());
  if (!manifest.ok || !files.has(MANIFEST_MARKDOWN_FILE)) return;
  files.set(MANIFEST_MARKDOWN_FILE, {
    mode: 0o644,
    bytes: Buffer.from(renderEvidence(manifest.value), "utf8"),
  });
}

function restateChecksums(files: Files): void {
  const lines = upTo(files, 4);
  if (files.has(CHECKSUMS_FILE)) files.set(CHECKSUMS_FILE, { mode: 0o644, bytes: writeChecksums(lines) });
}
