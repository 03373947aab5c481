import { fileDigests } from "../../crypto/digest.ts";
import { parseBootstrap, writeBootstrap } from "../../formats/bootstrap.ts";
import { parseChecksums, writeChecksums } from "../../formats/checksums.ts";
import { renderEvidence } from "../../formats/evidence-markdown.ts";
import { parseGoModules, writeGoModules } from "../../formats/go-modules.ts";
import { parseInstallers, writeInstallers } from "../../formats/installers.ts";
import { parseManifest, writeManifest } from "../../formats/manifest.ts";
import { parseReproducibility, writeReproducibility } from "../../formats/reproducibility.ts";
import { parseProvenance, writeProvenance } from "../../formats/slsa.ts";
import { parseSpdx2, writeSpdx2 } from "../../formats/spdx2.ts";
import { writeSpdx3 } from "../../formats/spdx3.ts";
import { Failure } from "../../model/failure.ts";
import {
  BOOTSTRAP_FILE,
  CHECKSUMS_FILE,
  GO_MODULES_FILE,
  installersFile,
  laterFiles,
  layerOf,
  legacySignatureFile,
  MANIFEST_FILE,
  MANIFEST_MARKDOWN_FILE,
  provenanceFile,
  reproducibilityFile,
  sbomFile,
  spdx3File,
  takesLegacySignature,
} from "../../model/layers.ts";
import { MAX_ENVELOPE_BYTES, MAX_SIGNATURES } from "../../model/limits.ts";
import type { ArtifactKind } from "../../model/manifest.ts";
import type { Parsed } from "../../model/parsed.ts";
import { provenanceOf } from "../attest/provenance.ts";
import { sbomOf } from "../attest/sbom.ts";
import { bootstrapOf } from "./bootstrap.ts";
import { installersOf } from "./installers.ts";
import { goModulesOf } from "./linked-modules.ts";
import { manifestOf } from "./manifest.ts";
import { signedDocuments, type LegacySignatures } from "./legacy-signatures.ts";
import type { PackageDocument } from "./package-document.ts";
import type { ListedFile, PackageInput } from "./package-input.ts";
import { reproducibilityOf } from "./reproducibility.ts";

interface ListedDocument extends PackageDocument {
  readonly kind: ArtifactKind;
}

/**
 * Every document of a package in the order of the layers, each made from those below it (trust-spec section 1): what
 * belongs to L0 (installers, reproducibility, go-modules, bootstrap), SBOM, provenance, manifest, its rendering, in
 * legacy mode a signature over each file so far, and checksums.txt. Pure: the same input gives the same bytes. Throws Failure "config" when a file has the name of a
 * document or there are too many files, "build" when binaries disagree on a module, "refused" when a document would not be read back by the parser
 * that judges it.
 */
export function makeDocuments(input: PackageInput, legacy?: LegacySignatures): readonly PackageDocument[] {
  const bottom = bottomDocuments(input);
  demandFreeNames(input, bottom);
  const layer0: readonly ListedFile[] = [...input.files, ...bottom.map(listed)];
  const sboms = sbomDocuments(input, layer0, legacy === undefined ? [] : signedNames(input.product, layer0));
  const layer1 = [...layer0, ...sboms.map(listed)];
  const provenance = provenanceDocument(input, layer1);
  const layer2 = [...layer1, listed(provenance)];
  const top = topDocuments(input, layer2);
  const documents = [...bottom, ...sboms, provenance, ...top];
  const signatures = legacy === undefined ? [] : signaturesOver(documents, legacy);
  const below = [...top, ...signatures].map(({ path, bytes }) => ({ path, ...fileDigests(bytes) }));
  const checksums = writeChecksums([...layer2, ...below]);
  return [
    ...documents,
    ...signatures,
    { path: CHECKSUMS_FILE, bytes: readable(parseChecksums, CHECKSUMS_FILE, checksums) },
  ];
}

/** Known before any of them is made, for the SBOM that they sign too. */
function signedNames(product: string, layer0: readonly ListedFile[]): readonly string[] {
  const paths = [...layer0.map(({ path }) => path), ...laterFiles(product)].filter(takesLegacySignature);
  return paths.map(legacySignatureFile);
}

function signaturesOver(
  documents: readonly PackageDocument[],
  { ofFiles, sign }: LegacySignatures,
): readonly PackageDocument[] {
  const signable = documents.filter(({ path }) => takesLegacySignature(path));
  return [...ofFiles, ...signedDocuments(signable, sign)];
}

function bottomDocuments(input: PackageInput): readonly ListedDocument[] {
  const { product } = input;
  const goModules = goModulesOf(input);
  const documents = [
    document(
      "installer-metadata",
      installersFile(product),
      parseInstallers,
      writeInstallers(installersOf(input)),
    ),
    document(
      "reproducibility-manifest",
      reproducibilityFile(product),
      parseReproducibility,
      writeReproducibility(reproducibilityOf(input)),
    ),
    ...(goModules === undefined
      ? []
      : [document("go-modules", GO_MODULES_FILE, parseGoModules, writeGoModules(goModules))]),
  ];
  const required = [...documents.map(({ path }) => path), BOOTSTRAP_FILE, ...laterFiles(product)];
  const bootstrap = writeBootstrap(bootstrapOf(input, required));
  return [...documents, document("offline-trust-bootstrap", BOOTSTRAP_FILE, parseBootstrap, bootstrap)];
}

/** A file of the product in a layer above L0 would be listed nowhere, or in the place of a document. */
function demandFreeNames(input: PackageInput, bottom: readonly PackageDocument[]): void {
  const taken = new Set(bottom.map(({ path }) => path));
  const clash = input.files.find(({ path }) => taken.has(path) || layerOf(path) !== 0);
  if (clash === undefined) return;
  throw new Failure("config", "a file has a name that is reserved for the documents of the package", {
    at: clash.path,
    hint: "give it another output path in the release config",
  });
}

/** The SBOM in SPDX 2.3, and in SPDX 3 as it follows from the first. */
function sbomDocuments(
  input: PackageInput,
  layer0: readonly ListedFile[],
  legacySignatures: readonly string[],
): readonly ListedDocument[] {
  const path = sbomFile(input.product);
  const sbom = document(
    "sbom",
    path,
    parseSpdx2,
    writeSpdx2(sbomOf(input, layer0, laterFiles(input.product, legacySignatures))),
  );
  const read = parseSpdx2(path, sbom.bytes);
  if (!read.ok) return [sbom];
  return [sbom, { kind: "sbom", path: spdx3File(input.product), bytes: writeSpdx3(read.value) }];
}

function provenanceDocument(input: PackageInput, layer1: readonly ListedFile[]): ListedDocument {
  const provenance = writeProvenance(provenanceOf(input, layer1));
  demandSignable(provenance);
  return document("slsa-provenance", provenanceFile(input.product), parseProvenance, provenance);
}

/** Base64 and all the signatures that it may carry still fit into an envelope (trust-spec section 2). */
const MAX_PROVENANCE_BYTES = Math.floor((MAX_ENVELOPE_BYTES * 3) / 4) - MAX_SIGNATURES * 256;

/** Told when the release is cut: its holders would only learn it when the second of them cannot sign. */
function demandSignable(provenance: Uint8Array): void {
  if (provenance.byteLength <= MAX_PROVENANCE_BYTES) return;
  throw new Failure("config", "the release has too many files: its provenance could not be signed", {
    expected: `a provenance of at most ${MAX_PROVENANCE_BYTES} bytes, some 2,500 files`,
    found: `${provenance.byteLength} bytes`,
    hint: "put many small files into one archive, and package that",
  });
}

function topDocuments(input: PackageInput, layer2: readonly ListedFile[]): readonly PackageDocument[] {
  const manifest = manifestOf(input, layer2, reproducibilityOf(input).binaries);
  const bytes = readable(parseManifest, MANIFEST_FILE, writeManifest(manifest));
  // Rendered from what was written: the lists of `manifest` are not yet in their order.
  const read = parseManifest(MANIFEST_FILE, bytes);
  const markdown = renderEvidence(read.ok ? read.value : manifest);
  return [
    { path: MANIFEST_FILE, bytes },
    { path: MANIFEST_MARKDOWN_FILE, bytes: Buffer.from(markdown, "utf8") },
  ];
}

type Parser = (at: string, bytes: Uint8Array) => Parsed<unknown>;

function document(kind: ArtifactKind, path: string, parse: Parser, bytes: Uint8Array): ListedDocument {
  return { kind, path, bytes: readable(parse, path, bytes) };
}

/** A release that its own verifier could not read is refused here, where the config can still be changed. */
function readable(parse: Parser, path: string, bytes: Uint8Array): Uint8Array {
  const read = parse(path, bytes);
  if (read.ok) return bytes;
  throw new Failure("refused", `${path} would not be readable: ${read.reason}`, {
    at: path,
    hint: "change the value in the release config, or the name of the branch, tag or file that it comes from",
  });
}

function listed({ path, kind, bytes }: ListedDocument): ListedFile {
  const sizeBytes = bytes.byteLength;
  return { path, kind, mode: 0o644, sizeBytes, target: null, binary: null, ...fileDigests(bytes) };
}
