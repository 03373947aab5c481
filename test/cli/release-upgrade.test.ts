import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { PackageInput } from "../../src/make/package/package-input.ts";
import type { Report } from "../../src/model/report.ts";
import { runCli, type CliResult } from "../support/cli.ts";
import { schemaProblems } from "../support/json-schema.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { smallInput, smallSource, writeSmallRelease, type SmallProgram } from "../support/small-release.ts";
import { copyOf, directoryOf, findingIds, smallWorld, type SmallWorld } from "../support/small-world.ts";

const folder = scratchFolder();
let world: SmallWorld;

beforeAll(async () => {
  world = await smallWorld(folder);
});

/** A successor of v0.1.0 in the stable channel. */
async function successor(
  change: Partial<PackageInput> & Pick<PackageInput, "version">,
  program: SmallProgram = {},
): Promise<string> {
  const next = {
    releaseCounter: 2,
    previous: { version: "0.1.0", manifestSha256: idOf(world.first) },
    sourceDateEpoch: Date.UTC(2026, 10, 3, 9) / 1000,
    expires: Date.UTC(2027, 10, 3, 9) / 1000,
    ...change,
  };
  const { zip } = await writeSmallRelease(mkdtempSync(join(folder, "successor-")), next, { program });
  return zip;
}

function isKept(target: string | null): boolean {
  return target?.startsWith("windows/") !== true;
}

function withoutWindows(version: string): Promise<string> {
  const { input } = smallInput({ version });
  return successor({
    version,
    targets: input.targets.filter(isKept),
    files: input.files.filter(({ target }) => isKept(target)),
  });
}

function idOf(zip: string): string {
  const { stdout } = runCli(["release", "inspect", zip, "--json"]);
  return (JSON.parse(stdout) as { readonly manifestSha256: string }).manifestSha256;
}

function run(previous: string, candidate: string, ...more: readonly string[]): CliResult {
  return runCli(["release", "validate-upgrade", previous, candidate, ...world.flags, ...more]);
}

function upgrade(previous: string, candidate: string, ...more: readonly string[]): Report {
  const { exitCode, stdout, stderr } = run(previous, candidate, ...more, "--json");
  const report = JSON.parse(stdout) as Report;
  expect({ stderr, exitCode, schema: schemaProblems("report-1", report) }).toEqual({
    stderr: "",
    exitCode: report.verdict.exitCode,
    schema: "",
  });
  return report;
}

describe("release validate-upgrade", () => {
  it("passes a candidate that lost nothing, zip and directory in every mix", () => {
    const first = directoryOf(world, world.first);
    const candidate = directoryOf(world, world.candidate, "--channel", "rc");
    const mixes = [
      [world.first, world.candidate],
      [first, candidate],
      [world.first, candidate],
      [first, world.candidate],
    ] as const;
    for (const [was, now] of mixes) {
      const { verdict, upgrade: facts, findings } = upgrade(was, now);
      expect(verdict).toMatchObject({ word: "PASS", exitCode: 0, qualifier: "test trust" });
      expect(facts).toMatchObject({
        bump: "minor",
        previous: { version: "0.1.0", verdict: "PASS" },
        candidate: { version: "0.2.0-rc.1", verdict: "PASS" },
      });
      expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    }
  });

  it("names both versions in its first line, and every rule's word is the same twice", () => {
    const first = run(world.first, world.candidate);
    expect(first.stdout).toMatch(/^PASS \(test trust\) {2}v0\.1\.0 -> v0\.2\.0-rc\.1 \(minor\) {2}\d+ rules/);
    expect(run(world.first, world.candidate).stdout).toBe(first.stdout);
  });

  it("fails when a target is gone, but for a version that announces it", async () => {
    const patch = await withoutWindows("0.1.1");
    const report = upgrade(world.first, patch);
    expect(report.verdict).toMatchObject({ word: "FAIL", exitCode: 1 });
    expect(findingIds(report, "error")).toEqual(["files.target-removed", "version.bump-too-small"]);
    expect(run(world.first, patch).stdout).toContain("windows/amd64");
    // Before 1.0.0 the minor number announces what breaks.
    const announced = upgrade(world.first, await withoutWindows("0.2.0"));
    expect(announced.verdict.word).toBe("PASS");
    expect(announced.findings.map(({ id }) => id)).toContain("files.target-removed");
  });

  it("fails a step to the same version or back", () => {
    for (const [was, now] of [
      [world.first, world.first],
      [world.candidate, world.first],
    ] as const) {
      const report = upgrade(was, now);
      expect(report.verdict.word).toBe("FAIL");
      expect(findingIds(report, "error")).toContain("version.not-newer");
    }
  });

  it("lets --allow-same-version excuse an equal version only, and never passes with it", () => {
    const same = upgrade(world.first, world.first, "--allow-same-version");
    expect(findingIds(same, "error")).not.toContain("version.not-newer");
    expect(same.verdict.word).not.toBe("PASS");
    expect(upgrade(world.candidate, world.first, "--allow-same-version").verdict.word).toBe("FAIL");
    const newer = upgrade(world.first, world.candidate, "--allow-same-version");
    expect(newer.verdict).toMatchObject({ word: "UNKNOWN", exitCode: 4 });
  });

  it("lets warnings pass unless they are asked for", async () => {
    const respin = await successor({
      version: "0.1.1",
      // The commit got a second tag.
      source: { ...smallSource("0.1.0"), ref: "refs/tags/v0.1.1" },
    });
    const mild = upgrade(world.first, respin);
    expect(mild.verdict.word).toBe("PASS");
    expect(findingIds(mild, "warning")).toContain("version.same-commit");
    const strict = upgrade(world.first, respin, "--fail-on", "warning");
    expect(strict.verdict).toMatchObject({ word: "FAIL", exitCode: 1 });
    expect(strict.findings).toEqual(mild.findings);
  });

  it("does not let an unproven side pass, whichever it is", () => {
    for (const spoilt of ["previous", "candidate"]) {
      const previous = copyOf(world, world.first);
      const candidate = copyOf(world, world.candidate);
      rmSync(join(`${spoilt === "previous" ? previous : candidate}.sigs`, "release.dsse.json"));
      const report = upgrade(previous, candidate);
      expect({ spoilt, word: report.verdict.word }).toEqual({ spoilt, word: "FAIL" });
      expect(report.findings.some(({ at }) => at.startsWith(`${spoilt}: `))).toBe(true);
    }
  });

  it("is INCOMPLETE when a side is not there, REFUSED when one is hostile, UNKNOWN without trust", () => {
    expect(upgrade(world.first, join(folder, "none.zip")).verdict.word).toBe("INCOMPLETE");
    expect(upgrade(join(folder, "none.zip"), world.candidate).verdict.word).toBe("INCOMPLETE");
    const hostile = copyOf(world, world.first);
    writeFileSync(hostile, Buffer.concat([Buffer.from("MZ"), readFileSync(hostile)]));
    expect(upgrade(hostile, world.candidate, "--diagnose").verdict.word).toBe("REFUSED");
    const { exitCode, stdout } = runCli(["release", "validate-upgrade", world.first, world.candidate]);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/^UNKNOWN /);
  });
});

/** What `release rebuild --json` printed of the candidate, with members changed. */
function rebuildFile(change: object): string {
  const path = join(mkdtempSync(join(folder, "rebuild-")), "rebuild.json");
  const [shipped, rebuilt] = ["/home/ada/main.go", "none"];
  const cause = { cause: "build-path", at: "bin/agent", field: "source files", shipped, rebuilt };
  const release = {
    product: "cavra-runtime",
    version: "0.2.0-rc.1",
    manifestSha256: idOf(world.candidate),
  };
  const verdict = { word: "DIFFERENT", exitCode: 1 };
  const document = { schema: "cavra.rebuild/1", verdict, release, causes: [cause], ...change };
  writeFileSync(path, JSON.stringify(document));
  return path;
}

describe("--rebuild", () => {
  it("fails a candidate that came out different, with the cause", () => {
    const report = upgrade(world.first, world.candidate, "--rebuild", rebuildFile({}));
    expect(report.verdict.word).toBe("FAIL");
    expect(findingIds(report, "error")).toEqual(["reproducibility.unreproducible"]);
    expect(report.findings.map(({ at }) => at)).toContain("bin/agent: source files");
  });

  it("is quiet for one that came out the same", () => {
    const same = { verdict: { word: "IDENTICAL", exitCode: 0 }, causes: [] };
    const report = upgrade(world.first, world.candidate, "--rebuild", rebuildFile(same));
    expect(report.verdict.word).toBe("PASS");
    expect(report.notChecked.map(({ id }) => id)).not.toContain("reproducibility.unreproducible");
  });

  it("refuses a result that is about another package, or is none", () => {
    const other = { release: { manifestSha256: "9".repeat(64) } };
    expect(run(world.first, world.candidate, "--rebuild", rebuildFile(other)).exitCode).toBe(2);
    expect(
      run(world.first, world.candidate, "--rebuild", rebuildFile({ schema: "cavra.plan/1" })).exitCode,
    ).toBe(3);
  });
});

/** A database of one record, about versions of golang.org/x/text from `introduced` on until `fixed`; of the first of November. */
function database(introduced: string, ...fixed: readonly string[]): readonly string[] {
  const path = mkdtempSync(join(folder, "osv-"));
  const events = [{ introduced }, ...fixed.map((version) => ({ fixed: version }))];
  const ranges = [{ type: "SEMVER", events }];
  const affected = [{ package: { name: "golang.org/x/text", ecosystem: "Go" }, ranges }];
  const record = {
    id: "GO-2026-0001",
    modified: "2026-11-01T00:00:00Z",
    summary: "a test fault",
    affected,
  };
  writeFileSync(join(path, `${record.id}.json`), JSON.stringify(record));
  return ["--osv", path];
}

describe("--osv", () => {
  const INTRODUCED = "sbom.vulnerability-introduced";
  const FIXED = "sbom.vulnerability-fixed";
  let next: string;
  beforeAll(async () => {
    // v0.1.0 links v0.30.0.
    next = await successor({ version: "0.1.1" }, { modules: ["golang.org/x/text\tv0.31.0"] });
  });

  it("blocks a candidate that brings a known vulnerability", () => {
    const report = upgrade(world.first, next, ...database("0.31.0"));
    expect(report.verdict).toMatchObject({ word: "FAIL", exitCode: 1 });
    expect(findingIds(report, "error")).toEqual([INTRODUCED]);
    const found = report.findings.find(({ id }) => id === INTRODUCED);
    expect(found?.at).toMatch(/^bin\/.*: GO-2026-0001$/);
    expect(found?.actual).toContain("golang.org/x/text v0.31.0: a test fault");
    expect(report.policy.vulnerabilities).toMatchObject({ records: 1, ageDays: 19 });
  });

  it("lets one pass that takes a vulnerability away, and says so", () => {
    const report = upgrade(world.first, next, ...database("0", "0.31.0"));
    expect(report.verdict.word).toBe("PASS");
    expect(findingIds(report, "note")).toContain(FIXED);
    expect(findingIds(report, "warning")).toEqual([]);
  });

  it("does not blame a candidate for what was there before, and names it all the same", () => {
    const report = upgrade(world.first, next, ...database("0"), "--fail-on", "warning");
    expect(report.verdict.word).toBe("PASS");
    const ids = report.findings.map(({ id }) => id);
    expect(ids).not.toContain(INTRODUCED);
    expect(ids).not.toContain(FIXED);
    expect(report.findings.filter(({ id }) => id === "vulnerabilities.reach-unknown")).toHaveLength(3);
    // What is known of the earlier release is no news.
    expect(report.findings.filter(({ at }) => at.startsWith("previous: "))).toEqual([]);
  });

  it("proves nothing with a stale database, and blocks by one all the same", () => {
    const stale = ["--osv-max-age", "7"];
    const unknown = upgrade(world.first, next, ...database("0"), ...stale);
    expect(unknown.verdict).toMatchObject({ word: "UNKNOWN", exitCode: 4 });
    expect(unknown.findings.map(({ id }) => id)).toContain("vulnerabilities.database-stale");
    expect(upgrade(world.first, next, ...database("0.31.0"), ...stale).verdict.word).toBe("FAIL");
    expect(run(world.first, next, "--osv", join(folder, "none")).exitCode).toBe(3);
  });

  it("is not given: the rules are named as not checked", () => {
    const { verdict, notChecked } = upgrade(world.first, next);
    expect(verdict.word).toBe("PASS");
    const reasons = new Map(notChecked.map(({ id, reason }) => [id, reason]));
    for (const id of [INTRODUCED, FIXED]) {
      expect(reasons.get(id)).toBe("no vulnerability database was given (--osv DIR)");
    }
  });
});
