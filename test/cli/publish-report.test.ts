import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { closedSchemaProblems } from "../support/json-schema.ts";
import { CANDIDATE, SAMPLE_TRUST, STABLE } from "../support/samples.ts";

const scratch = mkdtempSync(join(tmpdir(), "cavra-publish-"));
afterAll(() => rmSync(scratch, { recursive: true }));

let folder = scratch;
beforeEach(() => {
  folder = mkdtempSync(join(scratch, "run-"));
});

const TRUST = ["--trust", SAMPLE_TRUST, "--allow-test-trust"];
const BACK = ["release", "validate-upgrade", CANDIDATE.zip, STABLE.zip, ...TRUST];
const SOUND = ["release", "verify-go-package", STABLE.zip, ...TRUST];

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runCli(args, { cwd: folder, env });
}

function written(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

describe("reports in files", () => {
  it("are those of the verdict on stdout, the same bytes each time", () => {
    const files = ["--report", "a.json", "--sarif", "a.sarif", "--junit", "a.xml"];
    const { exitCode, stdout, stderr } = run([...BACK, ...files, "--json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(written("a.json")).toBe(stdout);
    expect(closedSchemaProblems("report-1", JSON.parse(stdout))).toBe("");
    const before = ["a.json", "a.sarif", "a.xml"].map(written);
    expect(run([...BACK, ...files]).exitCode).toBe(1);
    expect(["a.json", "a.sarif", "a.xml"].map(written)).toEqual(before);
    expect(written("a.sarif")).toContain("version.not-newer");
    expect(written("a.xml")).toContain("<failure");
  });

  it("count as many rules as the report", () => {
    run([...BACK, "--report", "a.json", "--junit", "a.xml"]);
    const { upgrade } = JSON.parse(written("a.json")) as {
      readonly upgrade: { readonly rulesEvaluated: number };
    };
    const [, tests, skipped] = /: rules" tests="(\d+)" .* skipped="(\d+)"/.exec(written("a.xml")) ?? [];
    expect(Number(tests) - Number(skipped)).toBe(upgrade.rulesEvaluated);
  });

  it("of a sound package are of the published schema too", () => {
    const { exitCode, stdout } = run([...SOUND, "--json"]);
    expect(exitCode).toBe(0);
    expect(closedSchemaProblems("report-1", JSON.parse(stdout))).toBe("");
  });

  it("that cannot be written end the command, never with 0", () => {
    const { exitCode, stdout, stderr } = run([...SOUND, "--sarif", "nowhere/a.sarif"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain("cannot write nowhere");
  });
});

describe("in GitHub Actions", () => {
  const ACTIONS = { GITHUB_ACTIONS: "true" };

  it("annotations go to stderr and the result stays on stdout", () => {
    const { exitCode, stdout, stderr } = run([...BACK, "--json"], ACTIONS);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: { word: "FAIL" } });
    expect(stderr).toMatch(/^::error title=version\.not-newer::/);
    expect(run(BACK, ACTIONS).stdout).toMatch(/^FAIL /);
    expect(run(SOUND, ACTIONS).stderr).toBe("");
  });

  it("the job summary is added to what the step has written before", () => {
    writeFileSync(join(folder, "summary.md"), "before\n");
    run(BACK, { ...ACTIONS, GITHUB_STEP_SUMMARY: "summary.md" });
    expect(written("summary.md")).toMatch(/^before\n## FAIL/);
  });

  it("a full or missing place for the summary does not change the verdict", () => {
    writeFileSync(join(folder, "full.md"), Buffer.alloc(1024 * 1024 - 2048, 0x20));
    const full = run(SOUND, { ...ACTIONS, GITHUB_STEP_SUMMARY: "full.md" });
    expect(full).toMatchObject({ exitCode: 0, stderr: "::notice title=cavra::the job summary is full\n" });
    const missing = run(SOUND, { ...ACTIONS, GITHUB_STEP_SUMMARY: "nowhere/summary.md" });
    expect(missing.exitCode).toBe(0);
    expect(missing.stderr).toContain("could not be written");
  });

  it("--no-annotations writes neither, and --annotations works anywhere", () => {
    const quiet = run([...BACK, "--no-annotations"], { ...ACTIONS, GITHUB_STEP_SUMMARY: "summary.md" });
    expect(quiet).toMatchObject({ exitCode: 1, stderr: "" });
    expect(existsSync(join(folder, "summary.md"))).toBe(false);
    expect(run([...BACK, "--annotations"]).stderr).toMatch(/^::error /);
    expect(run(BACK).stderr).toBe("");
  });
});
