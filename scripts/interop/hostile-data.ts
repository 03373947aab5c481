import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../root.ts";
import type { BombMeasure } from "./bombs.ts";
import type { ClassResult } from "./hostile-tally.ts";

/** The last long run, as it is kept in git: docs/hostile-input.md is written from it. */
export interface HostileData {
  /** YYYY-MM-DD, UTC. */
  readonly date: string;
  readonly seed: number;
  readonly tools: readonly { readonly name: string; readonly version: string }[];
  readonly missing: readonly string[];
  readonly classes: readonly ClassResult[];
  readonly bombs: readonly BombMeasure[];
  readonly defects: readonly string[];
}

/** What fuzzing has done to one parser, over all runs. */
export interface FuzzCount {
  readonly target: string;
  readonly executions: number;
  readonly corpus: number;
  readonly findingsFixed: number;
}

const DATA = join(ROOT, "docs/data/hostile-input.json");
const FUZZ = join(ROOT, "docs/data/fuzz-counts.json");

export function readHostileData(): HostileData {
  return JSON.parse(readFileSync(DATA, "utf8")) as HostileData;
}

export function writeHostileData(data: HostileData): void {
  writeFileSync(DATA, `${JSON.stringify(data, null, 1)}\n`);
}

export function readFuzzCounts(): readonly FuzzCount[] {
  return existsSync(FUZZ) ? (JSON.parse(readFileSync(FUZZ, "utf8")) as readonly FuzzCount[]) : [];
}
