/**
 * Measures cavra against the tools that people use now, on the same files, one after the other in each round.
 *
 *     node scripts/bench.ts                      everything, written to docs/performance.md; some minutes
 *     node scripts/bench.ts --only verify        verify, pack or start; printed only
 *     node scripts/bench.ts --rounds 2           no more rounds than this, where there is little time
 *     node scripts/bench.ts --quick              one round, without the gigabyte; printed only
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  ALL_CHECKS,
  HASHED,
  PACK_SCRIPT,
  packContest,
  startContest,
  verifyContest,
} from "./bench/contests.ts";
import { race } from "./bench/measure.ts";
import { performancePage, tableOf, type Contest, type Target } from "./bench/page.ts";
import { makePayload, type Payload, type PayloadId } from "./bench/payloads.ts";
import { buildIfStale, bundle, entryPoints } from "./build.ts";
import { ROOT } from "./root.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    quick: { type: "boolean", default: false },
    rounds: { type: "string", default: "15" },
  },
});
const PAYLOADS: readonly PayloadId[] = ["binaries", "gigabyte", "many-files", "small-files"];
const scratch = mkdtempSync(join(tmpdir(), "cavra-bench-"));
/** The CLI and one program more, built like it: it must find the packages, so it is no scratch. */
const built = `dist.bench.${process.pid}`;
const contests: Contest[] = [];
const [loadBefore = 0] = loadavg();

try {
  await buildIfStale();
  await bundle(built, [...entryPoints(), PACK_SCRIPT]);
  buildRivals();
  const payloads: Payload[] = [];
  for (const id of PAYLOADS.filter((candidate) => !values.quick || candidate !== "gigabyte")) {
    console.error(`making ${id}`);
    payloads.push(await makePayload(id, scratch));
  }
  if (isWanted("verify")) payloads.forEach(verify);
  if (isWanted("pack")) payloads.filter(({ folder }) => folder !== undefined).forEach(pack);
  if (isWanted("start")) start(payloads);
  if (values.only === undefined && !values.quick)
    writeFileSync(
      join(ROOT, "docs/performance.md"),
      performancePage(contests, { date: new Date(), loadBefore }),
    );
} finally {
  for (const folder of [scratch, join(ROOT, built)]) rmSync(folder, { recursive: true, force: true });
}

function isWanted(part: "verify" | "pack" | "start"): boolean {
  return values.only === undefined || values.only === part;
}

function buildRivals(): void {
  const options = { cwd: join(ROOT, "scripts/bench/rivals"), stdio: "inherit" } as const;
  const { status } = spawnSync("go", ["build", "-o", join(scratch, "rivals"), "."], options);
  if (status !== 0) throw new Error("the rivals cannot be built: is there a Go in PATH?");
}

function verify(payload: Payload): void {
  const contestants = verifyContest(payload, scratch);
  record(
    `Verifying ${payload.title}`,
    contestants,
    payload.id === "gigabyte" ? 3 : 5,
    verifyTargets(payload),
  );
}

function verifyTargets({ id }: Payload): readonly Target[] {
  if (id === "small-files") return [{ row: HASHED, against: "unzip -t", atMost: 1.5 }];
  if (id === "many-files") return [];
  const row = ALL_CHECKS;
  return [
    { row, against: "unzip -t", atMost: 0.3 },
    { row, against: "unzip and sha256sum -c", atMost: 0.2 },
    { row, against: "bsdtar -xO", atMost: 0.5 },
    { row, against: "Go archive/zip, SHA-256", atMost: 0.45 },
    { row, atMostMiB: 160 },
  ];
}

function pack(payload: Payload): void {
  const atMost = payload.id === "binaries" ? 0.6 : 1.5;
  const targets = [{ row: "cavra, packing alone", against: "zip -6", atMost }];
  record(`Making the zip of ${payload.title}`, packContest(payload, scratch, join(ROOT, built)), 3, targets);
}

/** The refusals are of the first half of a zip: unsigned, and no zip. */
function start([payload]: readonly Payload[]): void {
  const [cut, empty] = [join(scratch, "cut.zip"), join(scratch, "empty.js")];
  writeFileSync(cut, readFileSync(payload?.zip ?? "").subarray(0, 1_000_000));
  writeFileSync(empty, "");
  const against = "node, an empty file";
  const rows = ["cavra --version", "cavra, not signed: FAIL", "cavra, no zip: REFUSED"];
  const targets = rows.map((row) => ({ row, against, atMost: 2.5 }));
  record("Starting", startContest(scratch, cut, empty), 15, targets);
}

function record(
  title: string,
  contestants: ReturnType<typeof verifyContest>,
  rounds: number,
  targets: Contest["targets"],
): void {
  const contest = { title, rounds: values.quick ? 1 : Math.min(rounds, Number(values.rounds)), targets };
  const rows = race(contestants, contest.rounds);
  contests.push({ ...contest, rows });
  console.log(`${title}\n${tableOf({ ...contest, rows })}\n`);
}
