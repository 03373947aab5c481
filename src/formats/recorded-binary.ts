import { type BinaryFacts, EXECUTABLE_FORMATS, type RecordedBinary } from "../model/binary.ts";
import type { JsonValue } from "./json.ts";
import { boolean, list, nullable, oneOf, open, type Shape, textLike } from "./shape.ts";

const MAX_TEXTS = 4096;
/** DefaultGODEBUG of an old module is about 1 KiB. Any character: it is what a binary says. */
const text = textLike(/^[^]{0,16384}$/u, "a text of at most 16384 characters");
const texts = list(text, { max: MAX_TEXTS });

const members = open({
  format: oneOf(...EXECUTABLE_FORMATS),
  arch: text,
  os: nullable(text),
  dynamic: boolean,
  interpreter: nullable(text),
  libraries: texts,
  position_independent: nullable(boolean),
  non_executable_data: nullable(boolean),
  relro: nullable(oneOf("full", "partial", "none")),
  build_ids: texts,
  symbol_table: boolean,
  debug_info: boolean,
  source_paths: texts,
  packer: nullable(text),
  go_version: nullable(text),
  go_settings: texts,
});

/** The facts of a binary as the manifest lists them, without its modules: those are in the SBOM. */
export function recordedFacts(facts: BinaryFacts): RecordedBinary {
  const { format, arch, os, dynamic, linkage, hardening, traces, go } = facts;
  return {
    format,
    arch,
    os: os ?? null,
    dynamic,
    linkage,
    hardening,
    traces,
    goVersion: go?.goVersion ?? null,
    goSettings: [...(go?.settings ?? [])].map(([name, value]) => `${name}=${value}`),
  };
}

export const recordedBinary: Shape<RecordedBinary> = (value, at) => {
  const fields = members(value, at);
  return {
    format: fields.format,
    arch: fields.arch,
    os: fields.os,
    dynamic: fields.dynamic,
    linkage: { interpreter: fields.interpreter, libraries: fields.libraries },
    hardening: {
      positionIndependent: fields.position_independent,
      nonExecutableData: fields.non_executable_data,
      relro: fields.relro,
    },
    traces: {
      buildIds: fields.build_ids,
      symbolTable: fields.symbol_table,
      debugInfo: fields.debug_info,
      sourcePaths: fields.source_paths,
      packer: fields.packer,
    },
    goVersion: fields.go_version,
    goSettings: fields.go_settings,
  };
};

/** Member by member, so that two recordings can be laid side by side. */
export function recordedBinaryJson(binary: RecordedBinary): { readonly [name: string]: JsonValue } {
  const { linkage, hardening, traces } = binary;
  return {
    format: binary.format,
    arch: binary.arch,
    os: binary.os,
    dynamic: binary.dynamic,
    interpreter: linkage.interpreter,
    libraries: linkage.libraries,
    position_independent: hardening.positionIndependent,
    non_executable_data: hardening.nonExecutableData,
    relro: hardening.relro,
    build_ids: traces.buildIds,
    symbol_table: traces.symbolTable,
    debug_info: traces.debugInfo,
    source_paths: traces.sourcePaths,
    packer: traces.packer,
    go_version: binary.goVersion,
    go_settings: binary.goSettings,
  };
}
