import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { comparePackages } from "../../src/flows/diff-releases.ts";
import { validateUpgrade } from "../../src/flows/validate-upgrade.ts";
import type { Report } from "../../src/model/report.ts";
import { legacyPackage, LEGACY_TARGETS, type LegacyOptions } from "../support/legacy-package.ts";
import { testPolicy } from "../support/policy.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { SMALL_FIRST, SMALL_TOOL, smallTrust, writeSmallRelease } from "../support/small-release.ts";
import { folderOf } from "../support/unsigned-folder.ts";

const folder = scratchFolder();
let ours: string;

beforeAll(async () => {
  ({ zip: ours } = await writeSmallRelease(join(folder, "ours"), SMALL_FIRST));
});

function legacy(options: LegacyOptions = {}): string {
  const { top, files } = legacyPackage(options);
  return folderOf(folder, top, files);
}

async function upgrade(previous: string, candidate: string): Promise<Report> {
  return validateUpgrade({
    tool: SMALL_TOOL,
    previous,
    candidate,
    policy: testPolicy({ allowUnsigned: true, expectStream: false }),
    trust: smallTrust(),
    failOn: "error",
    allowSameVersion: false,
  });
}

function errorsOf({ findings }: Report): readonly string[] {
  return findings.filter(({ severity }) => severity === "error").map(({ id }) => id);
}

describe("an upgrade from a package of the system before cavra", () => {
  it("to one of ours is judged as far as both say something, and stays UNKNOWN", async () => {
    const report = await upgrade(legacy(), ours);
    expect(report.verdict).toMatchObject({ word: "UNKNOWN", exitCode: 4 });
    expect(errorsOf(report)).toEqual([]);
    expect(report.upgrade?.rows.map(({ what }) => what)).toEqual(
      expect.arrayContaining(["version", "targets", "files", "modules"]),
    );
    const unlooked = report.notChecked.filter(({ reason }) =>
      reason.includes("the package is of the system before cavra"),
    );
    const ids = unlooked.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["version.counter-regressed", "provenance.builder-changed"]));
    expect(report.notChecked).toContainEqual({
      id: "sbom.vulnerability-introduced",
      reason: "a package of the system before cavra is held against no vulnerability database",
    });
    for (const id of ["version.not-newer", "files.target-removed", "sbom.dependency-removed"]) {
      expect(report.notChecked.map((item) => item.id)).not.toContain(id);
    }
  });

  it("fails when the version is older, or has no order", async () => {
    expect(errorsOf(await upgrade(legacy({ version: "v0.2.0" }), ours))).toContain("version.not-newer");
    expect(errorsOf(await upgrade(legacy({ version: "2026.05" }), ours))).toContain("version.unparseable");
  });

  it("fails when a target is lost, also on the way back", async () => {
    const { zip } = await writeSmallRelease(join(folder, "fewer"), {
      ...SMALL_FIRST,
      targets: LEGACY_TARGETS.slice(0, 2),
      version: "0.0.10",
    });
    expect(errorsOf(await upgrade(legacy(), zip))).toContain("files.target-removed");
    expect(errorsOf(await upgrade(ours, legacy()))).toContain("version.not-newer");
  });

  it("fails when one of the two does", async () => {
    const changed = legacy({ after: (files) => files.set("bin/extra", Buffer.from("x")) });
    expect(errorsOf(await upgrade(changed, ours))).toEqual(["files.unlisted"]);
  });

  it("fails under trust: nobody signed it", async () => {
    const report = await validateUpgrade({
      tool: SMALL_TOOL,
      previous: legacy(),
      candidate: ours,
      policy: testPolicy({ expectStream: false }),
      trust: smallTrust(),
      failOn: "error",
      allowSameVersion: false,
    });
    expect(report.verdict.word).toBe("FAIL");
    expect(errorsOf(report)).toEqual(["release.signature-missing"]);
  });

  it("can be looked at without a verdict", async () => {
    const request = { tool: SMALL_TOOL, trust: undefined, product: undefined, at: undefined };
    const { diff } = await comparePackages({ ...request, previous: legacy(), candidate: ours });
    expect(diff?.version).toMatchObject({ ok: true, value: { from: "0.0.9", to: "0.1.0" } });
    expect(diff?.identity).toMatchObject({ ok: false });
  });
});
