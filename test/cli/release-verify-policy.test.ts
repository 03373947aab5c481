import { copyFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import {
  copyOf,
  directoryOf,
  findingIds,
  judged,
  smallWorld,
  verifyBundle,
  WORLD_TIME,
  type SmallWorld,
} from "../support/small-world.ts";
import { signedTestRoot, testTrustRoot } from "../support/trust.ts";

const folder = scratchFolder();
let world: SmallWorld;
let directory: string;

beforeAll(async () => {
  world = await smallWorld(folder);
  directory = directoryOf(world, world.first);
});

function pass(...args: readonly string[]): CliResult {
  return runCli(["release", ...args, ...world.flags]);
}

function judgeAt(at: string, trust: string): CliResult {
  const flags = ["--trust", trust, "--allow-test-trust", "--at", at];
  return runCli(["release", "verify-airgap-bundle", world.first, ...flags]);
}

describe("what the user decides", () => {
  it("raises a limit only by name and upwards, and says so right under the verdict", () => {
    const report = judged(
      world,
      world.first,
      "--raise-limit",
      "expansion=500",
      "--raise-limit",
      "entry-size=2000MiB",
    );
    expect(report.verdict.word).toBe("PASS");
    expect(report.policy.raisedLimits).toEqual([
      { name: "entry-size", value: 2_097_152_000, default: 1_073_741_824 },
      { name: "expansion", value: 500, default: 256 },
    ]);
    for (const quiet of [[], ["--quiet"]]) {
      const { stdout } = verifyBundle(world, world.first, "--raise-limit", "expansion=500", ...quiet);
      expect(stdout.split("\n")[1]).toMatch(/raised +limit expansion is 500 instead of 256/);
    }
    for (const [value, words] of [
      ["expansion=256", "more than 256"],
      ["entries=70000", "entries is 65534 in the format itself"],
      ["expnsion=500", 'did you mean "expansion"?'],
    ] as const) {
      const { exitCode, stderr } = verifyBundle(world, world.first, "--raise-limit", value);
      expect([exitCode, unwrapped(stderr)]).toEqual([2, expect.stringContaining(words)]);
    }
  });

  it("expects a stable release unless told otherwise", () => {
    const report = judged(world, world.candidate);
    expect(report.verdict.word).toBe("FAIL");
    expect(findingIds(report, "error")).toEqual(["release.wrong-channel"]);
    expect(report.findings[0]?.remedy).toContain("--channel rc");
    expect(judged(world, world.candidate, "--channel", "rc").verdict.word).toBe("PASS");
    expect(findingIds(judged(world, world.first, "--line", "lts"), "error")).toEqual(["release.wrong-line"]);
  });

  it("does not go below --min-version and --previous", () => {
    expect(judged(world, world.first, "--min-version", "0.1.0").verdict.word).toBe("PASS");
    expect(judged(world, world.first, "--min-version", "v0.1.1").verdict.word).toBe("FAIL");
    expect(judged(world, world.candidate, "--channel", "rc", "--previous", world.first).verdict.word).toBe(
      "PASS",
    );
    const back = judged(world, world.first, "--previous", world.candidate);
    expect(back.verdict.word).toBe("FAIL");
    const unproven = copyOf(world, world.candidate);
    rmSync(`${unproven}.sigs`, { recursive: true });
    const { exitCode, stdout, stderr } = verifyBundle(world, world.first, "--previous", unproven);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(unwrapped(stderr)).toContain("the package given with --previous does not verify");
  });

  it.each([
    ["before the root was issued", { issued: "2026-11-25T00:00:00Z" }, "trust.clock-implausible"],
    ["after the root expired", { expires: "2026-11-01T00:00:00Z" }, "trust.expired"],
  ])("UNKNOWN %s", (_, period, id) => {
    const trust = join(folder, `${id}.json`);
    writeFileSync(trust, signedTestRoot(testTrustRoot((root) => ({ ...root, ...period }))));
    const { exitCode, stdout } = judgeAt(WORLD_TIME, trust);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/^UNKNOWN /);
    expect(stdout).toContain(id);
  });

  it.each([
    ["after the release expired", "2027-10-02T00:00:00Z", ["release.expired"]],
    [
      "when every key is past its end",
      "2040-01-01T00:00:00Z",
      ["trust.expired", "release.signature-not-counted"],
    ],
    [
      "when no key is in force yet",
      "2025-06-01T00:00:00Z",
      ["trust.clock-implausible", "release.signature-not-counted"],
    ],
  ])("FAIL %s, and every reason is told", (_, at, ids) => {
    const { exitCode, stdout } = judgeAt(at, world.trust);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^FAIL /);
    for (const id of ids) expect(stdout).toContain(id);
  });

  it("UNKNOWN for a test root without --allow-test-trust, and for a root that is none", () => {
    const test = runCli(["release", "verify-airgap-bundle", world.first, "--trust", world.trust]);
    expect(test.exitCode).toBe(4);
    expect(test.stdout).toContain("trust.test-root");
    const spoilt = join(folder, "spoilt.json");
    writeFileSync(spoilt, "{}");
    const none = runCli(["release", "verify-airgap-bundle", world.first, "--trust", spoilt]);
    expect(none.exitCode).toBe(4);
    expect(none.stdout).toContain("trust.invalid");
  });

  it("takes trust from the flag, then CAVRA_TRUST, and never from the working folder", () => {
    const flags = ["release", "verify-airgap-bundle", world.first, "--allow-test-trust"];
    const env = { CAVRA_TRUST: world.trust };
    expect(runCli(flags, { env }).exitCode).toBe(0);
    expect(runCli([...flags, "--trust", join(folder, "none.json")], { env }).exitCode).toBe(3);
    const copy = copyOf(world, world.first);
    copyFileSync(world.trust, join(dirname(copy), "trust-root.json"));
    expect(runCli(["release", "verify-airgap-bundle", copy], { cwd: dirname(copy) }).exitCode).toBe(4);
  });

  it.each([
    ["--at", "yesterday"],
    ["--at", "2026-11-20"],
    ["--min-version", "1"],
    ["--channel", "beta"],
  ])("%s %s is a usage error", (flag, value) => {
    const { exitCode, stdout, stderr } = runCli([
      "release",
      "verify-airgap-bundle",
      world.first,
      flag,
      value,
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^error: /);
  });
});

describe("less than PASS", () => {
  const waivers: readonly (readonly [string, (copy: string) => void])[] = [
    ["--allow-unsigned", (copy) => rmSync(`${copy}.sigs`, { recursive: true })],
    ["--allow-missing-provenance", (copy) => rmSync(join(`${copy}.sigs`, "provenance.dsse.json"))],
    ["--allow-missing-bootstrap", () => undefined],
    ["--diagnose", () => undefined],
  ];

  it.each(waivers)("%s is UNKNOWN 4, with the flag as its reason", (flag, spoil) => {
    const copy = copyOf(world, world.first);
    spoil(copy);
    const report = judged(world, copy, flag);
    expect(report.verdict).toMatchObject({ word: "UNKNOWN", exitCode: 4 });
    expect(report.verdict.reason).toContain(flag);
  });

  it.each(waivers)("%s does not hide a changed file: FAIL still wins", (flag, spoil) => {
    const copy = copyOf(world, directory);
    spoil(copy);
    writeFileSync(join(copy, "LICENSE"), "changed");
    expect(judged(world, copy, flag).verdict).toMatchObject({ word: "FAIL", exitCode: 1 });
  });
});

describe("the flags of the system before cavra", () => {
  it("are accepted, and demand nothing less than the default", () => {
    const extracted = join(folder, "extracted");
    expect(
      pass("verify-go-package", directory, "--require-signatures", "--require-provenance").exitCode,
    ).toBe(0);
    const bundle = ["verify-airgap-bundle", world.first, "--require-bootstrap", "--extract-dir", extracted];
    expect(pass(...bundle).exitCode).toBe(0);
    expect(readdirSync(extracted)).toContain("checksums.txt");
    expect(pass("validate-upgrade", world.first, world.candidate, "--require-signatures").exitCode).toBe(0);
  });

  it.each([
    ["--require-signatures", "--allow-unsigned"],
    ["--require-provenance", "--allow-missing-provenance"],
    ["--require-bootstrap", "--allow-missing-bootstrap"],
  ])("%s and %s exclude each other", (demand, waiver) => {
    expect(pass("verify-airgap-bundle", world.first, demand, waiver).exitCode).toBe(2);
  });
});
