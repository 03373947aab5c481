import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bombClass } from "../../test/support/zip-variants/bombs.ts";
import { variantsOf } from "../../test/support/zip-variants/classes.ts";
import { runProgram } from "./run-program.ts";

/** What it took to judge one bomb. */
export interface BombMeasure {
  readonly name: string;
  readonly sizeBytes: number;
  /** null: accepted. */
  readonly finding: string | null;
  readonly milliseconds: number;
  /** Of the whole process, Node included. */
  readonly peakBytes: number;
  /** Before the file was opened. */
  readonly restBytes: number;
}

const MEASURE = fileURLToPath(new URL("measure-bomb.ts", import.meta.url));
/** A bomb of up to 64 KB costs less than this, beside what Node takes before it opens anything. */
const MOST_MILLISECONDS = 100;
const MOST_BYTES = 100_000_000;
const SMALL_BYTES = 64 * 1024;
/** A loaded machine makes single measurements slow; the best of them is what the code takes. */
const ATTEMPTS = 3;

/** Judges every bomb in a process of its own. */
export async function measureBombs(scratch: string): Promise<readonly BombMeasure[]> {
  const folder = join(scratch, "bombs");
  mkdirSync(folder);
  const measures: BombMeasure[] = [];
  for (const { name, bytes } of variantsOf(bombClass)) {
    const path = join(folder, "bomb.zip");
    writeFileSync(path, bytes);
    const attempts: BombMeasure[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const answer = await measured(path, folder);
      attempts.push({ name, sizeBytes: bytes.byteLength, ...answer });
    }
    const [best] = attempts.toSorted((a, b) => a.milliseconds - b.milliseconds);
    if (best !== undefined) measures.push(best);
  }
  rmSync(folder, { recursive: true });
  return measures;
}

async function measured(path: string, folder: string): Promise<Omit<BombMeasure, "name" | "sizeBytes">> {
  const result = await runProgram([process.execPath, MEASURE, path], { cwd: folder });
  if (result?.exitCode !== 0) throw new Error(`a bomb was not judged: ${result?.stderr ?? "timeout"}`);
  return JSON.parse(result.stdout) as Omit<BombMeasure, "name" | "sizeBytes">;
}

/** What the measures do not keep of the promise; accepted ones may take the time that their content takes. */
export function bombDefects(measures: readonly BombMeasure[]): readonly string[] {
  return measures.flatMap(({ name, sizeBytes, finding, milliseconds, peakBytes, restBytes }) => {
    if (peakBytes - restBytes >= MOST_BYTES)
      return [`bomb, ${name}: ${peakBytes - restBytes} bytes of memory`];
    const isSlow = finding !== null && sizeBytes <= SMALL_BYTES && milliseconds >= MOST_MILLISECONDS;
    return isSlow ? [`bomb, ${name}: ${milliseconds} ms`] : [];
  });
}
