import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { parseRecipe, readRecipe, type Recipe } from "../../scripts/tampered/recipe.ts";
import { readSamples, type Samples } from "../../scripts/tampered/samples.ts";
import { writeTampered } from "../../scripts/tampered/tamper.ts";
import { startDeflatePool, type DeflatePool } from "../../src/io/deflate.ts";
import type { Report } from "../../src/model/report.ts";
import { scratchFolder } from "./scratch-folder.ts";
import { writeSmallSamples } from "./small-release.ts";
import { expectedOf, judgeTampered, outcomeOf } from "./tampered.ts";

/** A recipe without the members that only a vector needs; written as its JSON would be. */
export type Attack = Readonly<Record<string, unknown>>;

/** Two small signed releases, and what it takes to attack them; one bench for each test file. */
export interface TamperingBench {
  readonly folder: string;
  samples(): Samples;
  pool(): DeflatePool;
  /** Makes the copy of a recipe and demands the outcome that the recipe names. */
  demand(defect: string): Promise<void>;
  /** Makes the copy of an attack on v0.1.0; returns its path. */
  attack(attack: Attack): Promise<string>;
  /** The ids that a verification of the attacked copy finds, each once, sorted. */
  found(attack: Attack): Promise<readonly string[]>;
  judge(path: string, verify?: Attack): Promise<Report>;
}

export function tamperingBench(): TamperingBench {
  const folder = scratchFolder();
  const state: { pool?: DeflatePool; samples?: Samples } = {};
  let count = 0;
  beforeAll(async () => {
    state.pool = startDeflatePool();
    await writeSmallSamples(join(folder, "samples"), state.pool);
    state.samples = readSamples(join(folder, "samples"));
  });
  afterAll(() => state.pool?.close());
  const samples = (): Samples => state.samples ?? missing();
  const pool = (): DeflatePool => state.pool ?? missing();
  const write = async (recipe: Recipe): Promise<string> => {
    count += 1;
    const own = join(folder, `copy-${count}`);
    mkdirSync(own);
    return writeTampered(recipe, samples(), own, pool());
  };
  return {
    folder,
    samples,
    pool,
    attack: (attack) => write(recipeOf(attack)),
    async demand(defect) {
      const recipe = accepted(readRecipe(defect));
      const report = await judgeTampered(recipe, samples(), await write(recipe));
      expect(outcomeOf(report), defect).toEqual(expectedOf(recipe));
    },
    async found(attack) {
      const recipe = recipeOf(attack);
      const report = await judgeTampered(recipe, samples(), await write(recipe));
      expect(report.verdict.exitCode).not.toBe(0);
      return outcomeOf(report).findings;
    },
    judge: (path, verify = {}) => judgeTampered(recipeOf({ verify }), samples(), path),
  };
}

function recipeOf(attack: Attack): Recipe {
  const recipe = {
    title: "an attack",
    release: "v0.1.0",
    signedBy: "trusted",
    expect: { verdict: "FAIL", exitCode: 1, findings: [] },
    ...attack,
  };
  return accepted(parseRecipe("attack", Buffer.from(JSON.stringify(recipe))));
}

function accepted(read: ReturnType<typeof readRecipe>): Recipe {
  if (!read.ok) throw new Error(`${read.at}: ${read.reason}`);
  return read.value;
}

function missing(): never {
  throw new Error("the bench is ready only within a test");
}
