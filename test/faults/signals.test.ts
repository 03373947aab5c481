import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { interruptedRun, processesIn, seededDelays, sideBySide } from "../support/faults/interrupted-run.ts";
import {
  makeRelease,
  makeScene,
  slowCommand,
  TOP,
  verifyArguments,
  ZIP,
  type Scene,
} from "../support/faults/scene.ts";
import { leftovers, stateOf } from "../support/faults/sweep.ts";

/** `npm run test:faults` takes more time for it. */
const RUNS = process.env["CAVRA_TEST_FAULTS"] === "all" ? 40 : 8;
const WIDTH = 4;

let scene: Scene;
beforeAll(() => {
  scene = makeScene(slowCommand());
  makeRelease(scene);
});
afterAll(() => scene.remove());

interface Case {
  readonly place: string;
  readonly afterMs: number;
}

function cases(name: string, spanMs: number, seed: number): readonly Case[] {
  return seededDelays(RUNS, spanMs, seed).map((afterMs, index) => {
    return { place: join(scene.folder, `${name}-${index}`), afterMs };
  });
}

const buildArguments = (out: string): readonly string[] => [
  "release",
  "build",
  "--first-release",
  "--out",
  out,
];
const extractArguments = (to: string): readonly string[] =>
  verifyArguments(scene, join(scene.release, ZIP), "--extract", to);

/** Time that a command takes here and now when several run side by side. */
async function durationMs(args: (place: string) => readonly string[], cwd: string): Promise<number> {
  const start = performance.now();
  await sideBySide(["a", "b", "c", "d"], WIDTH, async (name) => {
    const place = join(scene.folder, `timed-${name}`);
    const { exitCode } = await interruptedRun(args(place), cwd, "SIGINT", 60_000);
    expect(exitCode).toBe(0);
    rmSync(place, { recursive: true });
  });
  return performance.now() - start;
}

/** What is there and is not whole. */
function halves(outputs: readonly (readonly [made: string, whole: string])[]): readonly string[] {
  return outputs.flatMap(([made, whole]) => {
    const state = stateOf(made);
    return state === "absent" || state === whole ? [] : [`${made}: ${state}`];
  });
}

function buildOutputs(out: string): readonly (readonly [string, string])[] {
  return [TOP, ZIP].map((name) => [join(out, name), stateOf(join(scene.release, name))] as const);
}

/** An interrupted process that had no time to write anything may end by the signal itself: the shell says 130 too. */
function endedAsTold(exitCode: number | null, place: string): boolean {
  return exitCode === 130 || exitCode === 0 || (exitCode === null && !existsSync(place));
}

describe.skipIf(process.platform !== "linux")("a signal at any time", () => {
  it("SIGINT ends a build with 130, its children with it, and leaves nothing behind", async () => {
    const spanMs = await durationMs(buildArguments, scene.source);
    await sideBySide(cases("int", spanMs, 1), WIDTH, async ({ place, afterMs }) => {
      const { exitCode, stderr } = await interruptedRun(
        buildArguments(place),
        scene.source,
        "SIGINT",
        afterMs,
      );
      expect(endedAsTold(exitCode, place), `after ${afterMs} ms: ${String(exitCode)} ${stderr}`).toBe(true);
      expect(stderr).not.toMatch(/^\s+at .*:\d+|internal error/m);
      expect(halves(buildOutputs(place))).toEqual([]);
    });
    expect(leftovers(scene.folder)).toEqual([]);
    await expect.poll(() => processesIn(scene.folder), { timeout: 5000 }).toEqual([]);
  });

  it("SIGINT in the midst of a build ends it with 130 and removes its temporary folder", async () => {
    const place = join(scene.folder, "midst-int");
    const isBuilding = (): boolean => existsSync(place) && leftovers(place).length > 0;
    const { exitCode } = await interruptedRun(buildArguments(place), scene.source, "SIGINT", isBuilding);
    expect(exitCode).toBe(130);
    expect(leftovers(scene.folder)).toEqual([]);
    expect(buildOutputs(place).map(([made]) => stateOf(made))).toEqual(["absent", "absent"]);
    await expect.poll(() => processesIn(scene.folder), { timeout: 5000 }).toEqual([]);
  });

  it("SIGKILL leaves no half of a build that looks whole, and the next build works", async () => {
    const spanMs = await durationMs(buildArguments, scene.source);
    const killed = cases("kill", spanMs, 2);
    await sideBySide(killed, WIDTH, async ({ place, afterMs }) => {
      await interruptedRun(buildArguments(place), scene.source, "SIGKILL", afterMs);
      expect(halves(buildOutputs(place))).toEqual([]);
    });
    const midst = join(scene.folder, "midst-kill");
    const isBuilding = (): boolean => existsSync(midst) && leftovers(midst).length > 0;
    await interruptedRun(buildArguments(midst), scene.source, "SIGKILL", isBuilding);
    expect(leftovers(midst).length).toBeGreaterThan(0);
    expect(halves(buildOutputs(midst))).toEqual([]);
    const again = killed.filter(({ place }) =>
      leftovers(scene.folder).some((path) => place.endsWith(path.split("/")[0] ?? "-")),
    );
    for (const { place } of [{ place: midst }, ...again.slice(0, 2)]) {
      const { exitCode, stderr } = runCli(buildArguments(place), { cwd: scene.source });
      expect(exitCode).toBe(0);
      expect(stderr.replaceAll(/\s+/g, " ")).toContain(`!! leftover ${place}/.cavra-`);
      expect(buildOutputs(place).map(([made]) => stateOf(made))).toEqual(
        buildOutputs(place).map(([, whole]) => whole),
      );
    }
    for (const place of [midst, ...killed.map((run) => run.place)])
      rmSync(place, { recursive: true, force: true });
    await expect.poll(() => processesIn(scene.folder), { timeout: 5000 }).toEqual([]);
  });

  it("SIGINT leaves an extraction whole or absent, and no temporary folder", async () => {
    const spanMs = await durationMs(extractArguments, scene.folder);
    await sideBySide(cases("extract", spanMs, 3), WIDTH, async ({ place, afterMs }) => {
      const { exitCode, stderr } = await interruptedRun(
        extractArguments(place),
        scene.folder,
        "SIGINT",
        afterMs,
      );
      expect(endedAsTold(exitCode, place), `after ${afterMs} ms: ${String(exitCode)} ${stderr}`).toBe(true);
      expect(halves([[place, stateOf(join(scene.release, TOP))]])).toEqual([]);
    });
    expect(leftovers(scene.folder)).toEqual([]);
  });

  it("SIGKILL leaves an extraction whole or absent, and the next one works", async () => {
    const spanMs = await durationMs(extractArguments, scene.folder);
    const whole = stateOf(join(scene.release, TOP));
    await sideBySide(cases("shot", spanMs, 4), WIDTH, async ({ place, afterMs }) => {
      await interruptedRun(extractArguments(place), scene.folder, "SIGKILL", afterMs);
      expect(halves([[place, whole]])).toEqual([]);
      if (existsSync(place)) return;
      expect((await interruptedRun(extractArguments(place), scene.folder, "SIGKILL", 60_000)).exitCode).toBe(
        0,
      );
      expect(stateOf(place)).toBe(whole);
    });
  });
});
