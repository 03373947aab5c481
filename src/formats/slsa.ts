import type { Provenance, ResolvedDependency } from "../model/documents.ts";
import { MAX_ENTRIES } from "../model/limits.ts";
import type { Parsed } from "../model/parsed.ts";
import { PROVENANCE_PREDICATE_TYPE, type Subject } from "../model/release-statement.ts";
import {
  ascending,
  epochSeconds,
  inOrder,
  itself,
  packagePath,
  sha256,
  targetName,
  textSet,
  version,
  word,
} from "./field-shapes.ts";
import { statementJson, statementShape } from "./in-toto.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { parsePackagedDocument, writePackagedDocument, type DocumentFormat } from "./packaged-document.ts";
import { closed, mapOf, open, optional, shapeProblem, textLike, type Shape } from "./shape.ts";

const MAX_TARGETS = 256;
const MAX_DEPENDENCIES = 20_000;

const dependencyMembers = open({
  uri: word,
  name: word,
  digest: optional(mapOf(textLike(/^[0-9a-f]{40,128}$/, "lowercase hex digits"), { max: 8 })),
});
const dependency: Shape<ResolvedDependency> = (value, at) => {
  const { uri, name, digest } = dependencyMembers(value, at);
  if (digest?.size === 0) shapeProblem(`${at}.digest`, "must name at least one digest");
  return { uri, name, digest: digest ?? new Map() };
};
const uriOf = (item: ResolvedDependency): string => item.uri;
const nameOf = (item: Subject): string => item.name;

const predicate = open({
  buildDefinition: open({
    // Whether it is ours is for the check to say, which names it.
    buildType: word,
    // SLSA v1, verifying: what the builder does not know of, the user of the artifact must not accept.
    externalParameters: closed({ config: closed({ sha256 }), ref: word, repository: word, version }),
    internalParameters: open({ sourceDateEpoch: epochSeconds, targets: textSet(targetName, MAX_TARGETS) }),
    resolvedDependencies: ascending(dependency, uriOf, { min: 1, max: MAX_DEPENDENCIES }),
  }),
  runDetails: open({ builder: open({ id: word }) }),
});

const statement = statementShape(PROVENANCE_PREDICATE_TYPE, {
  subjectName: packagePath,
  subjects: { min: 1, max: MAX_ENTRIES },
  predicate,
});

const shape: Shape<Provenance> = (value, at) => {
  const { subjects, predicate: fields } = statement(value, at);
  const { buildType, externalParameters, internalParameters, resolvedDependencies } = fields.buildDefinition;
  if (inOrder(subjects, nameOf).some((subject, index) => subject !== subjects[index])) {
    shapeProblem("subject", "is not in ascending order of names");
  }
  return {
    subjects,
    buildType,
    builderId: fields.runDetails.builder.id,
    version: externalParameters.version,
    configSha256: externalParameters.config.sha256,
    source: { repository: externalParameters.repository, ref: externalParameters.ref },
    sourceDateEpoch: internalParameters.sourceDateEpoch,
    targets: internalParameters.targets,
    dependencies: resolvedDependencies,
  };
};

const format: DocumentFormat<Provenance> = { shape, toJson };

/**
 * `<product>.provenance.intoto.json`: SLSA v1 provenance as a bare in-toto statement in packaged JSON. No wall clock
 * (startedOn, finishedOn) and no invocation id: the bytes are a function of source, config and toolchain.
 */
export function writeProvenance(provenance: Provenance): Uint8Array {
  return writePackagedDocument(format, provenance);
}

export function parseProvenance(at: string, bytes: Uint8Array, maxBytes?: number): Parsed<Provenance> {
  return parsePackagedDocument(format, at, bytes, maxBytes);
}

function toJson(provenance: Provenance): JsonValue {
  const definition: JsonObject = {
    buildType: provenance.buildType,
    // Flat and by these names, as existing readers look for `version` and `ref`.
    externalParameters: {
      config: { sha256: provenance.configSha256 },
      ref: provenance.source.ref,
      repository: provenance.source.repository,
      version: provenance.version,
    },
    internalParameters: {
      sourceDateEpoch: provenance.sourceDateEpoch,
      targets: inOrder(provenance.targets, itself),
    },
    resolvedDependencies: inOrder(provenance.dependencies, uriOf).map(dependencyJson),
  };
  return statementJson(inOrder(provenance.subjects, nameOf), PROVENANCE_PREDICATE_TYPE, {
    buildDefinition: definition,
    runDetails: { builder: { id: provenance.builderId } },
  });
}

function dependencyJson({ uri, name, digest }: ResolvedDependency): JsonValue {
  return digest.size === 0 ? { uri, name } : { uri, name, digest: Object.fromEntries(digest) };
}
