import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CommandAnswer } from "./command-server.ts";
import type { FaultyCli } from "./faulty-cli.ts";
import { FAULT_KINDS, type CallCounts, type Fault, type FaultKind } from "./inject.ts";

/** A command line that is run again and again, each time with another fault. */
export interface Scenario {
  /** Holds whatever the command reads and writes. */
  readonly scene: { readonly folder: string };
  readonly cli: FaultyCli;
  readonly args: readonly string[];
  readonly cwd: string;
  /** What the command writes; each is compared as a whole with before and after. */
  readonly outputs: readonly string[];
  /** Brings the scene back to where it was before the command ran. */
  readonly reset: () => void;
  /** The outputs are all as before, or all whole. */
  readonly together?: true;
  /** How an output looks; given where each run signs with another key. Left out: names, modes and contents. */
  readonly look?: (path: string) => string;
  /** A file of an output folder without which the folder is not looked at. */
  readonly finishedBy?: string;
  /** A command line that must succeed after every fault. */
  readonly probe?: readonly string[];
  /** The package of a verify command: what fails on it is INCOMPLETE. */
  readonly subject?: string;
}

/** Every call is made to fail with `all`; else of those that write and of the others each so-and-so-many-th. */
export interface SweepSize {
  readonly all: boolean;
  readonly stride: number;
  /** Left out: every call that writes. */
  readonly writingStride?: number;
}

export const WRITING: ReadonlySet<FaultKind> = new Set(["write", "fsync", "rename", "mkdir", "remove"]);
const SYSTEM_WORDS: Readonly<Record<Fault["code"], RegExp>> = {
  SIGKILL: /^$/,
  EIO: /EIO/,
  ENOSPC: /no space left on its disk|ENOSPC/,
  EROFS: /is on a read-only medium|EROFS/,
  EACCES: /may not be read or written by you|EACCES/,
};

/** Runs the scenario once for each fault; one line for each thing that is not as it must be. */
export async function sweep(scenario: Scenario, size: SweepSize): Promise<SweepResult> {
  const before = states(scenario);
  const sound = await scenario.cli.run(scenario);
  const after = states(scenario);
  if (sound.exitCode !== 0) throw new Error(`without a fault: ${sound.stdout}${sound.stderr}`);
  scenario.reset();
  const faults = faultsOf(sound.counts, size);
  const problems: string[] = [];
  for (const fault of faults) {
    const answer = await scenario.cli.run({ ...scenario, fault });
    const wrong = [
      ...answerProblems(scenario, fault, answer),
      ...(answer.exitCode === 0 && answer.stdout !== sound.stdout ? [`passed with ${answer.stdout}`] : []),
      ...(await probeProblems(scenario)),
      ...stateProblems(scenario, answer, { before, now: states(scenario), after }),
      ...(fault.kind === "remove" ? [] : leftovers(scenario.scene.folder).map((path) => `left ${path}`)),
    ];
    const name = `${fault.kind} ${fault.nth}${fault.onwards === true ? " and later" : ""} ${fault.code} at ${answer.firedAt ?? "nothing"}`;
    problems.push(...wrong.map((words) => `${name}: ${words}`));
    scenario.reset();
    for (const path of leftovers(scenario.scene.folder))
      rmSync(join(scenario.scene.folder, path), { recursive: true, force: true });
  }
  return { cases: faults.length, counts: sound.counts, problems };
}

export interface SweepResult {
  readonly cases: number;
  readonly counts: CallCounts;
  readonly problems: readonly string[];
}

function faultsOf(counts: CallCounts, { all, stride, writingStride = 1 }: SweepSize): readonly Fault[] {
  const once = FAULT_KINDS.flatMap((kind) => {
    const sampled = WRITING.has(kind) ? writingStride : stride;
    const step = all ? 1 : sampled;
    const found: Fault[] = [];
    for (let nth = 1; nth <= counts[kind]; nth += step) found.push({ kind, nth, code: "EIO" });
    return found;
  });
  const others = (["ENOSPC", "EROFS", "EACCES"] as const).flatMap((code) =>
    (["open", "mkdir", "write", "rename"] as const)
      .filter((kind) => counts[kind] > 0)
      .map((kind): Fault => ({ kind, nth: Math.ceil(counts[kind] / 2), code })),
  );
  const full: readonly Fault[] =
    counts.write > 1 ? [{ kind: "write", nth: 2, code: "ENOSPC", onwards: true }] : [];
  return [...once, ...others, ...full];
}

function answerProblems(
  { scene, subject }: Scenario,
  fault: Fault,
  answer: CommandAnswer,
): readonly string[] {
  const { exitCode, stdout, stderr, firedAt, wasEnded } = answer;
  const said = oneLine(stdout + stderr);
  const problems: string[] = [];
  if (firedAt === undefined) problems.push("the fault did not happen");
  if (wasEnded) problems.push("the process was ended from outside of the awaited path");
  if (/^\s+at .*:\d+|internal error/m.test(stdout + stderr)) problems.push(`not meant for people: ${said}`);
  if (exitCode === 0) return problems;
  if (exitCode !== 3) return [...problems, `exit code ${String(exitCode)}: ${said}`];
  const isOfSubject = subject !== undefined && firedAt?.startsWith(subject) === true;
  if (isOfSubject && !stdout.startsWith("INCOMPLETE")) problems.push(`not INCOMPLETE: ${said}`);
  if (!isOfSubject && !/^error: /m.test(stderr)) problems.push(`no error line: ${said}`);
  if (!said.includes(scene.folder)) problems.push(`names no path: ${said}`);
  if (!SYSTEM_WORDS[fault.code].test(said)) problems.push(`not what the system said: ${said}`);
  return problems;
}

async function probeProblems({ cli, cwd, probe }: Scenario): Promise<readonly string[]> {
  if (probe === undefined) return [];
  const { exitCode, stdout, stderr } = await cli.run({ args: probe, cwd });
  return exitCode === 0 ? [] : [`afterwards ${probe.join(" ")} says ${oneLine(stdout + stderr)}`];
}

interface States {
  readonly before: readonly string[];
  readonly now: readonly string[];
  readonly after: readonly string[];
}

function stateProblems(
  { together, outputs }: Scenario,
  { exitCode }: CommandAnswer,
  { before, now, after }: States,
): readonly string[] {
  const changed = now.filter((state, index) => state !== before[index]).length;
  if (together === true && changed > 0 && changed < outputs.length)
    return [`only ${changed} outputs are there`];
  return now.flatMap((state, index) => {
    if (state === after[index]) return [];
    if (exitCode === 0) return [`exit code 0 with an output that is not what it must be: ${state}`];
    return state === before[index] ? [] : [`neither as before nor whole: ${state}`];
  });
}

function states({ outputs, finishedBy, look = stateOf }: Scenario): readonly string[] {
  return outputs.map((path) =>
    finishedBy === undefined || existsSync(join(path, finishedBy)) ? look(path) : "absent",
  );
}

/** Lines are broken at 80 columns. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

/** Names, modes and contents of a file or folder, as one comparable text. */
export function stateOf(path: string): string {
  if (!existsSync(path)) return "absent";
  const { mode } = lstatSync(path);
  if (lstatSync(path).isDirectory()) {
    const entries = readdirSync(path)
      .filter((name) => !name.startsWith(".cavra-"))
      .toSorted();
    return `${mode.toString(8)} {${entries.map((name) => `${name}: ${stateOf(join(path, name))}`).join(", ")}}`;
  }
  return `${mode.toString(8)} ${createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 12)}`;
}

/** Temporary folders that were not removed. */
export function leftovers(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    /(?:^|\/)\.cavra-[^/]*$/.test(path),
  );
}
