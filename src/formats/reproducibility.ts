import { REPRODUCIBILITY_SCHEMA, type Reproducibility, type ReproducibleBinary } from "../model/documents.ts";
import { goFlags } from "../model/go-flags.ts";
import { MAX_ENTRIES, MAX_RAISED_ENTRY_BYTES } from "../model/limits.ts";
import type { Parsed } from "../model/parsed.ts";
import { headerJson, headerMembers, headerOf } from "./document-header.ts";
import {
  ascending,
  controlId,
  inOrder,
  itself,
  optionalSentence,
  packagePath,
  sentence,
  sha256,
  targetName,
  textSet,
} from "./field-shapes.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { parsePackagedDocument, writePackagedDocument, type DocumentFormat } from "./packaged-document.ts";
import {
  boolean,
  integer,
  list,
  mapOf,
  nullable,
  oneOf,
  open,
  shapeProblem,
  textLike,
  type Shape,
} from "./shape.ts";

const MAX_TARGETS = 256;
const MAX_WORDS = 1024;
const MAX_NOTES = 64;

const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const environmentValues = mapOf(optionalSentence, { max: MAX_WORDS });
const environment: Shape<ReadonlyMap<string, string>> = (value, at) => {
  const variables = environmentValues(value, at);
  for (const name of variables.keys()) {
    if (!ENVIRONMENT_NAME.test(name)) shapeProblem(at, "has a name that no environment variable can have");
  }
  return variables;
};

const binaryMembers = open({
  target: targetName,
  binary: packagePath,
  size: integer(0, MAX_RAISED_ENTRY_BYTES),
  binary_sha256: sha256,
  builder: oneOf("go", "prebuilt", "command"),
  toolchain: optionalSentence,
  module_dir: optionalSentence,
  environment,
  argv: list(optionalSentence, { max: MAX_WORDS }),
  rebuild_command: nullable(
    textLike(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,8000}$/u, "one line of 1 to 8000 characters"),
  ),
  origin_verified: boolean,
});
const binary: Shape<ReproducibleBinary> = (value, at) => {
  const fields = binaryMembers(value, at);
  return {
    target: fields.target,
    binary: fields.binary,
    sizeBytes: fields.size,
    sha256: fields.binary_sha256,
    builder: fields.builder,
    toolchain: fields.toolchain,
    moduleDir: fields.module_dir,
    environment: fields.environment,
    argv: fields.argv,
    rebuildCommand: fields.rebuild_command,
    originVerified: fields.origin_verified,
  };
};
const pathOf = (item: ReproducibleBinary): string => item.binary;

const members = open({
  ...headerMembers,
  go_targets: textSet(targetName, MAX_TARGETS),
  binaries: ascending(binary, pathOf, { max: MAX_ENTRIES }),
  controls: textSet(controlId, MAX_NOTES),
  operator_guidance: list(sentence, { max: MAX_NOTES }),
});

const format: DocumentFormat<Reproducibility> = {
  shape: (value, at) => {
    const fields = members(value, at);
    return {
      ...headerOf(fields),
      targets: fields.go_targets,
      binaries: fields.binaries,
      controls: fields.controls,
      operatorGuidance: fields.operator_guidance,
    };
  },
  toJson: (document) => ({
    ...headerJson(REPRODUCIBILITY_SCHEMA, document),
    ...goSummary(document.binaries),
    go_targets: inOrder(document.targets, itself),
    binaries: inOrder(document.binaries, pathOf).map(binaryJson),
    controls: inOrder(document.controls, itself),
    operator_guidance: document.operatorGuidance,
  }),
};

/** `<product>.reproducibility.json`: packaged JSON. */
export function writeReproducibility(document: Reproducibility): Uint8Array {
  return writePackagedDocument(format, document);
}

export function parseReproducibility(
  at: string,
  bytes: Uint8Array,
  maxBytes?: number,
): Parsed<Reproducibility> {
  return parsePackagedDocument(format, at, bytes, maxBytes);
}

/**
 * What every Go binary has in common, in the members that existing readers look at: `module_dir`, `build_environment`
 * with GOFLAGS made of the reproducibility flags wherever they were given, `build_flags.ldflags`. Absent without a Go
 * binary. Derived, so that the summary cannot say anything else than the binaries below it.
 */
function goSummary(binaries: readonly ReproducibleBinary[]): JsonObject {
  const builds = inOrder(binaries, pathOf).filter((item) => item.builder === "go");
  const [first] = builds;
  if (first === undefined) return {};
  const flags = shared(builds.map((item) => goFlags(item).flags)).filter((flag) =>
    REPRODUCIBILITY_FLAG.test(flag),
  );
  const cgo = shared(builds.map((item) => [item.environment.get("CGO_ENABLED") ?? ""]));
  const folders = shared(builds.map((item) => [item.moduleDir]));
  return {
    module_dir: folders[0] ?? "",
    build_environment: { CGO_ENABLED: cgo[0] ?? "", GOFLAGS: flags.join(" ") },
    build_flags: { ldflags: shared(builds.map((item) => goFlags(item).ldflags)) },
  };
}

const REPRODUCIBILITY_FLAG = /^-(?:trimpath|mod=[a-z]+|buildvcs=[a-z]+)$/;

/** The words that all lists have, in the order of the first, each once. */
function shared(lists: readonly (readonly string[])[]): readonly string[] {
  const [first, ...rest] = lists.map((words) => new Set(words));
  return [...(first ?? [])].filter((word) => rest.every((words) => words.has(word)));
}

function binaryJson(item: ReproducibleBinary): JsonValue {
  return {
    target: item.target,
    binary: item.binary,
    size: item.sizeBytes,
    binary_sha256: item.sha256,
    builder: item.builder,
    toolchain: item.toolchain,
    module_dir: item.moduleDir,
    environment: Object.fromEntries(item.environment),
    argv: item.argv,
    rebuild_command: item.rebuildCommand,
    origin_verified: item.originVerified,
  };
}
