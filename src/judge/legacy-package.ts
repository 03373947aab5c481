import { parseLegacyChecksums } from "../formats/checksums.ts";
import {
  parseLegacyBootstrap,
  parseLegacyDocument,
  parseLegacyProvenance,
  parseLegacySbom,
} from "../formats/legacy-documents.ts";
import { isLegacyEvidence, parseLegacyEvidence } from "../formats/legacy-evidence.ts";
import {
  BOOTSTRAP_FILE,
  CHECKSUMS_FILE,
  isLegacySignature,
  MANIFEST_FILE,
  MANIFEST_MARKDOWN_FILE,
} from "../model/layers.ts";
import { broken, valueOf, type Parsed } from "../model/parsed.ts";
import type { Policy } from "../model/policy.ts";
import type { Inspection } from "./inspect-release.ts";
import type { JudgedContainer } from "./open-container.ts";
import type { LegacyPackageStage, PackageStage } from "./stages.ts";

/** Written instead of signatures where there is no key. */
const UNSIGNED_NOTICE = "unsigned-dry-run-notice.json";

/** What the existing system's documents are called after the product's name, and their `schema_version`. */
const DOCUMENTS: ReadonlyMap<string, string> = new Map([
  [".installers.json", "cavra.go-runtime.installers.v1"],
  [".reproducibility.json", "cavra.go-runtime.reproducibility.v1"],
  [".endpoint-deployment.json", "cavra.go-runtime.endpoint-deployment.v1"],
  [".ci-runner-bundles.json", "cavra.go-runtime.ci-runner-bundles.v1"],
  [".channels.json", "cavra.go-runtime.channels.v1"],
  [".updater-policy.json", "cavra.go-runtime.updater-policy.v1"],
]);

/**
 * Whether the manifest in a container is one of the existing system, so that rules for its packages apply. One whose data
 * is damaged may be: that is told when it is read again, and not what kind of zip it lies in.
 */
export function holdsLegacyManifest(container: JudgedContainer, maxDocumentBytes: number): boolean {
  const entry = container.entries.find(({ path }) => path === MANIFEST_FILE);
  if (entry === undefined || entry.sizeBytes > maxDocumentBytes) return false;
  const reading = container.tryRead(MANIFEST_FILE);
  return !reading.ok || isLegacyEvidence(reading.bytes, maxDocumentBytes);
}

/** The package as one of the existing system; undefined when its manifest is none of that system. */
export function legacyPackageOf(
  { release, documentBytes, legacySignatures: signatures }: Inspection,
  policy: Policy,
): LegacyPackageStage | undefined {
  const { documentBytes: maxBytes } = policy.limits;
  const manifest = documentBytes.get(MANIFEST_FILE);
  if (manifest === undefined || !isLegacyEvidence(manifest, maxBytes)) return undefined;
  const read = <T>(path: string | undefined, kind: string, parse: Reader<T>): Parsed<T> => {
    const file = path === undefined ? undefined : release.files.get(path);
    if (file === undefined) return broken(path ?? kind, "is missing");
    const bytes = documentBytes.get(file.path);
    return bytes === undefined
      ? broken(file.path, `is ${file.sizeBytes} bytes; the limit is ${maxBytes} (limit document-size)`)
      : parse(file.path, bytes, maxBytes);
  };
  const names = [...release.files.keys()].filter((path) => !path.includes("/"));
  const bySuffix = <T>(suffix: string, parse: Reader<T>): Parsed<T> => {
    const [path, second] = names.filter((candidate) => candidate.endsWith(suffix));
    return second === undefined
      ? read(path, `<product>${suffix}`, parse)
      : broken(second, `is a second file of the kind ${suffix}`);
  };
  const list = read(CHECKSUMS_FILE, CHECKSUMS_FILE, parseLegacyChecksums);
  const listed = valueOf(list) ?? [];
  return {
    policy,
    top: release.top,
    files: release.files,
    list,
    evidence: read(MANIFEST_FILE, MANIFEST_FILE, parseLegacyEvidence),
    signatures,
    signable: new Set([...listed.map(({ path }) => path), CHECKSUMS_FILE, MANIFEST_FILE]),
    uncovered: [MANIFEST_MARKDOWN_FILE, ...(signatures.length === 0 ? [MANIFEST_FILE, UNSIGNED_NOTICE] : [])],
    documents: [...DOCUMENTS]
      .map(([suffix, schema]) => ({ schema, document: bySuffix(suffix, parseLegacyDocument) }))
      .filter(({ document }) => release.files.has(document.at)),
    bootstrap: read(BOOTSTRAP_FILE, BOOTSTRAP_FILE, parseLegacyBootstrap),
    provenance: bySuffix(".provenance.intoto.json", parseLegacyProvenance),
    sbom: bySuffix(".spdx.json", parseLegacySbom),
  };
}

type Reader<T> = (at: string, bytes: Uint8Array, maxBytes?: number) => Parsed<T>;

/**
 * The same package for the checks of files: what that system's list does not cover by its nature is left out of the
 * files, so that everything else must be listed.
 */
export function listedPart(
  { files, list, uncovered }: LegacyPackageStage,
  stage: PackageStage,
): PackageStage {
  const { release } = stage;
  const listed = new Set((valueOf(list) ?? []).map(({ path }) => path));
  const exempt = new Set([MANIFEST_FILE, ...uncovered]);
  const rest = [...files].filter(
    ([path]) => listed.has(path) || !(exempt.has(path) || isLegacySignature(path)),
  );
  const documents = { ...release.documents, checksums: list };
  return { ...stage, release: { ...release, files: new Map(rest), documents } };
}
