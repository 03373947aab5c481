import { layerOf } from "../model/layers.ts";
import { MAX_ENTRIES, MAX_RAISED_ENTRY_BYTES } from "../model/limits.ts";
import { ARTIFACT_KINDS, MANIFEST_SCHEMA, type Artifact, type Manifest } from "../model/manifest.ts";
import type { Parsed } from "../model/parsed.ts";
import { ZIP_PROFILE } from "../model/release-statement.ts";
import {
  ascending,
  channelName,
  commit,
  controlId,
  epochSeconds,
  inOrder,
  itself,
  lineName,
  packagePath,
  packageStem,
  productName,
  segment,
  sentence,
  sha256,
  sha512,
  targetName,
  textSet,
  timeSeconds,
  version,
  word,
} from "./field-shapes.ts";
import type { JsonValue } from "./json.ts";
import { recordedBinary, recordedBinaryJson } from "./recorded-binary.ts";
import { parsePackagedDocument, writePackagedDocument, type DocumentFormat } from "./packaged-document.ts";
import {
  boolean,
  integer,
  nullable,
  oneOf,
  open,
  optional,
  shapeProblem,
  textLike,
  type Shape,
} from "./shape.ts";
import { formatUtcTime } from "./utc-time.ts";

const MAX_TARGETS = 256;
const MAX_CONTROLS = 64;

const artifactPath: Shape<string> = (value, at) => {
  const path = packagePath(value, at);
  return layerOf(path) <= 2 ? path : shapeProblem(at, "names a file that is made after the manifest");
};
const artifactMembers = open({
  relative_path: artifactPath,
  kind: oneOf(...ARTIFACT_KINDS),
  size_bytes: integer(0, MAX_RAISED_ENTRY_BYTES),
  mode: oneOf("0644", "0755"),
  sha256,
  sha512,
  target: optional(targetName),
  binary: optional(recordedBinary),
});
const artifact: Shape<Artifact> = (value, at) => {
  const fields = artifactMembers(value, at);
  return {
    path: fields.relative_path,
    kind: fields.kind,
    sizeBytes: fields.size_bytes,
    mode: fields.mode === "0755" ? 0o755 : 0o644,
    sha256: fields.sha256,
    sha512: fields.sha512,
    ...(fields.target === undefined ? {} : { target: fields.target }),
    ...(fields.binary === undefined ? {} : { binary: fields.binary }),
  };
};
const pathOf = (item: Artifact): string => item.path;

const zip = open({
  profile: oneOf(ZIP_PROFILE),
  method: oneOf("deflate", "store"),
  codec: word,
  level: integer(0, 9),
  codec_sha256: textLike(/^(?:[0-9a-f]{64})?$/, "64 lowercase hex digits, or empty"),
});
const members = open({
  product: productName,
  component: sentence,
  package: packageStem,
  line: lineName,
  channel: channelName,
  version,
  release_counter: integer(1),
  previous: nullable(open({ version, manifest_sha256: sha256 })),
  commit,
  ref: word,
  repository: word,
  source_date_epoch: epochSeconds,
  expires: nullable(timeSeconds),
  dry_run: boolean,
  targets: textSet(targetName, MAX_TARGETS),
  artifacts: ascending(artifact, pathOf, { min: 1, max: MAX_ENTRIES }),
  controls: textSet(controlId, MAX_CONTROLS),
  release_package: segment,
  zip,
  config_sha256: sha256,
  builder_id: word,
  tool: sentence,
});

const shape: Shape<Manifest> = (value, at) => {
  const fields = members(value, at);
  const { previous } = fields;
  return {
    product: fields.product,
    component: fields.component,
    package: fields.package,
    line: fields.line,
    channel: fields.channel,
    version: fields.version,
    releaseCounter: fields.release_counter,
    previous:
      previous === null ? null : { version: previous.version, manifestSha256: previous.manifest_sha256 },
    source: { repository: fields.repository, commit: fields.commit, ref: fields.ref },
    sourceDateEpoch: fields.source_date_epoch,
    expires: fields.expires,
    dryRun: fields.dry_run,
    targets: fields.targets,
    artifacts: fields.artifacts,
    controls: fields.controls,
    zipName: fields.release_package,
    zip: {
      profile: fields.zip.profile,
      method: fields.zip.method,
      codec: fields.zip.codec,
      level: fields.zip.level,
      codecSha256: fields.zip.codec_sha256,
    },
    configSha256: fields.config_sha256,
    builderId: fields.builder_id,
    tool: fields.tool,
  };
};

const format: DocumentFormat<Manifest> = { shape, toJson };

/** release-evidence.json: packaged JSON (trust-spec sections 1 and 2), member names as existing readers know them. */
export function writeManifest(manifest: Manifest): Uint8Array {
  return writePackagedDocument(format, manifest);
}

export function parseManifest(at: string, bytes: Uint8Array, maxBytes?: number): Parsed<Manifest> {
  return parsePackagedDocument(format, at, bytes, maxBytes);
}

function toJson(manifest: Manifest): JsonValue {
  const { previous, source } = manifest;
  return {
    schema_version: MANIFEST_SCHEMA,
    event: "release",
    // Existing readers know these two. It must be signed to be of use; what is signed inside, in legacy mode, lies above.
    signing_required: true,
    signature_count: 0,
    product: manifest.product,
    component: manifest.component,
    package: manifest.package,
    line: manifest.line,
    channel: manifest.channel,
    version: manifest.version,
    release_counter: manifest.releaseCounter,
    previous:
      previous === null ? null : { version: previous.version, manifest_sha256: previous.manifestSha256 },
    commit: source.commit,
    ref: source.ref,
    repository: source.repository,
    source_date_epoch: manifest.sourceDateEpoch,
    created_at: formatUtcTime(manifest.sourceDateEpoch),
    expires: manifest.expires,
    dry_run: manifest.dryRun,
    targets: inOrder(manifest.targets, itself),
    artifacts: inOrder(manifest.artifacts, pathOf).map(artifactJson),
    controls: inOrder(manifest.controls, itself),
    release_package: manifest.zipName,
    zip: {
      profile: manifest.zip.profile,
      method: manifest.zip.method,
      codec: manifest.zip.codec,
      level: manifest.zip.level,
      codec_sha256: manifest.zip.codecSha256,
    },
    config_sha256: manifest.configSha256,
    builder_id: manifest.builderId,
    tool: manifest.tool,
  };
}

function artifactJson(item: Artifact): JsonValue {
  return {
    relative_path: item.path,
    kind: item.kind,
    size_bytes: item.sizeBytes,
    mode: item.mode === 0o755 ? "0755" : "0644",
    sha256: item.sha256,
    sha512: item.sha512,
    ...(item.target === undefined ? {} : { target: item.target }),
    ...(item.binary === undefined ? {} : { binary: recordedBinaryJson(item.binary) }),
  };
}
