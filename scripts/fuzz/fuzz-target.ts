import { Random } from "../../test/support/random.ts";
import type { BlockCoverage } from "./coverage.ts";
import { mutateBytes } from "./mutate.ts";

/** One reader of hostile bytes, and what must be true of it whatever the bytes are. */
export interface FuzzTarget {
  readonly name: string;
  /** Documents of our own that the reader accepts, and some that it nearly does. */
  readonly seeds: () => readonly Uint8Array[];
  /** Words of the format. */
  readonly words: readonly string[];
  /** Changes that know the format; asked every other time. */
  readonly mutate?: (bytes: Uint8Array, random: Random) => Uint8Array;
  /** Reads the bytes; throws when an oracle objects, or when the reader throws. Returns whether they were accepted. */
  readonly run: (bytes: Uint8Array) => boolean;
}

export interface FuzzOptions {
  readonly seed: number;
  /** Ends after so many executions, or when `isOver` says so. */
  readonly executions: number;
  readonly isOver?: () => boolean;
  /** Without it the corpus stays what the seeds are, and nothing is measured. */
  readonly coverage?: BlockCoverage;
  /** Called before each execution, so that somebody else can tell which one never ended. */
  readonly beforeEach?: (bytes: Uint8Array) => void;
}

export interface FuzzFinding {
  readonly bytes: Uint8Array;
  readonly reason: string;
}

export interface FuzzResult {
  readonly executions: number;
  readonly accepted: number;
  readonly corpus: readonly Uint8Array[];
  readonly findings: readonly FuzzFinding[];
}

const BATCH = 256;
const MAX_FINDINGS = 20;
/** No input of 64 KiB may keep a reader busy for longer, even on a machine with other work. */
const MAX_EXECUTION_MS = 2000;

/** Mutates inputs and runs them; those that reach new blocks of the product are mutated further. */
export function fuzzTarget(target: FuzzTarget, options: FuzzOptions): FuzzResult {
  return new Fuzzer(target, options).run();
}

class Fuzzer {
  readonly #target: FuzzTarget;
  readonly #options: FuzzOptions;
  readonly #random: Random;
  readonly #corpus: Uint8Array[];
  readonly #seen = new Set<string>();
  readonly #findings: FuzzFinding[] = [];
  #executions = 0;
  #accepted = 0;

  constructor(target: FuzzTarget, options: FuzzOptions) {
    this.#target = target;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#corpus = [...target.seeds()];
  }

  run(): FuzzResult {
    this.#runBatch(this.#corpus.slice());
    while (!this.#isOver()) {
      const count = Math.min(BATCH, this.#options.executions - this.#executions);
      this.#runBatch(Array.from({ length: count }, () => this.#next()));
    }
    return {
      executions: this.#executions,
      accepted: this.#accepted,
      corpus: this.#corpus,
      findings: this.#findings,
    };
  }

  #isOver(): boolean {
    const { executions, isOver } = this.#options;
    return this.#executions >= executions || this.#findings.length >= MAX_FINDINGS || isOver?.() === true;
  }

  #next(): Uint8Array {
    // Half of the time one of the newest: what was just reached leads on.
    const { length } = this.#corpus;
    const index = this.#random.once(2)
      ? this.#random.below(length)
      : length - 1 - this.#random.below(Math.min(length, 8));
    const bytes = this.#corpus[index] ?? new Uint8Array();
    if (this.#target.mutate !== undefined && this.#random.once(2))
      return this.#target.mutate(bytes, this.#random);
    const other = this.#corpus[this.#random.below(length)] ?? new Uint8Array();
    return mutateBytes(bytes, other, this.#target.words, this.#random);
  }

  #runBatch(inputs: readonly Uint8Array[]): void {
    for (const bytes of inputs) this.#execute(bytes);
    const { coverage } = this.#options;
    if (coverage === undefined) return;
    const blocks = coverage.take();
    if (!hasMore(blocks, this.#seen)) return;
    const [only] = inputs;
    if (inputs.length === 1 && only !== undefined) {
      for (const block of blocks) this.#seen.add(block);
      if (!this.#corpus.includes(only)) this.#corpus.push(only);
      return;
    }
    // Asking for the coverage costs far more than an execution: the input that brought news is found by halves.
    const middle = inputs.length >> 1;
    this.#runBatch(inputs.slice(0, middle));
    this.#runBatch(inputs.slice(middle));
  }

  #execute(bytes: Uint8Array): void {
    this.#executions += 1;
    this.#options.beforeEach?.(bytes);
    const startedMs = performance.now();
    try {
      if (this.#target.run(bytes)) this.#accepted += 1;
    } catch (error) {
      this.#note(bytes, error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    const tookMs = performance.now() - startedMs;
    if (tookMs > MAX_EXECUTION_MS) this.#note(bytes, `took ${Math.round(tookMs)} ms`);
  }

  #note(bytes: Uint8Array, reason: string): void {
    const [first = ""] = reason.split("\n");
    const isKnown = this.#findings.some((finding) => finding.reason.startsWith(first));
    if (!isKnown && this.#findings.length < MAX_FINDINGS) this.#findings.push({ bytes, reason });
  }
}

/** The fewest inputs, smallest first, that together still reach every block that all of them reach. */
export function minimised(
  target: FuzzTarget,
  corpus: readonly Uint8Array[],
  coverage: BlockCoverage,
): readonly Uint8Array[] {
  const reached = new Set<string>();
  const kept: Uint8Array[] = [];
  for (const bytes of corpus.toSorted((a, b) => a.byteLength - b.byteLength)) {
    coverage.take();
    try {
      target.run(bytes);
    } catch {
      continue;
    }
    const blocks = coverage.take();
    if (!hasMore(blocks, reached)) continue;
    for (const block of blocks) reached.add(block);
    kept.push(bytes);
  }
  return kept;
}

function hasMore(blocks: ReadonlySet<string>, known: ReadonlySet<string>): boolean {
  for (const block of blocks) if (!known.has(block)) return true;
  return false;
}
