import type { Judgement } from "../../../src/judge/judge-release.ts";

export interface SweepItem {
  readonly title: string;
  readonly judge: () => Promise<Judgement>;
  /** undefined when the judgement is right, else what is wrong with it. */
  readonly objection: (judgement: Judgement) => Promise<string | undefined> | string | undefined;
}

export interface SweepResult {
  readonly cases: number;
  /** Title and objection of every case that was judged wrongly, or that threw. */
  readonly wrong: readonly string[];
  readonly slowestMs: number;
}

/** No honest case takes this long on the slowest machine; a hang or a quadratic reader does. */
export const SLOWEST_CASE_MS = 2000;

/** Judges every case. An exception is an objection like any other: hostile bytes are ordinary. */
export async function runSweep(items: Iterable<SweepItem> | AsyncIterable<SweepItem>): Promise<SweepResult> {
  const wrong: string[] = [];
  let cases = 0;
  let slowestMs = 0;
  for await (const { title, judge, objection } of items) {
    const started = performance.now();
    const problem = await attempt(judge, objection);
    slowestMs = Math.max(slowestMs, performance.now() - started);
    cases += 1;
    if (problem !== undefined) wrong.push(`${title}: ${problem}`);
  }
  return { cases, wrong, slowestMs };
}

async function attempt(
  judge: SweepItem["judge"],
  objection: SweepItem["objection"],
): Promise<string | undefined> {
  try {
    return await objection(await judge());
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

/** The one thing that no altered release may be. */
export function notPass({ verdict }: Judgement): string | undefined {
  return verdict.word === "PASS" ? "PASS" : undefined;
}
