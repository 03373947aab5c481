import { fileDigests, sha256Hex } from "../../src/crypto/digest.ts";
import { writeBootstrap } from "../../src/formats/bootstrap.ts";
import { writeChecksums } from "../../src/formats/checksums.ts";
import { comparePaths } from "../../src/formats/entry-names.ts";
import { renderEvidence } from "../../src/formats/evidence-markdown.ts";
import { writeGoModules } from "../../src/formats/go-modules.ts";
import { writeInstallers } from "../../src/formats/installers.ts";
import { writeManifest } from "../../src/formats/manifest.ts";
import { recordedFacts } from "../../src/formats/recorded-binary.ts";
import { writeReproducibility } from "../../src/formats/reproducibility.ts";
import { writeProvenance } from "../../src/formats/slsa.ts";
import { parseSpdx2, writeSpdx2 } from "../../src/formats/spdx2.ts";
import { writeSpdx3 } from "../../src/formats/spdx3.ts";
import type { PackageStage, ProvenanceSignature } from "../../src/judge/stages.ts";
import {
  BOOTSTRAP_FILE,
  CHECKSUMS_FILE,
  GO_MODULES_FILE,
  installersFile,
  MANIFEST_FILE,
  MANIFEST_MARKDOWN_FILE,
  provenanceFile,
  reproducibilityFile,
  sbomFile,
  spdx3File,
} from "../../src/model/layers.ts";
import type { Artifact, ArtifactKind, Manifest } from "../../src/model/manifest.ts";
import { parsed } from "../../src/model/parsed.ts";
import type { InspectedFile, Release } from "../../src/model/release.ts";
import { IN_TOTO_PAYLOAD_TYPE, type ReleaseStatement } from "../../src/model/release-statement.ts";
import { testPolicy } from "./policy.ts";
import { TEST_DATABASE } from "./vulnerabilities.ts";
import { FIXTURE_BINARIES } from "./release-binaries.ts";
import * as documents from "./release-documents.ts";
import { sbomContent } from "./release-sbom.ts";

const { PRODUCT, VERSION, ZIP_NAME } = documents;
export const FIXTURE_TOP = `agent-v${VERSION}`;

const LATER: ReadonlySet<string> = new Set([MANIFEST_FILE, MANIFEST_MARKDOWN_FILE, CHECKSUMS_FILE]);
const DOCUMENT_KINDS: ReadonlyMap<string, ArtifactKind> = new Map([
  [installersFile(PRODUCT), "installer-metadata"],
  [reproducibilityFile(PRODUCT), "reproducibility-manifest"],
  [GO_MODULES_FILE, "go-modules"],
  [BOOTSTRAP_FILE, "offline-trust-bootstrap"],
  [sbomFile(PRODUCT), "sbom"],
  [spdx3File(PRODUCT), "sbom"],
  [provenanceFile(PRODUCT), "slsa-provenance"],
]);

/** The bytes of the documents, as they would lie in the package. */
export const FIXTURE_BYTES: ReadonlyMap<string, Uint8Array> = new Map(Object.entries(packageBytes()));

/** A valid package with three targets, signed and complete; tests alter one thing of it at a time. */
export const VALID_STAGE: PackageStage = validStage();

function packageBytes(): Record<string, Uint8Array> {
  const layer0 = {
    LICENSE: Buffer.from("Apache License\n"),
    [installersFile(PRODUCT)]: writeInstallers(documents.INSTALLERS),
    [reproducibilityFile(PRODUCT)]: writeReproducibility(documents.REPRODUCIBILITY),
    [GO_MODULES_FILE]: writeGoModules(documents.GO_MODULES),
    [BOOTSTRAP_FILE]: writeBootstrap(documents.BOOTSTRAP),
  };
  const sbom = writeSpdx2(sbomContent(filesOf(layer0)));
  const read = parseSpdx2(sbomFile(PRODUCT), sbom);
  if (!read.ok) throw new Error(read.reason);
  const layer1 = { ...layer0, [sbomFile(PRODUCT)]: sbom, [spdx3File(PRODUCT)]: writeSpdx3(read.value) };
  const layer2 = {
    ...layer1,
    [provenanceFile(PRODUCT)]: writeProvenance(documents.provenanceOf(filesOf(layer1))),
  };
  const manifest = manifestOver(layer2);
  const layer4 = {
    ...layer2,
    [MANIFEST_FILE]: writeManifest(manifest),
    [MANIFEST_MARKDOWN_FILE]: Buffer.from(renderEvidence(manifest)),
  };
  return { ...layer4, [CHECKSUMS_FILE]: writeChecksums(filesOf(layer4)) };
}

/** The binaries and these documents, bytewise by path. */
function filesOf(bytes: Readonly<Record<string, Uint8Array>>): readonly InspectedFile[] {
  const documentFiles = Object.entries(bytes).map(([path, content]): InspectedFile => {
    return { path, mode: 0o644, sizeBytes: content.byteLength, ...fileDigests(content) };
  });
  const files = [...FIXTURE_BINARIES.map(({ file }) => file), ...documentFiles];
  return files.sort((a, b) => comparePaths(a.path, b.path));
}

function manifestOver(layer2: Readonly<Record<string, Uint8Array>>): Manifest {
  const files = filesOf(layer2);
  return documents.manifestOf(files.map(artifactOf), new Set([...files.map(({ path }) => path), ...LATER]));
}

function artifactOf({ path, mode, sizeBytes, sha256, sha512 }: InspectedFile): Artifact {
  const binary = FIXTURE_BINARIES.find(({ file }) => file.path === path);
  const kind = binary?.kind ?? DOCUMENT_KINDS.get(path) ?? "file";
  const artifact = { path, kind, sizeBytes, mode, sha256, sha512 };
  if (binary === undefined) return artifact;
  return { ...artifact, target: binary.target, binary: recordedFacts(binary.facts) };
}

function validStage(): PackageStage {
  const release = validRelease();
  return {
    policy: testPolicy({ vulnerabilities: { database: TEST_DATABASE, maxAgeDays: 30 } }),
    statement: statementOf(release),
    release,
    provenanceSignature: signatureOf(release),
    renderedEvidence: release.evidenceMarkdown.ok ? release.evidenceMarkdown.value : undefined,
  };
}

function validRelease(): Release {
  const files = filesOf(Object.fromEntries(FIXTURE_BYTES));
  const layer2 = Object.fromEntries([...FIXTURE_BYTES].filter(([path]) => !LATER.has(path)));
  const covered = files.filter(({ path }) => !LATER.has(path) && path !== provenanceFile(PRODUCT));
  const manifest = manifestOver(layer2);
  return {
    kind: "zip",
    top: FIXTURE_TOP,
    zip: { method: manifest.zip.method, modifiedEpochSeconds: manifest.sourceDateEpoch },
    files: new Map(files.map((file) => [file.path, file])),
    documents: {
      checksums: parsed(
        CHECKSUMS_FILE,
        files.filter(({ path }) => path !== CHECKSUMS_FILE).map(({ path, sha256 }) => ({ path, sha256 })),
      ),
      manifest: parsed(MANIFEST_FILE, manifest),
      sbom: parseSpdx2(sbomFile(PRODUCT), FIXTURE_BYTES.get(sbomFile(PRODUCT)) ?? new Uint8Array()),
      provenance: parsed(provenanceFile(PRODUCT), documents.provenanceOf(covered)),
      installers: parsed(installersFile(PRODUCT), documents.INSTALLERS),
      reproducibility: parsed(reproducibilityFile(PRODUCT), documents.REPRODUCIBILITY),
      goModules: parsed(GO_MODULES_FILE, documents.GO_MODULES),
      bootstrap: parsed(BOOTSTRAP_FILE, documents.BOOTSTRAP),
    },
    manifestSha256: files.find(({ path }) => path === MANIFEST_FILE)?.sha256 ?? "",
    evidenceMarkdown: parsed(MANIFEST_MARKDOWN_FILE, renderEvidence(manifest)),
  };
}

function statementOf({ documents: { manifest }, files, manifestSha256 }: Release): ReleaseStatement {
  const list = files.get(CHECKSUMS_FILE);
  if (!manifest.ok || list === undefined) throw new Error("the fixture has no manifest or no list");
  const { product, line, channel, version, releaseCounter, previous, sourceDateEpoch, expires } =
    manifest.value;
  return {
    zip: { name: ZIP_NAME, digest: { sha256: "1".repeat(64), sha512: "1".repeat(128) } },
    checksums: {
      name: `${FIXTURE_TOP}/${CHECKSUMS_FILE}`,
      digest: { sha256: list.sha256, sha512: list.sha512 },
    },
    predicate: {
      product,
      package: manifest.value.package,
      line,
      channel,
      version,
      releaseCounter,
      previous,
      manifestSha256,
      zipProfile: manifest.value.zip.profile,
      zipSizeBytes: 4096,
      sourceDateEpoch,
      expires,
      rootVersion: 1,
    },
  };
}

function signatureOf({ documents: { provenance } }: Release): ProvenanceSignature {
  const payload = FIXTURE_BYTES.get(provenance.at) ?? new Uint8Array();
  const keyId = sha256Hex(Buffer.from("builder key"));
  return {
    envelope: parsed("provenance.dsse.json", {
      payloadType: IN_TOTO_PAYLOAD_TYPE,
      payload,
      signatures: [{ keyid: keyId, sig: new Uint8Array(64) }],
    }),
    isEndorsed: false,
    keyless: [],
    builder: {
      id: documents.BUILDER_ID,
      maxBuildLevel: 1,
      result: {
        needed: 1,
        holders: ["Ada"],
        met: true,
        signers: [{ keyId, holder: "Ada", algorithm: "ed25519" }],
        invalid: [],
        disputed: [],
        notCounted: [],
        unknown: [],
      },
    },
  };
}
