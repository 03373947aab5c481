import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../support/scratch-folder.ts";
import { ROOT } from "../support/source-graph.ts";

const folder = scratchFolder();

interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Without Go and git: PATH names an empty folder. What is left in `temporary` was not cleaned up. */
function runNode(args: readonly string[], temporary: string): Told {
  const empty = join(folder, "empty");
  for (const made of [empty, temporary]) mkdirSync(made, { recursive: true });
  // A caller's trust and mode must not take part.
  const strays = { NODE_ENV: "development", CAVRA_TRUST: "/nonexistent/root.json", FORCE_COLOR: "0" };
  const env = { PATH: empty, TMPDIR: temporary, HOME: temporary, ...strays };
  return spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
}

describe("npm run demo", () => {
  it("goes on from the samples where there is no Go, and tells every verdict", () => {
    const temporary = join(folder, "temporary");
    const { status, stdout, stderr } = runNode([join(ROOT, "scripts", "demo.ts")], temporary);
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/^No release is built, because there is no Go in PATH\./);
    expect(stdout.match(/^\d\. .*$/gm)).toHaveLength(4);
    const verdicts = stdout.match(/^(?:PASS(?: \(.*?\))?|FAIL|UNKNOWN|REFUSED|INCOMPLETE)(?= )/gm);
    const pass = "PASS (test trust)";
    expect(verdicts).toEqual(["UNKNOWN", "UNKNOWN", pass, pass, "FAIL", pass, pass, "FAIL", "FAIL"]);
    expect(stdout).toMatch(/\nDone: 10 commands in \d+\.\d s, every exit code as it should be\.\n/);
    expect(stdout).toContain("\nerror[files.digest-mismatch]");
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("notices an exit code that is not the expected one", () => {
    const story = pathToFileURL(join(ROOT, "scripts", "demo", "story.ts")).href;
    const code = `
      const { startStory } = await import(${JSON.stringify(story)});
      const told = startStory(${JSON.stringify(folder)}, "/nonexistent/home");
      await told.run("cavra explain files.digests");
      await told.run("cavra explain files.digests", 1);
      told.claim(false, "water is dry");
      process.stdout.write("\\n" + JSON.stringify([told.commandCount, told.surprises]));`;
    const { stdout } = runNode(["--input-type=module", "--eval", code], join(folder, "other"));
    expect(stdout).toContain("(exit code 0, and it should be 1)");
    expect(JSON.parse(stdout.split("\n").at(-1) ?? "")).toEqual([
      2,
      ["cavra explain files.digests: exit code 0 instead of 1", "not true: water is dry"],
    ]);
  });
});
