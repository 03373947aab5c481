import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { closedSchemaProblems } from "../support/json-schema.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { spdx2Sample, spdx3Sample, type Draft } from "../support/spdx-samples.ts";

const folder = scratchFolder();

function write(name: string, document: Draft): string {
  writeFileSync(join(folder, name), JSON.stringify(document));
  return name;
}

function sbom(...args: readonly string[]) {
  return runCli(["sbom", ...args], { cwd: folder });
}

const sound = write("sound.json", spdx2Sample());
const broken = write("broken.json", { ...spdx2Sample(), dataLicense: "MIT", created: "\u001b[31m" });

describe("sbom lint", () => {
  it("passes a sound document", () => {
    const { exitCode, stdout, stderr } = sbom("lint", sound, "--profile", "ntia");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^PASS {2}sound\.json\n {2}format +SPDX-2\.3\n {2}profile +ntia\n/);
  });

  it("fails a broken one with rule, place, clause and help, within 80 columns", () => {
    const { exitCode, stdout } = sbom("lint", broken);
    expect(exitCode).toBe(1);
    expect(stdout).toMatchSnapshot();
    expect(stdout.split("\n").filter((row) => row.length > 80)).toEqual([]);
  });

  it("prints one document for machines, as its schema says", () => {
    for (const file of [sound, broken, write("none.json", {})]) {
      const { stdout } = sbom("lint", file, "--json");
      expect(closedSchemaProblems("sbom-lint-1", JSON.parse(stdout))).toBe("");
      expect(sbom("lint", file, "--json").stdout).toBe(stdout);
    }
  });

  it("ends with 3 when there is no file, with 2 for an unknown profile", () => {
    expect(sbom("lint", "nothing.json").exitCode).toBe(3);
    expect(sbom("lint", sound, "--profile", "nist").exitCode).toBe(2);
  });

  it("has words for each rule", () => {
    const { exitCode, stdout } = runCli(["explain", "spdx2.data-license"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^spdx2\.data-license {2}\(sbom rule, error\)/);
    expect(stdout).toContain("SPDX 2.3, 6.2");
  });
});

describe("sbom diff", () => {
  it("shows what changed with its direction, within 80 columns", () => {
    const document = spdx2Sample();
    const [app, module] = document["packages"] as [Draft, Draft];
    Object.assign(module, { versionInfo: "v0.2.0", licenseDeclared: "ISC" });
    document["packages"] = [app, module, { ...module, SPDXID: "SPDXRef-New", name: "example.org/new" }];
    const { exitCode, stdout } = sbom("diff", sound, write("new.json", document));
    expect(exitCode).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(stdout.split("\n").filter((row) => row.length > 80)).toEqual([]);
  });

  it("compares documents of two formats, for machines too", () => {
    const { exitCode, stdout } = sbom("diff", sound, write("three.json", spdx3Sample()), "--json");
    expect(exitCode).toBe(0);
    expect(closedSchemaProblems("sbom-diff-1", JSON.parse(stdout))).toBe("");
  });

  it("ends with 3 when one cannot be read", () => {
    const { exitCode, stderr } = sbom("diff", sound, write("text.json", {}));
    expect(exitCode).toBe(3);
    expect(stderr).toContain("is neither SPDX 2.3 nor SPDX 3.0.1 in JSON");
  });
});
