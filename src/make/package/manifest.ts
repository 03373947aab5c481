import { recordedFacts } from "../../formats/recorded-binary.ts";
import { provenControls, RELEASE_CONTROLS } from "../../model/controls.ts";
import type { ReproducibleBinary } from "../../model/documents.ts";
import { CHECKSUMS_FILE, MANIFEST_FILE } from "../../model/layers.ts";
import type { Artifact, Manifest } from "../../model/manifest.ts";
import type { ListedFile, PackageInput } from "./package-input.ts";

/** `files` are exactly L0 + L1 + L2. */
export function manifestOf(
  input: PackageInput,
  files: readonly ListedFile[],
  binaries: readonly ReproducibleBinary[],
): Manifest {
  const paths = new Set([...files.map((file) => file.path), MANIFEST_FILE, CHECKSUMS_FILE]);
  const { product, component, line, channel, version, releaseCounter, previous, source, sourceDateEpoch } =
    input;
  return {
    product,
    component,
    package: input.package,
    line,
    channel,
    version,
    releaseCounter,
    previous,
    source,
    sourceDateEpoch,
    expires: input.expires,
    dryRun: input.dryRun,
    targets: input.targets,
    artifacts: files.map(artifactOf),
    controls: provenControls(RELEASE_CONTROLS, { product, paths, targets: input.targets, binaries }),
    zipName: input.zipName,
    zip: input.zip,
    configSha256: input.configSha256,
    builderId: input.builderId,
    tool: input.tool,
  };
}

function artifactOf(file: ListedFile): Artifact {
  const { path, kind, sizeBytes, mode, sha256, sha512, target, binary } = file;
  const isRecorded = (kind === "go-binary" || kind === "binary") && binary !== null;
  return {
    path,
    kind,
    sizeBytes,
    mode,
    sha256,
    sha512,
    ...(target === null ? {} : { target }),
    ...(isRecorded ? { binary: recordedFacts(binary) } : {}),
  };
}
