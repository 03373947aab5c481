import { setFlagsFromString } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { BlockCoverage } from "./coverage.ts";
import { fuzzTarget, minimised, type FuzzFinding } from "./fuzz-target.ts";

export interface FuzzJob {
  readonly target: string;
  readonly seed: number;
  readonly executions: number;
  readonly seconds: number;
  /** What is executed now, for the thread that waits: bytes, and their number. */
  readonly input: Uint8Array;
  readonly inputBytes: Int32Array;
  /** Counts up with each execution. */
  readonly progress: Int32Array;
}

export interface FuzzReport {
  readonly executions: number;
  readonly accepted: number;
  readonly reachedBlocks: number;
  readonly corpus: number;
  readonly findings: readonly FuzzFinding[];
}

const { target: name, seed, executions, seconds, input, inputBytes, progress } = workerData as FuzzJob;
// V8 counts blocks only of code that is compiled from now on, and nothing of what optimised code does.
setFlagsFromString("--no-opt");
const coverage = new BlockCoverage();
coverage.start();
const { FUZZ_TARGETS } = await import("./targets.ts");
const target = FUZZ_TARGETS.find((known) => known.name === name);
if (target === undefined) throw new Error(`no target ${name}`);

const startedMs = performance.now();
const hasPassed = (share: number): boolean => performance.now() - startedMs > seconds * 1000 * share;
const beforeEach = (bytes: Uint8Array): void => {
  input.set(bytes.subarray(0, input.byteLength));
  inputBytes[0] = bytes.byteLength;
  Atomics.add(progress, 0, 1);
};

/** First slowly, to find inputs that reach everything; then those at full speed. */
const guided = fuzzTarget(target, {
  seed,
  executions: Math.ceil(executions / 3),
  coverage,
  isOver: () => hasPassed(1 / 3),
  beforeEach,
});
const corpus = minimised(target, guided.corpus, coverage);
coverage.take();
for (const bytes of corpus) target.run(bytes);
const reachedBlocks = coverage.take().size;
coverage.stop();
setFlagsFromString("--opt");
const fast = fuzzTarget(
  { ...target, seeds: () => corpus },
  { seed: seed + 1, executions: executions - guided.executions, isOver: () => hasPassed(1), beforeEach },
);
const report: FuzzReport = {
  executions: guided.executions + fast.executions,
  accepted: guided.accepted + fast.accepted,
  reachedBlocks,
  corpus: corpus.length,
  findings: [...guided.findings, ...fast.findings],
};
parentPort?.postMessage(report);
