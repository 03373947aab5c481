import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { CLI_PATH } from "../support/cli.ts";
import { CANDIDATE, SAMPLE_TRUST, STABLE } from "../support/samples.ts";
import { ROOT } from "../support/source-graph.ts";

interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly id: string;
      readonly shell: string;
      readonly env: Readonly<Record<string, string>>;
      readonly run: string;
    }[];
  };
}

const FOLDER = join(ROOT, ".github/actions");
const ACTIONS = readdirSync(FOLDER).map(
  (name) => [name, parse(readFileSync(join(FOLDER, name, "action.yml"), "utf8")) as Action] as const,
);
const HAS_BASH = spawnSync("bash", ["-c", "true"]).error === undefined;

const scratch = mkdtempSync(join(tmpdir(), "cavra-actions-"));
const bin = join(scratch, "with blanks", "bin");
mkdirSync(bin, { recursive: true });
writeFileSync(join(bin, "cavra"), `#!/bin/sh\nexec '${process.execPath}' '${CLI_PATH}' "$@"\n`, {
  mode: 0o755,
});
afterAll(() => rmSync(scratch, { recursive: true }));

let folder = scratch;
beforeEach(() => {
  folder = mkdtempSync(join(scratch, "run-"));
});

/** Runs the script of an action as a runner does, with defaults for the inputs that are not given. */
function runAction(name: string, inputs: Readonly<Record<string, string>>) {
  const action = ACTIONS.find(([known]) => known === name)?.[1];
  const step = action?.runs.steps[0];
  if (action === undefined || step === undefined) throw new Error(`no action ${name}`);
  const script = join(folder, "step.sh");
  const outputFile = join(folder, "output");
  writeFileSync(script, step.run);
  writeFileSync(outputFile, "");
  const env = Object.fromEntries(
    Object.entries(step.env).map(([variable, value]) => {
      const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)?.[1] ?? "";
      return [variable, { bin, ...inputs }[input] ?? action.inputs[input]?.default ?? ""];
    }),
  );
  const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: process.env["PATH"],
      CAVRA_HOME: join(folder, "home"),
      GITHUB_ACTIONS: "true",
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
      ...env,
    },
  });
  const outputs = Object.fromEntries(
    readFileSync(outputFile, "utf8")
      .trim()
      .split("\n")
      .map((row) => row.split("=", 2)),
  ) as Readonly<Record<string, string>>;
  return { status, stdout, stderr, outputs };
}

function written(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

const SAMPLE = { trust: SAMPLE_TRUST, "allow-test-trust": "true" };

describe.each(ACTIONS)("the action %s", (_, action) => {
  const [step, ...others] = action.runs.steps;

  it("is one step whose inputs reach the script as data", () => {
    expect(action.runs.using).toBe("composite");
    expect(others).toEqual([]);
    expect(step?.shell).toBe("bash");
    expect(step?.run).not.toContain("${{");
    expect(Object.values(step?.env ?? {}).toSorted()).toEqual(
      Object.keys(action.inputs)
        .map((name) => `\${{ inputs.${name} }}`)
        .toSorted(),
    );
    for (const [name, value] of Object.entries(step?.env ?? {})) {
      expect(value).toBe(`\${{ inputs.${name.replace("INPUT_", "").toLowerCase().replaceAll("_", "-")} }}`);
      expect(step?.run).toContain(`$${name}`);
    }
  });

  it("writes every output that it promises", () => {
    for (const [name, { value }] of Object.entries(action.outputs)) {
      expect(value).toBe(`\${{ steps.${step?.id} .outputs.${name} }}`.replace(" .", "."));
      expect(step?.run).toContain(`${name}=`);
    }
  });

  it("demands or defaults every input", () => {
    for (const input of Object.values(action.inputs)) {
      expect(input.required === true || typeof input.default === "string").toBe(true);
    }
  });
});

it("there are two actions", () => {
  expect(ACTIONS.map(([name]) => name)).toEqual(["validate-upgrade", "verify-bundle"]);
});

describe("verify-bundle", () => {
  it("passes a sound bundle, extracts it, and leaves every report", ({ skip }) => {
    if (!HAS_BASH) skip("no bash");
    const inputs = { ...SAMPLE, bundle: STABLE.zip, sarif: "a.sarif", junit: "a b.xml", extract: "out" };
    const { status, stdout, stderr, outputs } = runAction("verify-bundle", inputs);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^ {2}ok {2}extract +the verified files are in out\n$/);
    expect(outputs).toEqual({ verdict: "PASS", "exit-code": "0", report: "cavra-report.json" });
    expect(stdout).toMatch(/^PASS /);
    expect(JSON.parse(written("cavra-report.json"))).toMatchObject({ verdict: { word: "PASS" } });
    expect(JSON.parse(written("a.sarif"))).toMatchObject({ version: "2.1.0" });
    expect(written("a b.xml")).toContain('failures="0"');
    expect(written("summary.md")).toMatch(/^## PASS/);
    expect(existsSync(join(folder, "out", "checksums.txt"))).toBe(true);
  });

  it("fails for another channel, and says why where people look", ({ skip }) => {
    if (!HAS_BASH) skip("no bash");
    const { status, stderr, outputs } = runAction("verify-bundle", { ...SAMPLE, bundle: CANDIDATE.zip });
    expect(status).toBe(1);
    expect(outputs).toMatchObject({ verdict: "FAIL", "exit-code": "1", report: "cavra-report.json" });
    expect(stderr).toMatch(/^::error title=release\./m);
    expect(written("summary.md")).toMatch(/^## FAIL/);
  });

  it("refuses what is no bundle", ({ skip }) => {
    if (!HAS_BASH) skip("no bash");
    writeFileSync(join(folder, "x.zip"), "no zip");
    const { status, outputs } = runAction("verify-bundle", { ...SAMPLE, bundle: "x.zip" });
    expect(outputs["exit-code"]).toBe(String(status));
    expect(status).toBeGreaterThan(0);
    expect(outputs["verdict"]).not.toBe("PASS");
  });

  it("leaves no report of an earlier run when nothing was judged", ({ skip }) => {
    if (!HAS_BASH) skip("no bash");
    writeFileSync(join(folder, "cavra-report.json"), "old");
    const inputs = { ...SAMPLE, bundle: STABLE.zip, channel: "none" };
    const { status, outputs } = runAction("verify-bundle", inputs);
    expect(status).toBe(2);
    expect(outputs).toEqual({ verdict: "USAGE", "exit-code": "2" });
  });

  it("takes inputs for data, whatever they hold", ({ skip }) => {
    if (!HAS_BASH) skip("no bash");
    for (const bundle of ["$(touch pwned)", '"; touch pwned; "', "--allow-unsigned", "a\nverdict=PASS"]) {
      const { status, outputs } = runAction("verify-bundle", {
        ...SAMPLE,
        bundle,
        report: `r\nverdict=PASS`,
      });
      expect(status).toBe(3);
      expect(outputs["verdict"]).toBe("INCOMPLETE");
      expect(existsSync(join(folder, "pwned"))).toBe(false);
    }
  });

  it("does not pass when cavra is not installed", ({ skip }) => {
    if (!HAS_BASH) skip("no bash");
    const { status, outputs } = runAction("verify-bundle", { ...SAMPLE, bundle: STABLE.zip, bin: "nowhere" });
    expect(status).toBe(127);
    expect(outputs["verdict"]).toBe("DEFECT");
  });
});

describe("validate-upgrade", () => {
  it("passes a sound step", ({ skip }) => {
    if (!HAS_BASH) skip("no bash");
    const inputs = { ...SAMPLE, previous: STABLE.zip, candidate: CANDIDATE.zip, junit: "a.xml" };
    const { status, stdout, outputs } = runAction("validate-upgrade", inputs);
    expect(status).toBe(0);
    expect(outputs).toEqual({ verdict: "PASS", "exit-code": "0", report: "cavra-report.json" });
    expect(stdout).toMatch(/^PASS \(test trust\) {2}v0\.1\.0 -> v0\.2\.0-rc\.1 \(minor\)/);
    expect(written("a.xml")).toContain("validate-upgrade: rules");
  });

  it("fails a step back", ({ skip }) => {
    if (!HAS_BASH) skip("no bash");
    const inputs = { ...SAMPLE, previous: CANDIDATE.zip, candidate: STABLE.zip };
    const { status, stderr, outputs } = runAction("validate-upgrade", inputs);
    expect(status).toBe(1);
    expect(outputs).toMatchObject({ verdict: "FAIL", "exit-code": "1" });
    expect(stderr).toMatch(/^::error title=version\.not-newer::/m);
  });

  it("is UNKNOWN without allowed trust, never green", ({ skip }) => {
    if (!HAS_BASH) skip("no bash");
    const inputs = { trust: SAMPLE_TRUST, previous: STABLE.zip, candidate: CANDIDATE.zip };
    const { status, outputs } = runAction("validate-upgrade", inputs);
    expect(status).toBe(4);
    expect(outputs).toMatchObject({ verdict: "UNKNOWN", "exit-code": "4" });
  });
});
