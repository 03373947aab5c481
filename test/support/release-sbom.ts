import {
  GO_AUTHORS,
  GO_LICENSE,
  goCpe,
  goLocation,
  moduleLocation,
  moduleSupplier,
} from "../../src/formats/go-origins.ts";
import { packageVerificationCode, spdxFileType } from "../../src/formats/spdx2.ts";
import type { SpdxContent } from "../../src/formats/spdx2-json.ts";
import type { SpdxPackage } from "../../src/model/documents.ts";
import {
  CHECKSUMS_FILE,
  MANIFEST_FILE,
  MANIFEST_MARKDOWN_FILE,
  provenanceFile,
  sbomFile,
  spdx3File,
} from "../../src/model/layers.ts";
import type { InspectedFile } from "../../src/model/release.ts";
import { FIXTURE_BINARIES, GO_VERSION, SYS_MODULE, TEXT_MODULE } from "./release-binaries.ts";
import { HEADER, PRODUCT, VERSION, ZIP_NAME } from "./release-documents.ts";

const CREATED = "2026-01-01T00:00:00Z";

const NO_FACTS = {
  cpe: "",
  swhid: "",
  supplier: "NOASSERTION",
  downloadLocation: "NOASSERTION",
  licenseDeclared: "NOASSERTION",
  licenseConcluded: "NOASSERTION",
  goSum: "",
  fileName: "",
  verificationCode: "",
  excludedFiles: [],
} as const;

/** An SBOM that links the modules and the standard library to every Go binary. */
export function sbomContent(files: readonly InspectedFile[]): SpdxContent {
  const modules = [SYS_MODULE, TEXT_MODULE].map(({ path, version, sum }, index): SpdxPackage => ({
    ...NO_FACTS,
    id: `SPDXRef-Module-${index}`,
    name: path,
    version,
    purl: `pkg:golang/${path}@${version}`,
    purpose: "LIBRARY",
    supplier: moduleSupplier(path),
    downloadLocation: moduleLocation({ path, version }),
    goSum: sum,
  }));
  const programs = new Set(FIXTURE_BINARIES.map(({ file }) => file.path));
  const goFiles = new Set(
    FIXTURE_BINARIES.filter(({ facts }) => facts.go !== undefined).map(({ file }) => file.path),
  );
  const spdxFiles = files.map(({ path, sha1, sha256, sha512 }, index) => ({
    id: `SPDXRef-File-${index}`,
    path,
    sha1,
    sha256,
    sha512,
    fileType: spdxFileType(path, programs.has(path)),
  }));
  const root = rootPackage(files);
  const linked = [...modules, LIBRARY];
  const linking = spdxFiles.filter(({ path }) => goFiles.has(path));
  return {
    name: `${PRODUCT}-${VERSION}`,
    created: CREATED,
    creators: ["Tool: cavra-0.1.0"],
    describes: [root.id],
    packages: [TOOLCHAIN, ...modules, root, SOURCE, LIBRARY],
    files: spdxFiles,
    relationships: [
      { from: "SPDXRef-DOCUMENT", type: "DESCRIBES", to: root.id },
      ...spdxFiles.map(({ id }) => ({ from: root.id, type: "CONTAINS", to: id })),
      ...linked.map(({ id: to }) => ({ from: root.id, type: "DEPENDS_ON", to })),
      ...linking.flatMap(({ id: from }) => [
        ...linked.flatMap(({ id: to }) => [
          { from, type: "STATIC_LINK", to },
          { from, type: "DEPENDS_ON", to },
        ]),
        { from, type: "GENERATED_FROM", to: SOURCE.id },
        { from: TOOLCHAIN.id, type: "BUILD_TOOL_OF", to: from },
      ]),
    ],
  };
}

const GO_FACTS = {
  ...NO_FACTS,
  version: GO_VERSION,
  supplier: GO_AUTHORS,
  downloadLocation: goLocation(GO_VERSION),
  licenseDeclared: GO_LICENSE,
  licenseConcluded: GO_LICENSE,
} as const;

const LIBRARY: SpdxPackage = {
  ...GO_FACTS,
  id: "SPDXRef-Stdlib",
  name: "stdlib",
  purl: "pkg:golang/stdlib@1.26.8",
  cpe: goCpe(GO_VERSION),
  purpose: "LIBRARY",
};

const TOOLCHAIN: SpdxPackage = {
  ...GO_FACTS,
  id: "SPDXRef-Go",
  name: "go",
  purl: "pkg:generic/go@1.26.8",
  purpose: "APPLICATION",
};

const SOURCE: SpdxPackage = {
  ...NO_FACTS,
  id: "SPDXRef-Source",
  name: `${PRODUCT}-source`,
  version: HEADER.commit,
  purl: "",
  swhid: `swh:1:rev:${HEADER.commit}`,
  purpose: "SOURCE",
  downloadLocation: `git+${HEADER.repository}@${HEADER.commit}`,
};

function rootPackage(files: readonly InspectedFile[]): SpdxPackage {
  return {
    ...NO_FACTS,
    id: "SPDXRef-Package",
    name: PRODUCT,
    version: VERSION,
    purl: `pkg:generic/${PRODUCT}@${VERSION}`,
    purpose: "APPLICATION",
    fileName: ZIP_NAME,
    verificationCode: packageVerificationCode(files),
    excludedFiles: [
      sbomFile(PRODUCT),
      spdx3File(PRODUCT),
      provenanceFile(PRODUCT),
      CHECKSUMS_FILE,
      MANIFEST_FILE,
      MANIFEST_MARKDOWN_FILE,
    ].sort(),
  };
}
