import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { parseTrustState } from "../../src/crypto/trust-state.ts";
import { parseEnvelope } from "../../src/formats/dsse.ts";
import { parseTrustRoot } from "../../src/formats/trust-root.ts";
import type { TrustState } from "../../src/model/trust-state.ts";
import { startCli } from "../support/cli.ts";
import type { CommandAnswer } from "../support/faults/command-server.ts";
import { FaultyCli } from "../support/faults/faulty-cli.ts";
import { FAULT_KINDS, type CallCounts, type Fault } from "../support/faults/inject.ts";
import { leftovers, stateOf, WRITING } from "../support/faults/sweep.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { smallWorld, WORLD_TIME, type SmallWorld } from "../support/small-world.ts";
import { signedTestRoot } from "../support/trust.ts";

/** `npm run test:faults` takes every call; `npm test` every call that writes and a part of the others. */
const all = process.env["CAVRA_TEST_FAULTS"] === "all";
const STRIDE = all ? 1 : 5;
/** Where something lasting may be half done. */
const KILLED: ReadonlySet<string> = new Set(["write", "fsync", "rename"]);
const PRODUCT = "cavra-runtime";

const folder = realpathSync(scratchFolder());
const home = join(folder, "home");
const pins = join(home, "trust");
const pinned = join(folder, "pinned");
const record = join(pins, `${PRODUCT}.state.json`);
const env = { CAVRA_HOME: home };
let world: SmallWorld;
let sound: FaultyCli;

beforeAll(async () => {
  world = await smallWorld(join(folder, "world"));
  mkdirSync(home);
  sound = new FaultyCli(pins, env);
  const bytes = readFileSync(world.trust);
  const envelope = parseEnvelope(world.trust, bytes);
  const root = envelope.ok ? parseTrustRoot(world.trust, envelope.value.payload) : envelope;
  if (!envelope.ok || !root.ok) throw new Error("the root of the small world cannot be read");
  // A later root beside the package has to be written before the record that names it.
  writeFileSync(
    join(`${world.first}.sigs`, "root.2.dsse.json"),
    signedTestRoot({ ...root.value, version: 2 }),
  );
  const pin = ["trust", "pin", world.trust, "--sha256", sha256Hex(envelope.value.payload)];
  const { exitCode, stderr } = await sound.run({ args: pin, cwd: folder });
  if (exitCode !== 0) throw new Error(stderr);
  cpSync(pins, pinned, { recursive: true });
});
afterAll(() => sound.close());

beforeEach(restore);

function restore(): void {
  rmSync(pins, { recursive: true, force: true });
  cpSync(pinned, pins, { recursive: true });
}

const VERIFY = ["release", "verify-airgap-bundle", "--allow-test-trust", "--at", WORLD_TIME];

async function verify(cli: FaultyCli, fault?: Fault): Promise<CommandAnswer> {
  return await cli.run({ args: [...VERIFY, world.first], cwd: folder, fault });
}

function state(): TrustState {
  const read = parseTrustState(record, readFileSync(record), PRODUCT);
  if (!read.ok) throw new Error(read.reason);
  return read.value;
}

/** What a first verification changes. */
async function soundRun(): Promise<{
  readonly counts: CallCounts;
  readonly before: string;
  readonly after: string;
}> {
  const before = stateOf(record);
  const { exitCode, counts, stdout } = await verify(sound);
  expect({ exitCode, stdout: exitCode === 0 ? "" : stdout }).toEqual({ exitCode: 0, stdout: "" });
  const after = stateOf(record);
  expect(after).not.toBe(before);
  expect(state()).toMatchObject({ rootVersion: 2 });
  restore();
  return { counts, before, after };
}

function pointsOf(counts: CallCounts, code: Fault["code"]): readonly Fault[] {
  return FAULT_KINDS.flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_, index) => ({ kind, nth: index + 1, code }) as const).filter(
      ({ nth }) => WRITING.has(kind) || (nth - 1) % STRIDE === 0,
    ),
  );
}

describe("the record beside a pin", () => {
  it("is as it was or as it must be whichever call on it fails, and the next verification completes it", async () => {
    const { counts, before, after } = await soundRun();
    const problems: string[] = [];
    for (const code of all ? (["EIO", "ENOSPC"] as const) : (["EIO"] as const)) {
      for (const fault of pointsOf(counts, code)) {
        const { exitCode, firedAt, stdout, stderr } = await verify(sound, fault);
        const name = `${fault.kind} ${fault.nth} ${code} at ${firedAt ?? "nothing"}: ${String(exitCode)}`;
        const now = stateOf(record);
        if (firedAt === undefined) problems.push(`${name}, which did not happen`);
        if (exitCode === 0 ? now !== after : now !== before && now !== after)
          problems.push(`${name}, ${now}`);
        if (exitCode !== 0 && exitCode !== 3 && exitCode !== 4) problems.push(`${name}, ${stdout}${stderr}`);
        const next = await verify(sound);
        if (next.exitCode !== 0 || stateOf(record) !== after) problems.push(`${name}, then ${next.stderr}`);
        restore();
      }
    }
    expect(problems).toEqual([]);
    expect(pointsOf(counts, "EIO").length).toBeGreaterThan(15);
  }, 300_000);

  it("is so too when the process is killed at any of them", async () => {
    const { counts, before, after } = await soundRun();
    const problems: string[] = [];
    const points = pointsOf(counts, "SIGKILL").filter(({ kind }) => all || KILLED.has(kind));
    for (const fault of points) {
      const doomed = new FaultyCli(pins, env);
      const end = await verify(doomed, fault).then(
        ({ exitCode }) => `ended with ${String(exitCode)}`,
        (error: unknown) =>
          error instanceof Error && /ended with null/.test(error.message) ? "" : String(error),
      );
      const name = `${fault.kind} ${fault.nth}`;
      if (end !== "") problems.push(`${name}: ${end}`);
      const now = stateOf(record);
      if (now !== before && now !== after) problems.push(`${name}: ${now}`);
      const next = await verify(sound);
      if (next.exitCode !== 0 || stateOf(record) !== after) problems.push(`${name}, then ${next.stdout}`);
      if (leftovers(pins).some((path) => path.includes("state"))) problems.push(`${name}: left a draft`);
      restore();
    }
    expect(problems).toEqual([]);
    expect(points.length).toBeGreaterThan(8);
  }, 600_000);

  it("holds what two processes at once have left, each of another stream", async () => {
    for (let round = 0; round < (all ? 20 : 3); round += 1) {
      const runs = [
        startCli([...VERIFY, world.first], { cwd: folder, env }),
        startCli([...VERIFY, world.candidate, "--channel", "rc"], { cwd: folder, env }),
        startCli([...VERIFY, world.first], { cwd: folder, env }),
      ];
      for (const { stdout, stderr } of runs) for (const stream of [stdout, stderr]) stream?.resume();
      const codes = await Promise.all(runs.map(async (run) => (await once(run, "close"))[0] as number));
      expect(codes).toEqual([0, 0, 0]);
      const streams = [...state().streams].map(([name, { version }]) => `${name} ${version}`).toSorted();
      expect(streams).toEqual([
        `${PRODUCT}/go-runtime/main/rc 0.2.0-rc.1`,
        `${PRODUCT}/go-runtime/main/stable 0.1.0`,
      ]);
      restore();
    }
  });
});
