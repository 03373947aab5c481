import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DeflatePool } from "../../src/io/deflate.ts";
import { tamperedFiles } from "./package-steps.ts";
import type { Recipe } from "./recipe.ts";
import { sampleOf, type Sample, type SampleFile, type Samples } from "./samples.ts";
import { signTampered } from "./sign.ts";
import { tamperedSignatures } from "./signature-steps.ts";
import { tamperedZip } from "./zip-steps.ts";

/** Makes a tampered copy below `folder`, with its signature set beside it. Returns the path to verify. */
export async function writeTampered(
  recipe: Recipe,
  samples: Samples,
  folder: string,
  pool: DeflatePool,
): Promise<string> {
  const sample = sampleOf(samples, recipe.release);
  const files = tamperedFiles(recipe, sample, samples);
  const zip = await zipOf(recipe, sample, files, pool);
  const signed = await signTampered(recipe, sample, files, zip, samples.rootVersion);
  const set = tamperedSignatures(signed, recipe.signatures ?? [], samples);
  const subject = join(folder, nameOf(recipe, sample));
  mkdirSync(folder, { recursive: true });
  if (recipe.subject === "directory") writeTree(subject, files);
  else writeFileSync(subject, zip);
  if (set !== undefined) writeSet(`${subject}.sigs`, set);
  for (const step of recipe.medium ?? []) {
    if (step.word === "add-link") symlinkSync(step.given.target, join(subject, step.given.path));
  }
  return subject;
}

/** The sample's own bytes where nothing touches the package: a copy, not a reproduction. */
async function zipOf(
  recipe: Recipe,
  sample: Sample,
  files: ReadonlyMap<string, SampleFile>,
  pool: DeflatePool,
): Promise<Uint8Array> {
  const steps = recipe.zip ?? [];
  const isUntouched = (recipe.package ?? []).length === 0 && steps.length === 0;
  return isUntouched ? sample.zip : tamperedZip(files, sample, steps, pool);
}

function nameOf(recipe: Recipe, sample: Sample): string {
  const renamed = recipe.medium?.find((step) => step.word === "rename")?.given.to;
  return renamed ?? (recipe.subject === "directory" ? sample.top : basename(sample.zipPath));
}

function writeTree(folder: string, files: ReadonlyMap<string, SampleFile>): void {
  for (const [path, { bytes, mode }] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
    chmodSync(join(folder, path), mode);
  }
}

function writeSet(folder: string, set: ReadonlyMap<string, Uint8Array>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of set) writeFileSync(join(folder, name), bytes);
}

/** The flags of a verify command that a recipe asks for, as a person types them. */
export function verifyFlags(recipe: Recipe, samples: Samples): readonly string[] {
  const verify: Partial<NonNullable<Recipe["verify"]>> = recipe.verify ?? {};
  const { previous, "allow-unsigned": allowUnsigned, ...given } = verify;
  return [
    ...Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, value])),
    ...(previous === undefined ? [] : ["--previous", sampleOf(samples, previous).zipPath]),
    ...(allowUnsigned === true ? ["--allow-unsigned"] : []),
  ];
}
