import { packagedJson } from "../../src/formats/canonical-json.ts";
import { CHECKSUMS_FILE } from "../../src/model/layers.ts";
import { editJson } from "./edit-json.ts";
import type { PackageStep, Recipe } from "./recipe.ts";
import { STAGES } from "./restate.ts";
import { fileOf, sampleOf, type Sample, type SampleFile, type Samples } from "./samples.ts";

type Files = Map<string, SampleFile>;

/**
 * The files of the sample after the package steps. Layer by layer from the bottom: `rebuild` first makes the documents
 * of a layer anew from what lies below, then the steps of this layer act on them. So a step always has the last word
 * about its own file, and everything above it is consistent with it.
 */
export function tamperedFiles(
  recipe: Recipe,
  sample: Sample,
  samples: Samples,
): ReadonlyMap<string, SampleFile> {
  const files: Files = new Map(sample.files);
  const steps = recipe.package ?? [];
  for (const stage of STAGES) {
    if (isRebuilt(recipe.rebuild, stage.holds(CHECKSUMS_FILE))) stage.restate(files);
    for (const step of steps) if (stage.holds(pathOf(step))) apply(step, files, samples, sample);
  }
  return files;
}

function isRebuilt(rebuild: Recipe["rebuild"], isList: boolean): boolean {
  return rebuild === "all-layers" || (rebuild === "checksums" && isList);
}

/** A target stands for its binaries, which lie in the bottom layer. */
function pathOf(step: PackageStep): string {
  return step.word === "drop-target" ? "bin/" : step.given.path;
}

function apply(step: PackageStep, files: Files, samples: Samples, sample: Sample): void {
  switch (step.word) {
    case "add-file":
      if (files.has(step.given.path)) throw new Error(`${step.given.path} is in the package already`);
      files.set(step.given.path, newFile(step.given, files));
      break;
    case "remove-file":
      fileOf(files, step.given.path);
      files.delete(step.given.path);
      break;
    case "drop-target":
      dropTarget(step.given.target, files, sample);
      break;
    case "replace-file": {
      const { from, path } = step.given;
      const source = from === undefined ? files : sampleOf(samples, from).files;
      const { mode } = fileOf(files, path);
      files.set(path, { mode, bytes: newFile({ copyOf: path, ...defined(step.given) }, source).bytes });
      break;
    }
    case "set-mode":
    case "flip-byte":
    case "append-bytes":
    case "edit-json":
    case "repeat-line":
      changeFile(step, files);
      break;
  }
}

type FileStep = Exclude<PackageStep, { word: "add-file" | "remove-file" | "drop-target" | "replace-file" }>;

function changeFile(step: FileStep, files: Files): void {
  const { path } = step.given;
  const { bytes, mode } = fileOf(files, path);
  switch (step.word) {
    case "set-mode":
      files.set(path, { bytes, mode: modeOf(step.given.mode) });
      break;
    case "flip-byte":
      files.set(path, { mode, bytes: flipped(bytes, step.given.offset) });
      break;
    case "append-bytes":
      files.set(path, { mode, bytes: Buffer.concat([bytes, Buffer.from(step.given.text)]) });
      break;
    case "edit-json":
      files.set(path, { mode, bytes: packagedJson(editJson(path, bytes, step.given)) });
      break;
    case "repeat-line":
      files.set(path, { mode, bytes: withRepeatedLine(bytes, step.given.containing) });
      break;
  }
}

interface NewFile {
  readonly text?: string | undefined;
  readonly copyOf?: string | undefined;
  readonly mode?: "0644" | "0755" | undefined;
}

function newFile(
  { text, copyOf, mode = "0644" }: NewFile,
  source: ReadonlyMap<string, SampleFile>,
): SampleFile {
  if (text !== undefined) return { mode: modeOf(mode), bytes: Buffer.from(text) };
  return { mode: modeOf(mode), bytes: fileOf(source, copyOf ?? "").bytes };
}

function defined({ text, copyOf }: NewFile): NewFile {
  return { ...(text === undefined ? {} : { text }), ...(copyOf === undefined ? {} : { copyOf }) };
}

function modeOf(mode: "0644" | "0755"): SampleFile["mode"] {
  return mode === "0755" ? 0o755 : 0o644;
}

function dropTarget(target: string, files: Files, { manifest }: Sample): void {
  const binaries = manifest.artifacts.filter((artifact) => artifact.target === target);
  if (binaries.length === 0) throw new Error(`the sample has no binary for ${target}`);
  for (const { path } of binaries) files.delete(path);
}

export function flipped(bytes: Uint8Array, offset: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const byte = copy[offset];
  if (byte === undefined) throw new Error(`there is no byte ${offset}`);
  copy[offset] = byte ^ 1;
  return copy;
}

function withRepeatedLine(bytes: Uint8Array, containing: string): Uint8Array {
  const lines = Buffer.from(bytes).toString("latin1").split("\n");
  const index = lines.findIndex((line) => line.includes(containing));
  const line = lines[index];
  if (line === undefined) throw new Error(`no line contains ${containing}`);
  return Buffer.from(lines.toSpliced(index, 0, line).join("\n"), "latin1");
}
