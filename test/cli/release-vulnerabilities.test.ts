import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { runCli, unwrapped } from "../support/cli.ts";
import { closedSchemaProblems } from "../support/json-schema.ts";
import { officialSchemaProblems } from "../support/official-schemas.ts";
import { SAMPLE_TRUST, SAMPLES, STABLE } from "../support/samples.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const scratch = scratchFolder();
const folder = join(scratch, "vulndb");
const NOW = "2026-11-15T00:00:00Z";

interface Statement {
  readonly status: string;
  readonly vulnerability: { readonly name: string };
}

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

  it.each(["--sarif", "--report", "--extract"])("writes no suggestion into the place of %s", (flag) => {
    const place = join(scratch, "one-place");
    const { exitCode, stderr } = verify("--vex", place, flag, `${scratch}/./one-place`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("two results would be written to");
    expect(existsSync(place)).toBe(false);
  });

  it("names the folder that is not there", () => {
    const { exitCode, stderr } = verify("--vex", join(scratch, "absent", "vex.json"));
    expect(exitCode).toBe(3);
    expect(unwrapped(stderr)).toContain(`cannot write ${join(scratch, "absent")}: it does not exist`);
  });

  it("suggests what OpenVEX could say, after PASS alone, and never that all is well", ({ skip }) => {
    const file = join(scratch, "suggested.openvex.json");
    expect(verify("--vex", file).exitCode).toBe(0);
    const document = JSON.parse(readFileSync(file, "utf8")) as { statements: Statement[] };
    expect(document.statements.map(({ status, vulnerability }) => [vulnerability.name, status])).toEqual(
      Array.from({ length: 3 }, () => ["GO-2026-0001", "affected"]),
    );
    expect(verify("--vex", file).stderr + verify("--vex", file).stdout).toContain("exists already");
    const stale = join(scratch, "stale.openvex.json");
    expect(verify("--osv-max-age", "7", "--vex", stale).exitCode).toBe(4);
    expect(existsSync(stale)).toBe(false);
    const problems = officialSchemaProblems("openvex-0.2.0.schema.json", document);
    if (problems === undefined) skip("no official schemas beside the repository");
    expect(problems).toBe("");
  });

  it("writes nothing else either where the suggestion cannot be written", () => {
    const [extracted, vex] = [join(scratch, "extracted"), join(scratch, "no-folder", "vex.json")];
    const { exitCode, stderr } = verify("--extract", extracted, "--vex", vex);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("no-folder");
    expect(existsSync(extracted)).toBe(false);
  });

  it("refuses what is no folder, and flags that need it", () => {
    expect(runCli(["release", "verify-go-package", "x", "--osv-max-age", "7"]).exitCode).toBe(2);
    const missing = runCli(["release", "verify-go-package", STABLE.zip, "--osv", join(folder, "none")]);
    expect(missing.exitCode).toBe(3);
  });
});
