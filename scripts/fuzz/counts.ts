import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

/** What fuzzing has done so far to one target, over all runs; the page about hostile input shows it. */
export interface FuzzCount {
  readonly target: string;
  readonly executions: number;
  /** Inputs of the minimised corpus of the last run. */
  readonly corpus: number;
  readonly findingsFixed: number;
}

const FILE = resolve(import.meta.dirname, "../../docs/data/fuzz-counts.json");

export function readFuzzCounts(): readonly FuzzCount[] {
  return JSON.parse(readFileSync(FILE, "utf8")) as readonly FuzzCount[];
}

/** Adds a run to the counts. Findings are entered by hand, when they are fixed and a vector holds them. */
export function addToFuzzCounts(target: string, run: Pick<FuzzCount, "executions" | "corpus">): void {
  const counts = readFuzzCounts();
  const before = counts.find((count) => count.target === target);
  const after: FuzzCount = {
    target,
    executions: (before?.executions ?? 0) + run.executions,
    corpus: run.corpus,
    findingsFixed: before?.findingsFixed ?? 0,
  };
  const others = counts.filter((count) => count.target !== target);
  const sorted = [...others, after].toSorted((a, b) => (a.target < b.target ? -1 : 1));
  writeFileSync(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}
