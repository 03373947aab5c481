import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, it } from "vitest";
import { checkBundle } from "../../src/flows/verify-bundle.ts";
import { Failure } from "../../src/model/failure.ts";
import { sha256Hex } from "../../src/crypto/digest.ts";
import type { Report } from "../../src/model/report.ts";
import { testPolicy } from "../support/policy.ts";
import { ATTACKS, type Attack } from "../support/racer/attacks.ts";
import { interposed } from "../support/racer/interpose.ts";
import type { RacerData } from "../support/racer/worker.ts";
import { scratchFolderInMemory } from "../support/scratch-folder.ts";
import { SMALL_TOOL, smallTrust } from "../support/small-release.ts";
import { packAgain, sweepRelease, type SweepRelease } from "../support/sweeps/sweep-release.ts";

const root = scratchFolderInMemory();
/** Attacks spread over all steps; with CAVRA_TEST_RACER=all each attack at each step. */
const MOMENTS = process.env["CAVRA_TEST_RACER"] === "all" ? Infinity : 24;
const BINARY = "bin/cavra-runtime_v0.1.0_linux_amd64";
let release: SweepRelease;
/** The zip of a release whose program is another one of the same size: it fits wherever the good one stands. */
let evilZip: Uint8Array;

beforeAll(async () => {
  release = await sweepRelease("store");
  const binary = release.files.get(BINARY);
  if (binary === undefined) throw new Error(`the release has no ${BINARY}`);
  const evil = Buffer.from(binary.bytes).fill(0x90, 1000);
  evilZip = await packAgain(release, new Map([...release.files, [BINARY, { ...binary, bytes: evil }]]));
  expect(evilZip.byteLength).toBe(release.zip.byteLength);
});

interface Medium {
  readonly place: string;
  readonly zip: string;
  readonly folder: string;
}

/** The zip and the folder of the release, each with its signatures, in a new place. */
function newMedium(): Medium {
  const place = mkdtempSync(join(root, "medium-"));
  const zip = join(place, release.zipPath);
  const folder = join(place, release.top);
  writeFileSync(zip, release.zip);
  for (const [path, { bytes, mode }] of release.files) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), bytes, { mode });
  }
  for (const sigs of [`${zip}.sigs`, `${folder}.sigs`]) {
    mkdirSync(sigs);
    for (const [name, bytes] of release.signatures) writeFileSync(join(sigs, name), bytes);
  }
  return { place, zip, folder };
}

interface Outcome {
  readonly report: Report;
  readonly home: string;
}

async function verify(path: string, copyToo: boolean): Promise<Outcome> {
  const home = mkdtempSync(join(root, "home-"));
  const report = await checkBundle({
    tool: SMALL_TOOL,
    command: "release verify-airgap-bundle",
    path,
    signaturesFolder: undefined,
    policy: testPolicy(),
    trust: smallTrust(),
    extractTo: join(home, "out"),
    copyTo: copyToo ? join(home, "copy") : undefined,
  });
  return { report, home };
}

/** After PASS exactly the verified bytes have come out, and nothing otherwise. */
function judgeOutcome({ report, home }: Outcome, copyToo: boolean): string {
  const { word } = report.verdict;
  if (word !== "PASS") {
    expect(readdirSync(home)).toEqual([]);
    return word;
  }
  expect(readdirSync(home).toSorted()).toEqual(copyToo ? ["copy", "out"] : ["out"]);
  if (report.subject.kind === "zip") expect(report.subject.sha256).toBe(sha256Hex(release.zip));
  const out = readdirSync(join(home, "out"), { recursive: true, encoding: "utf8" });
  const files = out.filter((path) => statSync(join(home, "out", path)).isFile());
  expect(files.toSorted()).toEqual([...release.files.keys()].toSorted());
  for (const [path, { bytes }] of release.files) {
    expect(readFileSync(join(home, "out", path)).equals(bytes)).toBe(true);
  }
  if (copyToo) expect(readFileSync(join(home, "copy", release.zipPath)).equals(release.zip)).toBe(true);
  return word;
}

/** A step of a verification at which an attack happens; every attack meets every step in turn. */
function momentsOf(steps: number, most: number): readonly (readonly [Attack, number])[] {
  const all = Array.from({ length: steps }, (_, index) => index + 1).flatMap((step) =>
    ATTACKS.map((attack) => [attack, step] as const),
  );
  const stride = Math.max(1, all.length / most);
  return Array.from(
    { length: Math.min(most, all.length) },
    (_, index) => all[Math.floor(index * stride)],
  ).filter((moment) => moment !== undefined);
}

async function attacked(
  subject: (medium: Medium) => string,
  target: (medium: Medium) => string,
  evil: Uint8Array,
  copyToo: boolean,
): Promise<ReadonlyMap<string, number>> {
  const words = new Map<string, number>();
  const dry = newMedium();
  const steps = await interposed(
    () => undefined,
    async () => void (await verify(subject(dry), copyToo)),
  );
  for (const [attack, moment] of momentsOf(steps, MOMENTS)) {
    const medium = newMedium();
    let outcome: Outcome | undefined;
    await interposed(
      (step) => {
        if (step === moment) attack.run(target(medium), evil);
      },
      async () => {
        outcome = await verify(subject(medium), copyToo);
      },
    );
    if (outcome === undefined) throw new Error("no outcome");
    const word = judgeOutcome(outcome, copyToo);
    words.set(word, (words.get(word) ?? 0) + 1);
    rmSync(medium.place, { recursive: true });
    rmSync(outcome.home, { recursive: true });
  }
  return words;
}

describe("a file that changes between two steps of its verification", () => {
  it("of a zip: only the verified bytes come out", async () => {
    const words = await attacked(
      ({ zip }) => zip,
      ({ zip }) => zip,
      evilZip,
      true,
    );
    expect(words.get("PASS")).toBeGreaterThan(0);
    expect(words.get("INCOMPLETE")).toBeGreaterThan(0);
  });

  it("of a directory: only the verified bytes come out", async () => {
    const evil = Buffer.alloc(release.files.get(BINARY)?.bytes.byteLength ?? 0, 0x90);
    const words = await attacked(
      ({ folder }) => folder,
      ({ folder }) => join(folder, BINARY),
      evil,
      false,
    );
    expect(words.get("PASS")).toBeGreaterThan(0);
    expect(words.get("INCOMPLETE")).toBeGreaterThan(0);
  });
});

it("gives out nothing unverified while somebody keeps changing the zip", async () => {
  const { zip } = newMedium();
  const startedMs = performance.now();
  expect(judgeOutcome(await verify(zip, false), false)).toBe("PASS");
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const pauseMs = 2 * (performance.now() - startedMs);
  const workerData: RacerData = { path: zip, good: release.zip, evil: evilZip, pauseMs, stop };
  const racer = new Worker(new URL("../support/racer/worker.ts", import.meta.url), { workerData });
  await once(racer, "message");
  const words = await raced(zip);
  Atomics.store(stop, 0, 1);
  Atomics.notify(stop, 0);
  const [attacks] = (await once(racer, "message")) as [number];
  expect(attacks).toBeGreaterThan(10);
  expect(words.get("PASS")).toBeGreaterThan(0);
  expect([...words.keys()].filter((word) => word !== "PASS").length).toBeGreaterThan(0);
});

/** Verifies for three seconds; longer only on a machine where not every outcome was seen by then. */
async function raced(zip: string): Promise<ReadonlyMap<string, number>> {
  const words = new Map<string, number>();
  const startedMs = performance.now();
  for (;;) {
    const elapsedMs = performance.now() - startedMs;
    const sawBoth = words.has("PASS") && words.size > 1;
    if (elapsedMs > 30_000 || (elapsedMs > 3000 && sawBoth)) return words;
    const outcome = await verify(zip, false).catch(vanished);
    if (outcome === undefined) continue;
    const word = judgeOutcome(outcome, false);
    words.set(word, (words.get(word) ?? 0) + 1);
    rmSync(outcome.home, { recursive: true });
  }
}

/** Between two attacks there may be no file at all. */
function vanished(error: unknown): undefined {
  if (error instanceof Failure && error.code === "input") return undefined;
  throw error;
}
