import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Contestant {
  readonly name: string;
  /** The command as a person would type it, for the page. */
  readonly command: string;
  readonly argv: readonly [string, ...string[]];
  /** Exit codes of a command that did its work. */
  readonly exitCode?: number;
  /** Before each run, not measured. */
  readonly prepare?: () => void;
}

export interface Row {
  readonly name: string;
  readonly command: string;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Median over the rounds of this wall time by that of every contestant in the same round, by name. */
  readonly ratios: ReadonlyMap<string, number>;
}

interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly exitCode: number;
}

const MEASURE = fileURLToPath(new URL("rivals/measure.py", import.meta.url));

/** Every contestant once a round, one after the other, so that a busy minute hits all of them alike. */
export function race(contestants: readonly Contestant[], rounds: number): readonly Row[] {
  for (const contestant of contestants) runOnce(contestant);
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) samples.get(contestant.name)?.push(runOnce(contestant));
  }
  return contestants.map(({ name, command }) => {
    const own = samples.get(name) ?? [];
    const ratios = [...samples].map(([other, theirs]) => {
      const pairs = own.map(({ wallMs }, round) => wallMs / (theirs[round]?.wallMs ?? Number.NaN));
      return [other, median(pairs)] as const;
    });
    return {
      name,
      command,
      wallMs: median(own.map(({ wallMs }) => wallMs)),
      cpuMs: median(own.map(({ cpuMs }) => cpuMs)),
      rssBytes: Math.max(...own.map(({ rssBytes }) => rssBytes)),
      ratios: new Map(ratios),
    };
  });
}

function runOnce({ name, argv, exitCode = 0, prepare }: Contestant): Sample {
  prepare?.();
  const { stdout, stderr } = spawnSync("python3", [MEASURE, ...argv], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", LC_ALL: "C.UTF-8" },
  });
  const sample = JSON.parse(stdout === "" ? "{}" : stdout) as Sample;
  if (sample.exitCode === exitCode) return sample;
  throw new Error(`${name} ended with ${sample.exitCode}, not ${exitCode}: ${argv.join(" ")}\n${stderr}`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = low] =
    sorted.length % 2 === 1 ? [sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return (low + high) / 2;
}
