import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { CLI_PATH } from "../support/cli.ts";
import { SAMPLES } from "../support/samples.ts";
import { ROOT } from "../support/source-graph.ts";

const GUIDE = readFileSync(join(ROOT, "docs/ci-guide.md"), "utf8");
const COMMANDS = GUIDE.match(/(?<=```sh\n)[^`]+/g) ?? [];

const scratch = mkdtempSync(join(tmpdir(), "cavra-guide-"));
afterAll(() => rmSync(scratch, { recursive: true }));

it("every command of the CI guide works as the guide says", ({ skip }) => {
  if (spawnSync("bash", ["-c", "true"]).error !== undefined) skip("no bash");
  symlinkSync(SAMPLES, join(scratch, "dist-samples"));
  const shim = `#!/bin/sh\nexec '${process.execPath}' '${CLI_PATH}' "$@"\n`;
  writeFileSync(join(scratch, "cavra"), shim, { mode: 0o755 });
  const env = { PATH: `${scratch}:${process.env["PATH"]}`, CAVRA_HOME: join(scratch, "home") };
  const codes = COMMANDS.map((command) => spawnSync("bash", ["-c", command], { cwd: scratch, env }).status);
  expect(codes).toEqual([0, 0, 0, 1, 1]);
  for (const name of ["report.json", "cavra.sarif", "cavra.xml", "summary.md"]) {
    expect(readFileSync(join(scratch, name)).byteLength, name).toBeGreaterThan(100);
  }
});
