import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { fuzzTarget, type FuzzTarget } from "../../scripts/fuzz/fuzz-target.ts";
import { FUZZ_TARGETS } from "../../scripts/fuzz/targets.ts";

const EXECUTIONS = 20_000;
const SEED = 20_261_121;
/** What was found once, by target; see docs/hostile-input.md. */
const VECTORS = resolve(import.meta.dirname, "../../fixtures/vectors/fuzz");
/** Readers of large documents cost a hundred times what readers of lines cost. */
const CHEAP: ReadonlySet<string> = new Set([
  "zip",
  "deflate",
  "json",
  "canonical-json",
  "checksums",
  "go-mod",
  "go-sum",
  "envelope",
]);
const DEAR_EXECUTIONS = 350;

describe.each(FUZZ_TARGETS)("the reader of $name, fed with changed documents", (target) => {
  const others = FUZZ_TARGETS.length - CHEAP.size;
  const cheap = Math.ceil((EXECUTIONS - others * DEAR_EXECUTIONS) / CHEAP.size);

  it("never throws, never takes long, and accepts only what its oracles accept too", () => {
    const executions = CHEAP.has(target.name) ? cheap : DEAR_EXECUTIONS;
    const result = fuzzTarget(target, { seed: SEED, executions });
    expect(result.findings.map(({ reason }) => reason)).toEqual([]);
    expect(result.executions).toBeGreaterThanOrEqual(executions);
    expect(result.accepted).toBeGreaterThan(0);
    expect(result.accepted).toBeLessThan(result.executions);
  });

  it.each(vectorsOf(target.name))("keeps what was learnt from %s", (_, bytes) => {
    expect(() => target.run(bytes)).not.toThrow();
  });
});

function vectorsOf(name: string): readonly (readonly [string, Uint8Array])[] {
  const folder = join(VECTORS, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))] as const);
}

function foundBy(target: FuzzTarget): readonly Uint8Array[] {
  return fuzzTarget(target, { seed: 1, executions: 5000 }).findings.map(({ bytes }) => bytes);
}

describe("the fuzzer itself", () => {
  /** Accepts everything, and breaks on one rare byte after a known beginning. */
  const careless: FuzzTarget = {
    name: "careless",
    seeds: () => [Buffer.from("abcdef")],
    words: ["z"],
    run: (bytes) => {
      if (bytes[0] === 0x61 && bytes.includes(0xff)) throw new Error("careless");
      return true;
    },
  };

  it("finds what is wrong, and finds the same again from the same seed", () => {
    expect(foundBy(careless)).toHaveLength(1);
    expect(foundBy(careless)).toEqual(foundBy(careless));
  });

  it("reports a reader that takes too long", () => {
    const slow: FuzzTarget = {
      ...careless,
      run: () => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);
        return true;
      },
    };
    expect(fuzzTarget(slow, { seed: 1, executions: 1 }).findings[0]?.reason).toMatch(/took \d+ ms/);
  });
});
