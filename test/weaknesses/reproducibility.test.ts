import { chmodSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { packFolder } from "../../src/flows/bundle-package.ts";
import { checkBundle } from "../../src/flows/verify-bundle.ts";
import { parseReproducibility } from "../../src/formats/reproducibility.ts";
import { valueOf } from "../../src/model/parsed.ts";
import { fileOf, sampleOf } from "../../scripts/tampered/samples.ts";
import { runCli } from "../support/cli.ts";
import { carelessCheckout, prebuiltCheckout } from "../support/prebuilt-checkout.ts";
import { REBUILD_TIME, rebuildWorld } from "../support/rebuild-world.ts";
import { testPolicy } from "../support/policy.ts";
import { SMALL_FIRST, SMALL_TOOL, smallInput, smallPackage, smallTrust } from "../support/small-release.ts";
import { tamperingBench } from "../support/tampering-bench.ts";

// Weaknesses of the system that cavra grows out of, reproducibility: the property that beats each.
const bench = tamperingBench();
const REPRODUCIBILITY = "cavra-runtime.reproducibility.json";

const TIMESTAMP = /20\d\d-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)/g;

const JUDGED = ["--allow-test-trust", "--at", REBUILD_TIME, "--json"];
const checkout = prebuiltCheckout();
const careless = carelessCheckout();

afterAll(() => {
  for (const repository of [checkout, careless]) repository.remove();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** The files of v0.1.0, written in an order, with times and with modes that say nothing. */
function writeFolder(name: string, how: { readonly reversed: boolean; readonly loose: boolean }): string {
  const { files, top } = sampleOf(bench.samples(), "v0.1.0");
  const folder = join(bench.folder, name, top);
  const order = [...files].sort(([a], [b]) => (a < b === how.reversed ? 1 : -1));
  for (const [index, [path, { bytes, mode }]] of order.entries()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
    chmodSync(join(folder, path), how.loose ? mode | 0o020 : mode & 0o700);
    utimesSync(join(folder, path), 1_000_000 + index, 2_000_000 + index);
  }
  return folder;
}

describe("R1: every document holds the time of its making", () => {
  it("no clock, no zone and no locale is in a package", () => {
    const packages = [
      ["2001-02-03T04:05:06Z", "Pacific/Kiritimati", "de_DE.UTF-8"],
      ["2038-01-19T03:14:08Z", "America/St_Johns", "tr_TR.UTF-8"],
    ].map(([time = "", zone, locale]) => {
      vi.useFakeTimers({ now: new Date(time), toFake: ["Date"] });
      vi.stubEnv("TZ", zone);
      vi.stubEnv("LC_ALL", locale);
      return smallPackage(smallInput(SMALL_FIRST));
    });
    expect(packages[0]?.length).toBeGreaterThan(10);
    expect(packages[0]).toEqual(packages[1]);
  });

  it("the only times in it are that of the source and the end that was set", () => {
    const stamps = smallPackage(smallInput(SMALL_FIRST)).flatMap(
      ({ bytes }) => Buffer.from(bytes).toString("latin1").match(TIMESTAMP) ?? [],
    );
    expect([...new Set(stamps)].sort()).toEqual(["2026-10-01T09:00:00Z", "2027-10-01T09:00:00Z"]);
  });
});

describe("R2: the zip differs with the order, times and modes of the folder", () => {
  it("it does not: the signed zip comes out of any copy of the folder", async () => {
    const { zip, manifest } = sampleOf(bench.samples(), "v0.1.0");
    for (const how of [
      { reversed: false, loose: true },
      { reversed: true, loose: false },
    ]) {
      const folder = writeFolder(`folder-${how.loose}`, how);
      const destination = `${folder}.zip`;
      await packFolder(folder, destination, manifest.zip.method, manifest.sourceDateEpoch);
      expect(Buffer.compare(readFileSync(destination), zip)).toBe(0);
    }
  });

  it("a zip of another method or time than recorded is found", async () => {
    await bench.demand("zip-method-not-recorded");
    await bench.demand("zip-time-not-recorded");
  });
});

describe("R3: workflows take actions by tag and packages without a pin", () => {
  const folder = new URL("../../.github/workflows/", import.meta.url);
  const workflows = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));

  it("every action is named by its commit, and nothing is installed that no lock names", () => {
    const uses = workflows.flatMap((text) => text.match(/uses: .*/g) ?? []);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((line) => !/@[0-9a-f]{40}(?: |$)/.test(line))).toEqual([]);
    expect(workflows.filter((text) => /\bpip3? install\b|npm (?:install|i) |npx --yes/.test(text))).toEqual(
      [],
    );
  });
});

describe("R4: nothing is made a second time and compared", () => {
  it("what was verified makes the same zip again, without a key", async () => {
    const { zip, zipPath, manifest, top } = sampleOf(bench.samples(), "v0.1.0");
    const folder = join(bench.folder, "again", top);
    mkdirSync(dirname(folder));
    const report = await checkBundle({
      tool: SMALL_TOOL,
      command: "release verify-airgap-bundle",
      path: zipPath,
      signaturesFolder: undefined,
      policy: testPolicy(),
      trust: smallTrust(),
      extractTo: folder,
      copyTo: undefined,
    });
    expect(report.verdict.word).toBe("PASS");
    await packFolder(folder, `${folder}.zip`, manifest.zip.method, manifest.sourceDateEpoch);
    expect(Buffer.compare(readFileSync(`${folder}.zip`), zip)).toBe(0);
  });

  it("a release is made again by one command, which finds what was not made from the source", async () => {
    const { folder } = checkout;
    const { zip, trust } = await rebuildWorld(folder, join(bench.folder, "rebuilt"));
    const flags = ["--source", folder, "--json"];
    const honest = runCli(["release", "rebuild", zip, "--trust", trust, "--at", REBUILD_TIME, ...flags]);
    expect(honest.exitCode).toBe(0);
    expect(JSON.parse(honest.stdout)).toMatchObject({
      verdict: { word: "IDENTICAL" },
      trust: { holders: ["Ada"] },
    });
    // Whoever holds the signing key ships a binary of their own, and makes every document fit.
    careless.write({ LICENSE: "as it lay on a desk\n" });
    const other = await rebuildWorld(careless.folder, join(bench.folder, "from-a-desk"));
    const verified = runCli([
      "release",
      "verify-airgap-bundle",
      other.zip,
      "--trust",
      other.trust,
      ...JUDGED,
    ]);
    expect(verified.exitCode).toBe(0);
    const found = runCli(["release", "rebuild", other.zip, "--allow-unsigned", "--source", careless.folder]);
    expect(found.exitCode).toBe(1);
    expect(found.stdout).toMatch(/^DIFFERENT /);
    expect(found.stdout).toMatch(/different\[content\].*\n *--> LICENSE: line 1/);
  });

  it("each binary says how to make it again, and the report says that nobody did", async () => {
    const { files, zipPath } = sampleOf(bench.samples(), "v0.1.0");
    const record = valueOf(parseReproducibility(REPRODUCIBILITY, fileOf(files, REPRODUCIBILITY).bytes));
    expect(record?.binaries).toHaveLength(3);
    for (const { rebuildCommand, toolchain } of record?.binaries ?? []) {
      expect(rebuildCommand).toContain("go build");
      expect(toolchain).toMatch(/^go1\.\d+\.\d+$/);
    }
    const { notChecked } = await bench.judge(zipPath);
    expect(notChecked.map(({ id }) => id)).toContain("reproducibility.rebuild");
  });
});
