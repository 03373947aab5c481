import { once } from "node:events";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLI_PATH, runCli, startCli } from "../support/cli.ts";

const PACKAGE = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};

function isRunning(pid: number): boolean {
  try {
    // A process that ended and was not yet reaped still takes signals.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

interface ErrorShape {
  readonly schema: string;
  readonly code: string;
  readonly exitCode: number;
  readonly message: string;
  readonly hint: string | null;
}

describe("help", () => {
  it("shows the journey first", () => {
    const { exitCode, stdout, stderr } = runCli(["--help"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.indexOf("EXAMPLES")).toBeGreaterThan(0);
    expect(stdout.indexOf("EXAMPLES")).toBeLessThan(stdout.indexOf("USAGE"));
    expect(stdout).toContain("cavra doctor");
    expect(stdout).toContain("COMMANDS");
  });

  it.each([["explain"], ["rules"], ["schema"], ["doctor"]])("of %s leads with examples", (command) => {
    const { exitCode, stdout } = runCli([command, "--help"]);
    expect(exitCode).toBe(0);
    expect(stdout.indexOf("EXAMPLES")).toBeGreaterThan(0);
    expect(stdout.indexOf("EXAMPLES")).toBeLessThan(stdout.indexOf("USAGE"));
    expect(stdout).toContain(`cavra ${command}`);
  });

  it("answers -h and `cavra help COMMAND` alike", () => {
    const expected = runCli(["rules", "--help"]);
    expect(runCli(["rules", "-h"])).toEqual(expected);
    expect(runCli(["help", "rules"])).toEqual(expected);
  });

  it("holds no trailing blanks and no colour outside a terminal", () => {
    const { stdout } = runCli(["explain", "--help"]);
    expect(stdout).not.toMatch(/[ \t]$/m);
    expect(stdout).not.toContain("\u001b");
  });

  it.each([[[]], [["release"]]])("for %j is shown, but nothing was asked: exit code 2", (args) => {
    const { exitCode, stdout } = runCli(args);
    expect(exitCode).toBe(2);
    expect(stdout).toContain("USAGE");
  });

  it("prints the version", () => {
    expect(runCli(["--version"])).toEqual({ exitCode: 0, stdout: `cavra ${PACKAGE.version}\n`, stderr: "" });
  });
});

describe("usage errors", () => {
  const cases: readonly (readonly [string, readonly string[], string, string])[] = [
    ["an unknown command", ["rulez"], "unknown command rulez", "did you mean cavra rules?"],
    [
      "an unknown command in a topic",
      ["release", "bogus"],
      "unknown command release bogus",
      "cavra release --help",
    ],
    ["an unknown command that asks for help", ["bogus", "--help"], "unknown command bogus", "cavra --help"],
    ["an unknown flag", ["rules", "--jsn"], "unknown flag --jsn", "did you mean --json?"],
    ["a missing argument", ["explain"], "missing ID", "cavra explain --help"],
    ["one argument too many", ["explain", "a", "b"], "too many arguments", "cavra explain --help"],
    ["a flag without a command", ["--quiet"], "--quiet stands before a command", "cavra --help"],
    [
      "an unknown id",
      ["explain", "files.digest"],
      "nothing is called files.digest",
      "cavra explain files.digests",
    ],
    ["an unknown schema", ["schema", "reprt"], "there is no schema reprt", "cavra schema report"],
  ];

  it.each(cases)("%s: two lines on stderr, exit code 2", (_, args, message, hint) => {
    const { exitCode, stdout, stderr } = runCli(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^hint: /m);
    expect(stderr.replace(/\s+/g, " ")).toContain(hint);
    expect(stderr).not.toMatch(/^\s+at .*:[0-9]+/m);
  });

  it.each(cases)("%s: one document on stdout with --json", (_, args, message) => {
    const { exitCode, stdout, stderr } = runCli([...args, "--json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "" });
    const document = JSON.parse(stdout) as ErrorShape;
    expect(document).toMatchObject({ schema: "cavra.error/1", code: "usage", exitCode: 2 });
    expect(document.message).toContain(message.replace("--quiet stands", "stands"));
    expect(document.hint).not.toBeNull();
  });

  it("does not take --json behind -- for a flag", () => {
    const { stdout, stderr } = runCli(["explain", "--", "--json"]);
    expect(stdout).toBe("");
    expect(stderr).toContain("nothing is called --json");
  });

  it("shows no control character of an argument", () => {
    const { stderr } = runCli(["explain", "a\u001b[2Jb\u202e"]);
    expect(stderr).toContain("\\u{1b}[2Jb\\u{202e}");
    expect(stderr).not.toMatch(/[\u001b\u202e]/);
  });
});

describe("streams", () => {
  it("prints the same bytes twice", () => {
    const first = runCli(["rules", "--json"]);
    expect(first.exitCode).toBe(0);
    expect(runCli(["rules", "--json"]).stdout).toBe(first.stdout);
    expect(JSON.parse(first.stdout)).toMatchObject({ schema: "cavra.rules/1" });
  });

  it("lets NO_COLOR win over --color, and --color over the missing terminal", () => {
    expect(runCli(["rules", "--color"]).stdout).toContain("\u001b[1m");
    expect(runCli(["rules"], { env: { FORCE_COLOR: "1" } }).stdout).toContain("\u001b[1m");
    expect(runCli(["rules", "--color"], { env: { NO_COLOR: "1" } }).stdout).not.toContain("\u001b");
    expect(runCli(["rules", "--no-color"], { env: { FORCE_COLOR: "1" } }).stdout).not.toContain("\u001b");
    expect(runCli(["rules", "--help"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } }).stdout).not.toContain(
      "\u001b",
    );
  });

  it("keeps the exit code when the reader goes away", async () => {
    const child = startCli(["rules"]);
    child.stdout?.destroy();
    const stderr: Buffer[] = [];
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    const [exitCode] = (await once(child, "close")) as [number | null];
    expect(exitCode).toBe(0);
    expect(Buffer.concat(stderr).toString()).toBe("");
  });

  it("ends with 130 on Ctrl-C, and takes the programs with it that it started", async ({ skip }) => {
    if (process.platform === "win32") skip("there are no signals");
    const folder = mkdtempSync(join(tmpdir(), "cavra-shell-"));
    try {
      writeFileSync(
        join(folder, "go"),
        "#!/bin/sh\necho started > $0.log\nsleep 60 & echo $! > $0.pid\nwait\n",
        { mode: 0o755 },
      );
      const child = startCli(["doctor"], { env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` } });
      await expect.poll(() => existsSync(join(folder, "go.pid")), { timeout: 20_000 }).toBe(true);
      child.kill("SIGINT");
      const [exitCode] = (await once(child, "close")) as [number | null];
      expect(exitCode).toBe(130);
      const sleeper = Number(readFileSync(join(folder, "go.pid"), "utf8"));
      await expect.poll(() => isRunning(sleeper), { timeout: 5000 }).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("gives 3 when the disk behind stdout is full", ({ skip }) => {
    if (process.platform !== "linux") skip("/dev/full is a device of Linux");
    const { status, stderr } = spawnSync(
      "sh",
      ["-c", '"$0" "$1" rules > /dev/full', process.execPath, CLI_PATH],
      { encoding: "utf8", env: { PATH: process.env["PATH"] } },
    );
    expect(status).toBe(3);
    expect(stderr).toBe("error: write failed with ENOSPC\n");
  });

  it("needs no NODE_ENV: test and development do not make it look for sources", () => {
    for (const name of ["test", "development", "production"]) {
      expect(runCli(["explain", "files.digests"], { env: { NODE_ENV: name } })).toMatchObject({
        exitCode: 0,
        stderr: "",
      });
    }
  });
});
