import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { runProcess, type ProcessRequest } from "../../src/io/process.ts";
import { Failure } from "../../src/model/failure.ts";

const folder = mkdtempSync(join(tmpdir(), "cavra-process-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function node(script: string, more: Partial<ProcessRequest> = {}): ProcessRequest {
  return { argv: [process.execPath, "-e", script], cwd: folder, env: {}, timeoutMs: 20_000, ...more };
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Failure)) throw new Error(`expected a Failure, got ${String(outcome)}`);
  return outcome;
}

/** The pid that a child wrote, once it has; then whether that process is still there. */
async function readPid(file: string): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      const text = readFileSync(file, "utf8");
      if (text !== "") return Number(text);
    } catch {
      // Not written yet.
    }
    await delay(25);
  }
  throw new Error("the child never wrote its pid");
}

async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    // A killed orphan stays visible as a zombie until init reaps it.
    if (process.platform === "linux" && /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8")))
      return true;
    await delay(25);
  }
  return false;
}

const GRANDCHILD = `
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
  require("node:fs").writeFileSync(process.argv[1], String(child.pid));
`;

describe("runProcess", () => {
  it("gives exit code, stdout and stderr", async () => {
    const result = await runProcess(node(`console.log("out"); console.error("err"); process.exitCode = 7`));
    expect(result).toEqual({
      exitCode: 7,
      endedBySignal: null,
      stdoutBytes: Buffer.from("out\n"),
      stdout: "out\n",
      stderr: "err\n",
      stdoutTruncated: false,
    });
  });

  it("gives the child only the environment that was given, and no stdin", async () => {
    const script = `process.stdout.write(JSON.stringify([process.env.ONLY, process.env.PATH ?? null, require("node:fs").readFileSync(0, "utf8")]))`;
    const result = await runProcess(node(script, { env: { ONLY: "this" } }));
    expect(JSON.parse(result.stdout)).toEqual(["this", null, ""]);
  });

  it("passes arguments as they are: no shell reads them", async () => {
    const words = ["a b", "$(id)", "`id`", "*", "'\"", ";", ""];
    const request = node("process.stdout.write(JSON.stringify(process.argv.slice(1)))");
    const result = await runProcess({ ...request, argv: [...request.argv, "--", ...words] });
    expect(JSON.parse(result.stdout)).toEqual(words);
  });

  it("keeps head and tail of too much output, and says so", async () => {
    const script = `process.stdout.write("first " + "x".repeat(500000) + " last")`;
    const result = await runProcess(node(script, { maxOutputBytes: 1000 }));
    expect(result.stdoutTruncated).toBe(true);
    expect(result.stdout.length).toBeLessThan(1100);
    expect(result.stdout.startsWith("first ")).toBe(true);
    expect(result.stdout.endsWith(" last")).toBe(true);
    expect(result.stdout).toContain("499011 bytes left out");
  });

  it("names a program that is not there", async () => {
    const failure = await failureOf(runProcess({ ...node(""), argv: ["/nonexistent/compiler"] }));
    expect([failure.code, failure.message]).toEqual(["toolchain", "/nonexistent/compiler was not found"]);
  });

  it("stops the whole process group after the timeout", async () => {
    const pidFile = join(folder, "timeout.pid");
    const request = node(`${GRANDCHILD}; console.log("working"); setInterval(() => {}, 1000)`, {
      timeoutMs: 1500,
    });
    const failure = await failureOf(runProcess({ ...request, argv: [...request.argv, pidFile] }));
    expect(failure.code).toBe("build");
    expect(failure.details.output).toContain("working");
    expect(await isGone(await readPid(pidFile))).toBe(true);
  });

  it("stops the whole process group when it is aborted, also one that ignores SIGTERM", async () => {
    const pidFile = join(folder, "abort.pid");
    const abort = new AbortController();
    const request = node(`process.on("SIGTERM", () => {}); ${GRANDCHILD}; setInterval(() => {}, 1000)`, {
      signal: abort.signal,
    });
    const running = failureOf(runProcess({ ...request, argv: [...request.argv, pidFile] }));
    const pid = await readPid(pidFile);
    abort.abort();
    expect((await running).code).toBe("interrupted");
    expect(await isGone(pid)).toBe(true);
  });

  it("starts nothing when it is aborted before", async () => {
    const failure = await failureOf(runProcess(node("", { signal: AbortSignal.abort() })));
    expect(failure.code).toBe("interrupted");
  });

  it("does not wait for what a program left running behind it", async () => {
    const pidFile = join(folder, "left.pid");
    const request = node(`${GRANDCHILD}; process.exit(0)`);
    const result = await runProcess({ ...request, argv: [...request.argv, pidFile] });
    expect(result.exitCode).toBe(0);
    expect(await isGone(await readPid(pidFile))).toBe(true);
  });

  it("does not wait for a daemon that left the group and holds the pipes", async () => {
    const daemon = `
      const { spawn } = require("node:child_process");
      const options = { stdio: "inherit", detached: true };
      spawn(process.execPath, ["-e", "setTimeout(() => {}, 15000)"], options).unref();
      console.log("done");
      process.exit(0)`;
    const before = performance.now();
    const result = await runProcess(node(daemon));
    expect([result.exitCode, result.stdout]).toEqual([0, "done\n"]);
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
