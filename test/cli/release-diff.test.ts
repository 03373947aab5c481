import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli, unwrapped } from "../support/cli.ts";
import { closedSchemaProblems } from "../support/json-schema.ts";
import { CANDIDATE, SAMPLE_TRUST, SAMPLES, STABLE } from "../support/samples.ts";

const scratch = mkdtempSync(join(tmpdir(), "cavra-diff-"));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Diff {
  readonly schema: string;
  readonly signaturesJudged: boolean;
  readonly sections: {
    readonly version: object;
    readonly signers: { readonly ok: boolean };
    readonly files: { readonly value: { readonly added: readonly object[] } };
  };
}

function diff(...args: readonly string[]) {
  return runCli(["release", "diff", ...args], { cwd: SAMPLES });
}

describe("release diff", () => {
  it("informs without trust, begins with no verdict and ends with 0", async () => {
    const { exitCode, stdout, stderr } = diff(STABLE.zipName, CANDIDATE.zipName);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^diff go-runtime v0\.1\.0 -> v0\.2\.0-rc\.1; nothing was judged\n/);
    expect(stdout).toMatch(/^ {2}signatures +not judged/m);
    expect(stdout.split("\n").filter((row) => row.length > 80)).toEqual([]);
  });

  it("counts signatures with trust, and says so in the document", () => {
    const { exitCode, stdout } = diff(STABLE.zipName, CANDIDATE.zipName, "--trust", SAMPLE_TRUST, "--json");
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout) as Diff;
    expect(closedSchemaProblems("diff-1", document)).toBe("");
    expect(document).toMatchObject({ schema: "cavra.diff/1", signaturesJudged: true });
    expect(document.sections.signers).toMatchObject({
      ok: true,
      value: { kept: [{ holder: "Bo" }, { holder: "Ada" }], trustLevel: { now: "pinned-key" } },
    });
    const same = diff(STABLE.zipName, CANDIDATE.zipName, "--trust", SAMPLE_TRUST, "--json");
    expect(same.stdout).toBe(stdout);
  });

  it("reads zip and directory alike", () => {
    const folder = join(scratch, STABLE.top);
    const command = `release verify-airgap-bundle ${STABLE.zipName} --trust trust-root.json --allow-test-trust`;
    const extracted = runCli([...command.split(" "), "--extract", folder], { cwd: SAMPLES });
    expect(extracted.exitCode).toBe(0);
    const { exitCode, stdout } = diff(folder, STABLE.zip);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^files +unchanged: 14 files/m);
    expect(stdout).toMatch(/^version +unchanged: 0\.1\.0$/m);
  });

  it("ends with 5 when one side is hostile, and tells which and why", () => {
    const { exitCode, stdout } = diff(STABLE.zipName, "README.md");
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/^diff was not possible\n/);
    expect(unwrapped(stdout)).toMatch(/new +README\.md .* hostile: /);
    const { stdout: json } = diff(STABLE.zipName, "README.md", "--json");
    expect(closedSchemaProblems("diff-1", JSON.parse(json))).toBe("");
    expect(JSON.parse(json)).toMatchObject({ sections: null, candidate: { state: "hostile" } });
  });

  it("ends with 3 when one side cannot be read", () => {
    const { exitCode, stdout } = diff("nothing.zip", STABLE.zipName);
    expect(exitCode).toBe(3);
    expect(stdout).toContain("unreadable: nothing.zip does not exist");
  });

  it("ends with 2 when the trust cannot be read as one, or an argument is missing", () => {
    expect(diff(STABLE.zipName).exitCode).toBe(2);
    expect(diff(STABLE.zipName, STABLE.zipName, "--at", "yesterday").exitCode).toBe(2);
  });

  it("has a schema that can be printed", () => {
    const { exitCode, stdout } = runCli(["schema", "diff"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ title: "cavra.diff/1" });
  });
});
