import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { elfFile } from "../support/executables/elf-file.ts";
import { framed, inlineBuildInfo } from "../support/executables/go-build-info.ts";
import { closedSchemaProblems } from "../support/json-schema.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const MODULES = "path\texample.com/x\nbuild\tGOARCH=amd64\nbuild\tGOOS=linux\n";
const CONTENTS = { writable: inlineBuildInfo("go1.26.8", framed(MODULES)), readOnly: framed(MODULES) };
const folder = scratchFolder();

function written(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("sbom inspect", () => {
  it("shows what a Go program says of itself, and ends with 0", () => {
    const { exitCode, stdout, stderr } = runCli(["sbom", "inspect", written("go", elfFile(CONTENTS))]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^inspected .*\n {2}size /);
    expect(stdout).toContain("toolchain    go1.26.8\n  program      example.com/x\n");
  });

  it("gives one document for machines", () => {
    const { stdout } = runCli(["sbom", "inspect", written("json", elfFile(CONTENTS)), "--json"]);
    expect(closedSchemaProblems("binary-1", JSON.parse(stdout))).toBe("");
  });

  it("says clearly that a program is not Go, and ends with 0", () => {
    const { exitCode, stdout } = runCli(["sbom", "inspect", written("other", elfFile())]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("no Go build info: not built by Go, or stripped of it");
  });

  it.each([
    ["a text", () => written("text", "hello"), "is not an executable"],
    ["an empty file", () => written("empty", ""), "is not an executable"],
    ["half a program", () => written("half", elfFile().subarray(0, 99)), "is a damaged executable"],
    ["nothing", () => join(folder, "nothing"), "does not exist"],
    ["a folder", () => folder, "not a regular file"],
  ])("ends with 3 for %s", (_, path, reason) => {
    const { exitCode, stdout, stderr } = runCli(["sbom", "inspect", path()]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain(reason);
  });
});
