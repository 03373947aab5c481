import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { runCli } from "../support/cli.ts";
import { closedSchemaProblems } from "../support/json-schema.ts";
import { SAMPLE_TRUST, SAMPLES, STABLE } from "../support/samples.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const folder = join(scratchFolder(), "vulndb");
const NOW = "2026-11-15T00:00:00Z";

function write(id: string, module: string, symbols: readonly string[]): void {
  const imports = [{ path: "runtime", symbols }];
  const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }] }];
  const affected = [{ package: { name: module, ecosystem: "Go" }, ranges, ecosystem_specific: { imports } }];
  const record = { id, modified: "2026-11-01T00:00:00Z", summary: "a test fault", affected };
  writeFileSync(join(folder, `${id}.json`), JSON.stringify(record));
}

beforeAll(() => {
  mkdirSync(folder);
  write("GO-2026-0001", "stdlib", ["main", "mallocgc"]);
  write("GO-2026-0002", "example.com/other", ["main"]);
});

function verify(...more: readonly string[]) {
  const flags = ["--trust", SAMPLE_TRUST, "--allow-test-trust", "--at", NOW, "--osv", folder];
  return runCli(["release", "verify-airgap-bundle", STABLE.zipName, ...flags, ...more], { cwd: SAMPLES });
}

describe("--osv", () => {
  it("warns of a function that a program holds, states the database, and still answers whose release it is", () => {
    const { exitCode, stdout } = verify();
    expect(stdout).toContain("vulnerabilities.function-linked");
    expect(stdout).toContain("GO-2026-0001");
    expect(stdout).not.toContain("GO-2026-0002");
    expect(stdout).toMatch(/osv database [^]*2 records, of\s+2026-11-01T00:00:00Z,\s+14\s+days\s+old/);
    expect(exitCode).toBe(0);
  });

  it("is in the JSON report, as the schema says", () => {
    const report = JSON.parse(verify("--json").stdout) as Report;
    expect(closedSchemaProblems("report-1", report)).toBe("");
    expect(report.policy.vulnerabilities).toMatchObject({ records: 2, ageDays: 14, maxAgeDays: 30 });
    const places = report.findings
      .filter(({ id }) => id === "vulnerabilities.function-linked")
      .map(({ at }) => at);
    expect(places).toHaveLength(3);
  });

  it("proves nothing when it is stale", () => {
    const { exitCode, stdout } = verify("--osv-max-age", "7");
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/^UNKNOWN/);
    expect(stdout).toContain("vulnerabilities.database-stale");
  });

  it("does not hold a stale database against the package given with --previous", () => {
    const { exitCode, stdout } = verify("--osv-max-age", "7", "--previous", STABLE.zip);
    expect(exitCode).toBe(4);
    expect(stdout).toContain("vulnerabilities.database-stale");
  });

  it("refuses what is no folder, and flags that need it", () => {
    expect(runCli(["release", "verify-go-package", "x", "--osv-max-age", "7"]).exitCode).toBe(2);
    const missing = runCli(["release", "verify-go-package", STABLE.zip, "--osv", join(folder, "none")]);
    expect(missing.exitCode).toBe(3);
  });
});
