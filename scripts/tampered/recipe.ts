import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson, type JsonValue } from "../../src/formats/json.ts";
import {
  boolean,
  closed,
  integer,
  list,
  mapOf,
  oneOf,
  optional,
  readShape,
  shapeProblem,
  text,
  textLike,
  type Shape,
} from "../../src/formats/shape.ts";
import type { Parsed } from "../../src/model/parsed.ts";
import { VERDICT_EXIT_CODES, type VerdictWord } from "../../src/model/report.ts";
import { ROOT } from "../root.ts";

// The vocabulary of fixtures/tampered/*.json; README.md there explains each word to a reader.

const MAX_STEPS = 16;
const json: Shape<JsonValue> = (value) => value;
const nothing = closed({});
const mode = oneOf("0644", "0755");
const sample = textLike(/^v\d+\.\d+\.\d+(-rc\.\d+)?$/, "the version of a sample, for example v0.1.0");
const hex = textLike(/^(?:[0-9a-f]{2})+$/, "bytes in hexadecimal");
/** Members by their path in the document: `predicate.runDetails.builder.id`, `targets.0`. */
const edits = closed({
  path: text,
  set: optional(mapOf(json, { max: 8 })),
  remove: optional(list(text, { max: 8 })),
});
const fields = mapOf(integer(0, 0xffff_ffff), { max: 20 });
const signer = oneOf("release-ada", "release-bo", "attacker");

/** Steps inside the package, before it is packed. */
export const packageStepShapes = {
  "add-file": closed({ path: text, text: optional(text), copyOf: optional(text), mode: optional(mode) }),
  "remove-file": closed({ path: text }),
  "replace-file": closed({
    path: text,
    text: optional(text),
    copyOf: optional(text),
    from: optional(sample),
  }),
  "drop-target": closed({ target: text }),
  "set-mode": closed({ path: text, mode }),
  "flip-byte": closed({ path: text, offset: integer(0) }),
  "append-bytes": closed({ path: text, text }),
  "edit-json": edits,
  "repeat-line": closed({ path: text, containing: text }),
};

/** Steps on the zip as it was packed. */
export const zipStepShapes = {
  pack: closed({ method: optional(oneOf("deflate", "store")), sourceDateEpoch: optional(integer(0)) }),
  "raw-entry": closed({
    path: text,
    both: optional(fields),
    local: optional(fields),
    central: optional(fields),
    localName: optional(text),
    extra: optional(hex),
  }),
  "raw-end": closed({ set: optional(fields), comment: optional(text) }),
  "add-entry": closed({
    name: text,
    text,
    external: optional(integer(0, 0xffff_ffff)),
  }),
  "flip-byte": closed({ offset: integer(0) }),
  "prepend-bytes": closed({ text }),
  "append-bytes": closed({ text }),
  truncate: closed({ bytes: integer(1) }),
};

/** Steps in the folder of signatures. */
export const signatureStepShapes = {
  "remove-set": nothing,
  "swap-signatures-from": closed({ release: sample }),
  "add-file": closed({ name: text, text }),
  "remove-file": closed({ name: text }),
  "rename-file": closed({ from: text, to: text }),
  "replace-file": closed({ name: text, from: sample }),
  "flip-signature": closed({ name: text, signer }),
  "relabel-signature": closed({ name: text, signer, as: signer }),
  "keep-signers": closed({ name: text, signers: list(signer, { min: 1, max: 3 }) }),
  "edit-payload": closed({ name: text, set: mapOf(json, { max: 8 }) }),
};

/** Steps on the medium, after everything else. */
export const mediumStepShapes = {
  rename: closed({ to: text }),
  "add-link": closed({ path: text, target: text }),
};

type ShapeMap = { readonly [name: string]: Shape<unknown> };
/** One step: its word and what stands behind it. */
export type StepOf<M extends ShapeMap> = {
  [K in keyof M]: { readonly word: K; readonly given: M[K] extends Shape<infer T> ? T : never };
}[keyof M];

export type PackageStep = StepOf<typeof packageStepShapes>;
export type ZipStep = StepOf<typeof zipStepShapes>;
export type SignatureStep = StepOf<typeof signatureStepShapes>;

/** `[{ "word": { ... } }, ...]`; a word that is not in the vocabulary is refused. */
function steps<M extends ShapeMap>(shapes: M): Shape<readonly StepOf<M>[]> {
  const step: Shape<StepOf<M>> = (value, at) => {
    const members = mapOf(json, { max: 1 })(value, at);
    const [entry] = members;
    if (entry === undefined) return shapeProblem(at, "names no step");
    const [word, given] = entry;
    const shape = Object.hasOwn(shapes, word) ? shapes[word] : undefined;
    if (shape === undefined) return shapeProblem(at, `has the unknown step ${JSON.stringify(word)}`);
    return { word, given: shape(given, `${at}.${word}`) } as StepOf<M>;
  };
  return list(step, { min: 1, max: MAX_STEPS });
}

const verdictWords = Object.keys(VERDICT_EXIT_CODES) as readonly VerdictWord[];
const findingIds = list(textLike(/^[a-z]+\.[a-z0-9-]+$/, "the id of a problem"), { max: 40 });
const expectation = closed({
  verdict: oneOf(...verdictWords),
  exitCode: integer(0, 5),
  findings: findingIds,
});

const members = closed({
  title: text,
  release: sample,
  subject: optional(oneOf("zip", "directory")),
  signedBy: oneOf("trusted", "attacker", "none"),
  package: optional(steps(packageStepShapes)),
  rebuild: optional(oneOf("none", "checksums", "all-layers")),
  zip: optional(steps(zipStepShapes)),
  statement: optional(closed({ set: mapOf(json, { max: 8 }) })),
  signatures: optional(steps(signatureStepShapes)),
  medium: optional(steps(mediumStepShapes)),
  verify: optional(
    closed({
      line: optional(text),
      channel: optional(oneOf("stable", "rc", "dev")),
      previous: optional(sample),
      "min-version": optional(text),
      at: optional(text),
      "allow-unsigned": optional(boolean),
    }),
  ),
  expect: expectation,
  diagnose: optional(findingIds),
});

type Members = typeof members extends Shape<infer T> ? T : never;

/** What is done to a sample, who signs the result, and what a verification must say. */
export interface Recipe extends Members {
  /** The name of its file, without `.json`. */
  readonly defect: string;
}

const recipeShape: Shape<Members> = (value, at) => {
  const recipe = members(value, at);
  const { verdict, exitCode } = recipe.expect;
  if (VERDICT_EXIT_CODES[verdict] !== exitCode)
    shapeProblem("expect.exitCode", `is not the one of ${verdict}`);
  return recipe;
};

export const RECIPE_FOLDER: string = join(ROOT, "fixtures", "tampered");

export function readRecipe(defect: string, folder: string = RECIPE_FOLDER): Parsed<Recipe> {
  return parseRecipe(defect, readFileSync(join(folder, `${defect}.json`)));
}

export function parseRecipe(defect: string, bytes: Uint8Array): Parsed<Recipe> {
  const read = readShape(parseJson(`${defect}.json`, bytes), recipeShape);
  return read.ok ? { ...read, value: { ...read.value, defect } } : read;
}

/** The names of all recipes, sorted. */
export function recipeNames(folder: string = RECIPE_FOLDER): readonly string[] {
  return readdirSync(folder)
    .flatMap((name) => (name.endsWith(".json") ? [name.slice(0, -".json".length)] : []))
    .toSorted();
}

/** Every recipe; throws for one that cannot be read: a vector that is skipped proves nothing. */
export function readRecipes(folder: string = RECIPE_FOLDER): readonly Recipe[] {
  return recipeNames(folder).map((defect) => {
    const recipe = readRecipe(defect, folder);
    if (!recipe.ok) throw new Error(`${recipe.at}: ${recipe.reason}`);
    return recipe.value;
  });
}
