import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLI_PATH } from "../support/cli.ts";
import { ROOT } from "../support/source-graph.ts";

/** Runs a script on this Node, which says that it is another. */
function runAs(
  version: string,
  script: string,
  args: readonly string[],
): { code: number | null; stdout: string; stderr: string } {
  const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`, script, ...args],
    { encoding: "utf8", env: { PATH: process.env["PATH"] } },
  );
  return { code: status, stdout, stderr };
}

describe("bin/run.js", () => {
  it.each(["18.20.0", "20.20.2", "22.22.1", "23.11.0", "24.14.9", "25.0.0"])(
    "on Node %s: one line and exit code 2",
    (version) => {
      const { code, stdout, stderr } = runAs(version, CLI_PATH, ["--version"]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toBe(
        `error: cavra needs Node ^22.22.2, ^24.15.0 or >=26; this is Node ${version}; a clone brings its own: npm run -s cavra -- COMMAND\n`,
      );
    },
  );

  it.each(["22.22.2", "22.23.0", "24.15.0", "24.21.0", "26.0.0", "27.1.0"])("on Node %s: runs", (version) => {
    expect(runAs(version, CLI_PATH, ["--version"])).toMatchObject({ code: 0, stderr: "" });
  });
});

it("npm scripts refuse another Node than the pinned one", () => {
  const script = join(ROOT, "scripts/assert-node.js");
  expect(runAs(process.versions.node, script, [])).toEqual({ code: 0, stdout: "", stderr: "" });
  const { code, stderr } = runAs("20.20.2", script, []);
  expect(code).toBe(2);
  expect(stderr).toContain("this is Node 20.20.2");
});
