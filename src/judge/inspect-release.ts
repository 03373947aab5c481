import { fileDigests } from "../crypto/digest.ts";
import { inspectBinary } from "../formats/binary.ts";
import { parseBootstrap } from "../formats/bootstrap.ts";
import { parseChecksums } from "../formats/checksums.ts";
import { parseGoModules } from "../formats/go-modules.ts";
import { parseInstallers } from "../formats/installers.ts";
import { parseManifest } from "../formats/manifest.ts";
import { parseReproducibility } from "../formats/reproducibility.ts";
import { parseProvenance } from "../formats/slsa.ts";
import { parseSpdx2 } from "../formats/spdx2.ts";
import type { BinaryFacts } from "../model/binary.ts";
import type { Sighting } from "../model/check.ts";
import type { ContainerEntry } from "../model/container.ts";
import {
  BOOTSTRAP_FILE,
  CHECKSUMS_FILE,
  GO_MODULES_FILE,
  MANIFEST_FILE,
  MANIFEST_MARKDOWN_FILE,
} from "../model/layers.ts";
import { MAX_DOCUMENT_BYTES } from "../model/limits.ts";
import { broken, parsed, type Parsed } from "../model/parsed.ts";
import type { InspectedFile, Release, ReleaseDocuments } from "../model/release.ts";
import type { JudgedContainer } from "./open-container.ts";

/** An inspected package, and the raw bytes of its documents (never of its binaries, which can be large). */
export interface Inspection {
  readonly release: Release;
  readonly documentBytes: ReadonlyMap<string, Uint8Array>;
}

export type InspectionResult =
  | { readonly ok: true; readonly inspection: Inspection }
  | { readonly ok: false; readonly sightings: readonly Sighting[] };

/**
 * Reads every file once: hashes it, takes its facts, and keeps the bytes only of what may be a document. Stops at the
 * first file whose data is damaged.
 */
export function inspectRelease(container: JudgedContainer): InspectionResult {
  const documentBytes = new Map<string, Uint8Array>();
  const files = new Map<string, InspectedFile>();
  for (const entry of container.entries) {
    const reading = container.tryRead(entry.path);
    if (!reading.ok) return { ok: false, sightings: [reading.sighting] };
    files.set(entry.path, inspectFile(entry, reading.bytes));
    if (isDocument(entry)) documentBytes.set(entry.path, reading.bytes);
  }
  const documents = new DocumentShelf(documentBytes);
  const release = {
    kind: container.kind,
    top: container.top,
    zip: container.zip,
    files,
    documents: readDocuments(documents),
    manifestSha256: files.get(MANIFEST_FILE)?.sha256 ?? "",
    evidenceMarkdown: documents.read(MANIFEST_MARKDOWN_FILE, readText),
  };
  return { ok: true, inspection: { release, documentBytes } };
}

function inspectFile(entry: ContainerEntry, bytes: Uint8Array): InspectedFile {
  const binary = binaryFacts(entry.path, bytes);
  const { path, mode } = entry;
  const facts = { path, mode, sizeBytes: bytes.byteLength, ...fileDigests(bytes) };
  return binary === undefined ? facts : { ...facts, binary };
}

function binaryFacts(path: string, bytes: Uint8Array): Parsed<BinaryFacts> | undefined {
  const facts = inspectBinary(bytes);
  if (facts === undefined) return undefined;
  return facts.ok ? parsed(path, facts.facts) : broken(path, facts.reason);
}

/** Documents stand at the top of the package (trust-spec section 1) and are small. */
function isDocument({ path, sizeBytes }: ContainerEntry): boolean {
  return !path.includes("/") && sizeBytes <= MAX_DOCUMENT_BYTES && /\.(?:json|txt|md)$/.test(path);
}

function readText(at: string, bytes: Uint8Array): Parsed<string> {
  return parsed(at, Buffer.from(bytes).toString("utf8"));
}

function readDocuments(shelf: DocumentShelf): ReleaseDocuments {
  return {
    checksums: shelf.read(CHECKSUMS_FILE, parseChecksums),
    manifest: shelf.read(MANIFEST_FILE, parseManifest),
    sbom: shelf.readBySuffix(".sbom.spdx.json", parseSpdx2),
    provenance: shelf.readBySuffix(".provenance.intoto.json", parseProvenance),
    installers: shelf.readBySuffix(".installers.json", parseInstallers),
    reproducibility: shelf.readBySuffix(".reproducibility.json", parseReproducibility),
    goModules: shelf.read(GO_MODULES_FILE, parseGoModules),
    bootstrap: shelf.read(BOOTSTRAP_FILE, parseBootstrap),
  };
}

type Reader<T> = (at: string, bytes: Uint8Array) => Parsed<T>;

class DocumentShelf {
  readonly #bytes: ReadonlyMap<string, Uint8Array>;

  constructor(bytes: ReadonlyMap<string, Uint8Array>) {
    this.#bytes = bytes;
  }

  read<T>(path: string, reader: Reader<T>): Parsed<T> {
    const bytes = this.#bytes.get(path);
    return bytes === undefined ? broken(path, "is missing") : reader(path, bytes);
  }

  /** Files named after the product: exactly one of each kind may exist. */
  readBySuffix<T>(suffix: string, reader: Reader<T>): Parsed<T> {
    const [path, second] = [...this.#bytes.keys()].filter((candidate) => candidate.endsWith(suffix));
    if (path === undefined) return broken(`<product>${suffix}`, "is missing");
    if (second !== undefined) return broken(second, `is a second file of the kind ${suffix}`);
    return this.read(path, reader);
  }
}
