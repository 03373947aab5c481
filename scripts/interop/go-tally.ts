import { statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { compareWithGo, type GoBinaryComparison, type GoBinaryOutcome } from "./go-binaries.ts";
import type { GoCorpus } from "./go-corpus.ts";
import { grouped, megabytes, table } from "./markdown.ts";
import { inLanes, runProgram } from "./run-program.ts";

export interface GoTally {
  /** YYYY-MM-DD, UTC. */
  readonly date: string;
  /** First line of `go version`. */
  readonly go: string;
  readonly comparisons: readonly GoBinaryComparison[];
  readonly missing: readonly string[];
  readonly largest: InspectMeasure;
  readonly defects: readonly string[];
}

/** Of the largest executable; the best of several processes. */
interface InspectMeasure {
  readonly sizeBytes: number;
  /** A fresh process, and the second reading in it. */
  readonly firstMs: number;
  readonly nextMs: number;
  /** Of the whole process, and before the file was opened. */
  readonly peakBytes: number;
  readonly restBytes: number;
}

export const GO_HEADING = "## Executables of Go";
const MEASURE = fileURLToPath(new URL("measure-inspect.ts", import.meta.url));
/** A loaded machine makes single measurements slow; the best of them is what the code takes. */
const ATTEMPTS = 7;
const MOST_TIMES_THE_FILE = 2;
/** Of 50 MB; a shared machine is no place to fail over it. */
const AIM_MS = 50;
const OUTCOMES: readonly GoBinaryOutcome[] = ["equal", "only cavra", "neither", "different"];

/** Compares every executable of the corpus, and measures the largest. */
export async function tallyGo(corpus: GoCorpus, date: string, go: string): Promise<GoTally> {
  const compared = await inLanes(corpus.files, compareWithGo);
  const comparisons = compared
    .filter((comparison) => comparison !== undefined)
    .map((comparison) => ({ ...comparison, path: relative(corpus.folder, comparison.path) }));
  const [largestPath = ""] = comparisons
    .map(({ path }) => join(corpus.folder, path))
    .toSorted((a, b) => statSync(b).size - statSync(a).size);
  const largest = await measured(largestPath);
  const differing = comparisons.filter(({ outcome }) => outcome === "different");
  const isGreedy = largest.peakBytes - largest.restBytes > MOST_TIMES_THE_FILE * largest.sizeBytes;
  const defects = [
    ...(comparisons.length === 0 ? ["the corpus holds no executable"] : []),
    ...differing.map(({ path, detail }) => `${path}: ${detail}`),
    ...(isGreedy ? [`${relative(corpus.folder, largestPath)}: more than twice its size in memory`] : []),
  ];
  return { date, go, comparisons, missing: corpus.missing, largest, defects };
}

async function measured(path: string): Promise<InspectMeasure> {
  const attempts: InspectMeasure[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const result = await runProgram([process.execPath, MEASURE, path], { cwd: process.cwd() });
    if (result?.exitCode !== 0) throw new Error(`${path} was not read: ${result?.stderr ?? "timeout"}`);
    const answer = JSON.parse(result.stdout) as Omit<InspectMeasure, "sizeBytes">;
    attempts.push({ sizeBytes: statSync(path).size, ...answer });
  }
  const [first] = attempts;
  if (first === undefined) throw new Error("nothing was measured");
  const best = (of: (attempt: InspectMeasure) => number): number => Math.min(...attempts.map(of));
  return { ...first, firstMs: best(({ firstMs }) => firstMs), nextMs: best(({ nextMs }) => nextMs) };
}

/** The section of docs/interop.md about executables. */
export function goSection({ date, go, comparisons, missing, largest, defects }: GoTally): string {
  const formats = [...new Set(comparisons.map(({ format }) => format))].toSorted();
  const count = (format: string, outcome: GoBinaryOutcome): string =>
    String(comparisons.filter((one) => one.format === format && one.outcome === outcome).length);
  const rows = formats.map((format) => [format, ...OUTCOMES.map((outcome) => count(format, outcome))]);
  const versions = comparisons.map(({ goVersion }) => goVersion.split(" ")[0] ?? "");
  const read = [...new Set(versions.filter((version) => /^go\d/.test(version)))].toSorted(byNumber);
  const { sizeBytes, firstMs, nextMs, peakBytes, restBytes } = largest;
  return `${GO_HEADING}

${grouped(comparisons.length)} executables, asked of cavra and of \`go version -m\` (${go}), ${date}: programs built by the script for many targets with several Go
versions, and those that the npm packages of esbuild and buf ship. Both must name the same version, modules, hashes, replacements and
settings, in the same order: ${comparisons.filter(({ outcome }) => outcome === "different").length} disagreements.

${table(["format", ...OUTCOMES], rows)}

Written by ${read.length} versions of Go: ${read.join(", ")}.
*Only cavra*: the go command does not read WebAssembly, nor all XCOFF files. *Neither*: ${reasons(comparisons)}.${missing.length === 0 ? "" : `\n\nNot had, so not asked: ${missing.join(", ")}.`}

Reading the largest (${megabytes(sizeBytes)}) took ${firstMs} ms in a fresh process and ${nextMs} ms the next time, and ${megabytes(peakBytes - restBytes)} of memory on top of what
Node takes (best of ${ATTEMPTS} on a shared machine of two cores; the aim is ${AIM_MS} ms, twice the file's size would be an error). ${defects.length === 0 ? "" : `Errors: ${defects.length}.`}`.trimEnd();
}

/** Where both readers find nothing, counted by what cavra says. */
function reasons(comparisons: readonly GoBinaryComparison[]): string {
  const neither = comparisons.filter(({ outcome }) => outcome === "neither");
  const products = [...new Set(neither.map(({ path, detail }) => `${productOf(path)} (${detail})`))];
  return neither.length === 0 ? "none" : products.toSorted().join(", ");
}

/** `npm/_esbuild_linux-x64-0.28.2/bin/esbuild`: what was published, and when. */
function productOf(path: string): string {
  const [, folder = ""] = path.split(/[/\\]/);
  const name = /esbuild|buf/.exec(folder)?.[0] ?? folder;
  return `${name} ${/-(\d+\.\d+\.\d+)$/.exec(folder)?.[1] ?? ""}`.trim();
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
