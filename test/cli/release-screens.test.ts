import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { renderText } from "../../src/report/text.ts";
import { CLI_PATH, runCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { copyOf, directoryOf, smallWorld, WORLD_TIME, type SmallWorld } from "../support/small-world.ts";

const folder = scratchFolder();
const WIDTHS = [60, 80, 120] as const;
const PLAIN = { color: false, ascii: false } as const;
const screens: Record<string, readonly string[]> = {};
let world: SmallWorld;

beforeAll(async () => {
  world = await smallWorld(folder);
  const verify = ["release", "verify-airgap-bundle"];
  const unsigned = copyOf(world, world.first);
  rmSync(`${unsigned}.sigs`, { recursive: true });
  const hostile = copyOf(world, world.first);
  writeFileSync(hostile, Buffer.concat([Buffer.from("MZ"), readFileSync(hostile)]));
  const changed = copyOf(world, directoryOf(world, world.first));
  writeFileSync(join(changed, "LICENSE"), "changed\n");
  writeFileSync(join(changed, "install.bat"), "");
  const nothing = join(folder, "no-such.zip");
  Object.assign(screens, {
    pass: [...verify, world.first, ...world.flags],
    "fail-changed-files": [...verify, changed, ...world.flags],
    "fail-no-signatures": [...verify, unsigned, ...world.flags],
    "fail-wrong-channel": [...verify, world.candidate, ...world.flags],
    "fail-after-every-end": [...verify, world.first, ...world.flags.slice(0, -1), "2040-01-01T00:00:00Z"],
    refused: [...verify, hostile, ...world.flags, "--diagnose"],
    "unknown-no-trust": [...verify, world.first, "--at", WORLD_TIME],
    "unknown-allow-unsigned": [...verify, unsigned, ...world.flags, "--allow-unsigned"],
    incomplete: [...verify, nothing, ...world.flags],
    upgrade: ["release", "validate-upgrade", world.first, world.candidate, ...world.flags],
    "upgrade-back": ["release", "validate-upgrade", world.candidate, world.first, ...world.flags],
  });
});

const NAMES = [
  "pass",
  "fail-changed-files",
  "fail-no-signatures",
  "fail-wrong-channel",
  "fail-after-every-end",
  "refused",
  "unknown-no-trust",
  "unknown-allow-unsigned",
  "incomplete",
  "upgrade",
  "upgrade-back",
] as const;

/**
 * Temporary folders have names of chance, and every digest changes with the smallest change of a document: each gets a
 * number in the order of its appearance, at its full length.
 */
function settled(text: string): string {
  const digests: string[] = [];
  return text
    .replaceAll(folder, "/media")
    .replaceAll(/\/(copy|directory)-[A-Za-z0-9]{6}/g, "/$1")
    .replaceAll(/\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g, (digest) => {
      if (!digests.includes(digest)) digests.push(digest);
      const number = (digests.indexOf(digest) + 1).toString(16).padStart(2, "0");
      return number.repeat(digest.length / 2);
    });
}

function reportOf(args: readonly string[]): Report {
  return JSON.parse(settled(runCli([...args, "--json"]).stdout)) as Report;
}

describe("what the operator sees", () => {
  it.each(NAMES)("%s", async (name) => {
    const report = reportOf(screens[name] ?? []);
    for (const widthColumns of WIDTHS) {
      const text = renderText(report, { ...PLAIN, widthColumns });
      await expect(text).toMatchFileSnapshot(`golden/${name}-${widthColumns}.txt`);
      expect(text.split(" ", 1)[0]).toBe(report.verdict.word);
    }
  });

  it("is what stdout gets, at 80 columns outside a terminal", () => {
    const args = screens["pass"] ?? [];
    const report = JSON.parse(runCli([...args, "--json"]).stdout) as Report;
    expect(runCli(args).stdout).toBe(renderText(report, { widthColumns: 80, color: false, ascii: true }));
    const { stdout } = runCli(args, { env: { LC_ALL: "C.UTF-8" } });
    expect(stdout).toBe(renderText(report, { ...PLAIN, widthColumns: 80 }));
  });

  it.for([40, 60, 100, 200])("fills a terminal of %i columns, between 60 and 120", (columns, { skip }) => {
    if (spawnSync("python3", ["-c", "import pty"]).status !== 0) skip("no python3 with pseudo terminals");
    const args = screens["pass"] ?? [];
    const report = JSON.parse(runCli([...args, "--json"]).stdout) as Report;
    const seen = inTerminal(columns, args);
    const widthColumns = Math.min(120, Math.max(60, columns));
    expect(seen).toBe(renderText(report, { ...PLAIN, widthColumns }));
  });
});

/** Runs the CLI in a pseudo terminal of Python, without colour, and returns what it showed. */
function inTerminal(columns: number, args: readonly string[]): string {
  const script = fileURLToPath(new URL("../support/in-terminal.py", import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    "python3",
    [script, String(columns), process.execPath, CLI_PATH, ...args, "--no-color"],
    {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8", CAVRA_HOME: "/nonexistent/cavra" },
    },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
