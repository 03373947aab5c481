import type {
  LegacyBootstrap,
  LegacyClaim,
  LegacyDocument,
  LegacyProvenance,
  LegacySbom,
} from "../model/legacy-package.ts";
import { MAX_ENTRIES } from "../model/limits.ts";
import type { Parsed } from "../model/parsed.ts";
import { IN_TOTO_STATEMENT_TYPE, PROVENANCE_PREDICATE_TYPE } from "../model/release-statement.ts";
import { packagePath, segment, sentence, sha256, targetName, word } from "./field-shapes.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { parseLegacyJson } from "./legacy-evidence.ts";
import { list, memberPlace, oneOf, open, optional, readShape, text, type Shape } from "./shape.ts";

const MAX_TARGETS = 256;
const MAX_DEPENDENCIES = 4096;
const MAX_PACKAGES = 65_536;

/** The pairs of members by which these documents name a file and its digest. */
const CLAIMS = [
  ["binary", "binary_sha256"],
  ["runtime_binary", "runtime_binary_sha256"],
  ["path", "sha256"],
] as const;
const SIZES = ["size_bytes", "size"] as const;

const targets = list(targetName, { max: MAX_TARGETS });
const header = open({
  schema_version: word,
  version: word,
  commit: optional(word),
  go_targets: optional(targets),
  binaries: optional(list(open({ target: targetName }), { max: MAX_TARGETS })),
});

const documentShape: Shape<LegacyDocument> = (value, at) => {
  const fields = header(value, at);
  const { go_targets: declared, binaries } = fields;
  return {
    schema: fields.schema_version,
    version: fields.version,
    commit: fields.commit ?? null,
    claims: claimsIn(value, at),
    targets:
      declared === undefined || binaries === undefined
        ? null
        : { declared, built: binaries.map(({ target }) => target) },
  };
};

/** Every file that a document names together with a digest, wherever it does. */
function claimsIn(value: JsonValue, at: string): readonly LegacyClaim[] {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).flatMap((item, index) => claimsIn(item, `${at}[${index}]`));
  }
  if (typeof value !== "object" || value === null) return [];
  const object = value as JsonObject;
  const own = CLAIMS.flatMap(([path, digest]) =>
    Object.hasOwn(object, path) && Object.hasOwn(object, digest) ? [claimOf(object, at, path, digest)] : [],
  );
  const below = Object.entries(object).flatMap(([name, member]) => claimsIn(member, memberPlace(at, name)));
  return [...own, ...below];
}

function claimOf(object: JsonObject, at: string, path: string, digest: string): LegacyClaim {
  const read = open({ [path]: packagePath, [digest]: sha256 })(object, at);
  const size = SIZES.map((name) => (Object.hasOwn(object, name) ? object[name] : undefined)).find(
    (found) => typeof found === "number",
  );
  return {
    member: at,
    path: read[path] ?? "",
    sha256: read[digest] ?? "",
    sizeBytes: typeof size === "number" ? size : null,
  };
}

const bootstrapMembers = open({
  mode: oneOf("air_gapped"),
  release_package: segment,
  signature_key_id: sentence,
  required_files: list(packagePath, { min: 1, max: MAX_ENTRIES }),
});

const bootstrapShape: Shape<LegacyBootstrap> = (value, at) => {
  const fields = bootstrapMembers(value, at);
  return {
    ...documentShape(value, at),
    releasePackage: fields.release_package,
    keyLabel: fields.signature_key_id,
    requiredFiles: fields.required_files,
  };
};

const dependency = open({ digest: open({ gitCommit: word }) });
const provenanceMembers = open({
  _type: oneOf(IN_TOTO_STATEMENT_TYPE),
  predicateType: oneOf(PROVENANCE_PREDICATE_TYPE),
  subject: list(open({ name: packagePath, digest: open({ sha256 }) }), { min: 1, max: MAX_ENTRIES }),
  predicate: open({
    buildDefinition: open({
      buildType: word,
      externalParameters: open({ version: word, ref: word }),
      internalParameters: open({ go_targets: optional(targets) }),
      resolvedDependencies: list(dependency, { max: MAX_DEPENDENCIES }),
    }),
    runDetails: open({
      builder: open({ id: word }),
      metadata: open({ invocationId: word }),
    }),
  }),
});

const provenanceShape: Shape<LegacyProvenance> = (value, at) => {
  const { subject, predicate } = provenanceMembers(value, at);
  const { buildDefinition, runDetails } = predicate;
  return {
    subjects: subject.map(({ name, digest }) => ({ path: name, sha256: digest.sha256 })),
    version: buildDefinition.externalParameters.version,
    ref: buildDefinition.externalParameters.ref,
    commits: buildDefinition.resolvedDependencies.map(({ digest }) => digest.gitCommit),
    builderId: runDetails.builder.id,
    invocationId: runDetails.metadata.invocationId,
    targets: buildDefinition.internalParameters.go_targets ?? [],
  };
};

const sbomMembers = open({
  spdxVersion: oneOf("SPDX-2.3"),
  documentNamespace: word,
  packages: list(open({ name: text, versionInfo: optional(text) }), { min: 1, max: MAX_PACKAGES }),
});

const sbomShape: Shape<LegacySbom> = (value, at) => {
  const { documentNamespace, packages } = sbomMembers(value, at);
  const names = packages.map(({ name, versionInfo }) => `${name} ${versionInfo ?? ""}`);
  return { namespace: documentNamespace, packages: new Set(names) };
};

type Reader<T> = (at: string, bytes: Uint8Array, maxBytes?: number) => Parsed<T>;

function reader<T>(shape: Shape<T>): Reader<T> {
  return (at, bytes, maxBytes) => readShape(parseLegacyJson(at, bytes, maxBytes), shape);
}

/** Documents of the existing system: strict about the types of what is read, other members are left unread. */
export const parseLegacyDocument: Reader<LegacyDocument> = reader(documentShape);
export const parseLegacyBootstrap: Reader<LegacyBootstrap> = reader(bootstrapShape);
export const parseLegacyProvenance: Reader<LegacyProvenance> = reader(provenanceShape);
export const parseLegacySbom: Reader<LegacySbom> = reader(sbomShape);
