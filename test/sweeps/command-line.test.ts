import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VERDICT_EXIT_CODES } from "../../src/model/report.ts";
import { allPieces } from "../support/pieces.ts";
import { startCli } from "../support/cli.ts";
import { SMALL_TRUST_ROOT, smallTrustRoot } from "../support/small-release.ts";
import { sweepRelease, type SignatureFiles, type SweepRelease } from "../support/sweeps/sweep-release.ts";

const SAMPLE = 200;
/** As many as the machines that test this have processors. */
const AT_A_TIME = 2;
const SEED = 20_261_121;
const AT = "2026-11-20T00:00:00Z";

interface Damaged {
  readonly title: string;
  readonly zip: Uint8Array;
  readonly signatures: SignatureFiles;
  readonly trustRoot: Uint8Array;
}

interface Answer {
  readonly title: string;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
let release: SweepRelease;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cavra-sweep-"));
  release = await sweepRelease();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the built command", () => {
  it("passes the release as it was made", async () => {
    const whole = { zip: release.zip, signatures: release.signatures, trustRoot: smallTrustRoot() };
    const answer = await verify("whole", { title: "whole", ...whole });
    expect(answer).toMatchObject({ exitCode: 0, stderr: "" });
    expect(answer.stdout).toMatch(/^PASS\b/);
  });

  it(`answers ${SAMPLE} damaged releases with a verdict that is not PASS, and without a stack trace`, async () => {
    const random = randomNumbers(SEED);
    const damaged = Array.from({ length: SAMPLE }, (_, index) => damage(index, random));
    const answers: Answer[] = [];
    const waiting = damaged.entries();
    const worker = async (): Promise<void> => {
      for (const [index, item] of waiting) answers.push(await verify(String(index), item));
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
    expect(answers).toHaveLength(SAMPLE);
    expect(
      answers.flatMap(({ title, ...answer }) => wrongWith(answer).map((wrong) => `${title}: ${wrong}`)),
    ).toEqual([]);
    const words = new Set(answers.map(({ stdout }) => firstWord(stdout)));
    expect([...words].toSorted()).toEqual(["FAIL", "UNKNOWN"]);
  });
});

/** xorshift32: the same sample on every machine. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Half of the sample damages the zip, a quarter the signatures, a quarter the trust root. */
function damage(index: number, random: (below: number) => number): Damaged {
  const whole = { zip: release.zip, signatures: release.signatures, trustRoot: smallTrustRoot() };
  if (index % 4 < 2) {
    const { bytes, title } = damagedBytes(release.zip, random);
    return { ...whole, title: `zip ${title}`, zip: bytes };
  }
  if (index % 4 === 2) {
    const name = "release.dsse.json";
    const { bytes, title } = damagedBytes(release.signatures.get(name) ?? new Uint8Array(), random);
    const signatures = new Map(release.signatures).set(name, bytes);
    return { ...whole, title: `${name} ${title}`, signatures };
  }
  const { bytes, title } = damagedBytes(whole.trustRoot, random);
  return { ...whole, title: `trust root ${title}`, trustRoot: bytes };
}

function damagedBytes(
  bytes: Uint8Array,
  random: (below: number) => number,
): { readonly title: string; readonly bytes: Uint8Array } {
  const at = random(bytes.byteLength);
  const kind = random(4);
  if (kind === 0) return { title: `first ${at} bytes`, bytes: bytes.subarray(0, at) };
  if (kind === 1) return { title: `from byte ${at + 1}`, bytes: bytes.subarray(at + 1) };
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
  return { title: `byte ${at} flipped`, bytes: copy };
}

async function verify(name: string, { title, zip, signatures, trustRoot }: Damaged): Promise<Answer> {
  const place = join(folder, name);
  const path = join(place, basename(release.zipPath));
  mkdirSync(`${path}.sigs`, { recursive: true });
  writeFileSync(path, zip);
  for (const [file, bytes] of signatures) writeFileSync(join(`${path}.sigs`, file), bytes);
  writeFileSync(join(place, SMALL_TRUST_ROOT), trustRoot);
  const trust = ["--trust", join(place, SMALL_TRUST_ROOT), "--allow-test-trust", "--at", AT];
  const child = startCli(["release", "verify-airgap-bundle", path, ...trust]);
  const exited = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const exitCode = await exited;
  rmSync(place, { recursive: true, force: true });
  return { title, exitCode, stdout, stderr };
}

async function textOf(stream: AsyncIterable<Uint8Array> | null): Promise<string> {
  return stream === null ? "" : (await allPieces(stream)).toString("utf8");
}

function firstWord(text: string): string {
  return /^[A-Z]+/.exec(text)?.[0] ?? "";
}

const STACK = /^\s+at .*[:(]|node:internal|Error:/m;

function wrongWith({ exitCode, stdout, stderr }: Omit<Answer, "title">): readonly string[] {
  const word = firstWord(stdout);
  const code = Object.hasOwn(VERDICT_EXIT_CODES, word)
    ? VERDICT_EXIT_CODES[word as keyof typeof VERDICT_EXIT_CODES]
    : undefined;
  return [
    ...(exitCode === 0 || word === "PASS" ? ["passed"] : []),
    ...(code === undefined || code !== exitCode ? [`exit code ${exitCode} with "${word}"`] : []),
    ...(STACK.test(stderr) || STACK.test(stdout) ? [`stack trace: ${stderr.slice(0, 200)}`] : []),
  ];
}
