import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { sha256Hex } from "../src/crypto/digest.ts";
import { addToFuzzCounts } from "./fuzz/counts.ts";
import type { FuzzFinding } from "./fuzz/fuzz-target.ts";
import { FUZZ_TARGETS } from "./fuzz/targets.ts";
import type { FuzzJob, FuzzReport } from "./fuzz/worker.ts";

const USAGE =
  "npm run fuzz -- [--target NAME]... [--seconds N] [--executions N] [--seed N] [--count]\n" +
  `targets: ${FUZZ_TARGETS.map(({ name }) => name).join(" ")}\n` +
  "--count adds the executions to docs/data/fuzz-counts.json\n";
const FINDINGS = resolve(import.meta.dirname, "../fuzz-findings");
const MAX_INPUT_BYTES = 1024 * 1024;
const HANG_MS = 20_000;
/** A reader that needs more than this for 64 KiB lets a stranger decide about memory. */
const MAX_HEAP_MEGABYTES = 512;

const { values } = parseArgs({
  options: {
    target: { type: "string", multiple: true, default: FUZZ_TARGETS.map(({ name }) => name) },
    seconds: { type: "string", default: "10" },
    executions: { type: "string", default: "1000000000" },
    seed: { type: "string", default: "1" },
    count: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** Fuzzes one target in a thread of its own; one that hangs or runs out of memory is ended, and its input kept. */
async function fuzzInThread(target: string): Promise<FuzzReport> {
  const input = new Uint8Array(new SharedArrayBuffer(MAX_INPUT_BYTES));
  const [inputBytes, progress] = [
    new Int32Array(new SharedArrayBuffer(4)),
    new Int32Array(new SharedArrayBuffer(4)),
  ];
  const { seed, executions, seconds } = values;
  const workerData: FuzzJob = {
    target,
    seed: Number(seed),
    executions: Number(executions),
    seconds: Number(seconds),
    input,
    inputBytes,
    progress,
  };
  const worker = new Worker(new URL("./fuzz/worker.ts", import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MEGABYTES },
  });
  const ended = (reason: string): FuzzReport => ({
    executions: progress[0] ?? 0,
    accepted: 0,
    reachedBlocks: 0,
    corpus: 0,
    findings: [{ bytes: input.slice(0, inputBytes[0]), reason }],
  });
  const report = await new Promise<FuzzReport>((settle) => {
    let last = -1;
    const watch = setInterval(() => {
      const now = Atomics.load(progress, 0);
      if (now === last) settle(ended("never ended"));
      last = now;
    }, HANG_MS);
    worker.once("message", (done: FuzzReport) => settle(done));
    worker.once("error", (error: Error) => settle(ended(error.stack ?? error.message)));
    worker.once("exit", () => clearInterval(watch));
  });
  await worker.terminate();
  return report;
}

function keep(target: string, { bytes, reason }: FuzzFinding): void {
  const path = join(FINDINGS, target, sha256Hex(bytes).slice(0, 16));
  mkdirSync(join(FINDINGS, target), { recursive: true });
  writeFileSync(path, bytes);
  console.log(`${target}: FINDING ${path} (${bytes.byteLength} bytes)\n${reason}`);
}

const unknown = values.target.find((name) => !FUZZ_TARGETS.some((target) => target.name === name));
if (values.help || unknown !== undefined) {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  for (const target of values.target) {
    const { executions, accepted, reachedBlocks, corpus, findings } = await fuzzInThread(target);
    console.log(
      `${target}: ${executions} executions, ${accepted} accepted, ${reachedBlocks} blocks, corpus ${corpus}, ${findings.length} findings`,
    );
    for (const finding of findings) keep(target, finding);
    if (findings.length > 0) process.exitCode = 1;
    if (values.count) addToFuzzCounts(target, { executions, corpus });
  }
}
