import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLI_PATH, runCli, type CliResult } from "../support/cli.ts";
import { mountMemory, type Mount } from "../support/faults/mounts.ts";
import {
  makeRelease,
  makeScene,
  signArguments,
  TOP,
  verifyArguments,
  ZIP,
  type Scene,
} from "../support/faults/scene.ts";
import { leftovers } from "../support/faults/sweep.ts";

const NO_MOUNT = "a file system can be mounted only by root on Linux";

let scene: Scene;
let readOnly: Mount | undefined;
let small: Mount | undefined;
beforeAll(() => {
  scene = makeScene();
  makeRelease(scene);
  readOnly = mountMemory(join(scene.folder, "medium"), 8 * 1024 * 1024);
  if (readOnly !== undefined) {
    cpSync(scene.release, readOnly.folder, { recursive: true });
    readOnly.makeReadOnly();
  }
  // Room for a few files of the package, not for all.
  small = mountMemory(join(scene.folder, "small"), 24 * 1024);
});
afterAll(() => {
  readOnly?.unmount();
  small?.unmount();
  scene.remove();
});

describe("a read-only medium", () => {
  it.for([ZIP, TOP])("is enough to verify %s: nothing is written beside it", (name, { skip }) => {
    if (readOnly === undefined) return skip(NO_MOUNT);
    const { exitCode, stdout, stderr } = runCli(verifyArguments(scene, join(readOnly.folder, name)));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^PASS/);
  });

  it.for(["--extract", "--copy-to"])("takes nothing with %s, and says why", (flag, { skip }) => {
    if (readOnly === undefined) return skip(NO_MOUNT);
    const place = join(readOnly.folder, "installed");
    const { exitCode, stderr } = runCli(verifyArguments(scene, join(readOnly.folder, ZIP), flag, place));
    expect(exitCode).toBe(3);
    expect(oneLine(stderr)).toContain(`error: cannot write ${readOnly.folder}: it is on a read-only medium`);
  });

  it("takes no signature and no release, and says why", ({ skip }) => {
    if (readOnly === undefined) return skip(NO_MOUNT);
    const signed = runCli(signArguments(scene, join(readOnly.folder, ZIP)));
    expect(signed.exitCode).toBe(3);
    expect(oneLine(signed.stderr)).toMatch(/error: cannot write \S+: it is on a read-only medium/);
    const out = join(readOnly.folder, "out");
    const built = runCli(["release", "build", "--first-release", "--out", out], { cwd: scene.source });
    expect(built.exitCode).toBe(3);
    expect(oneLine(built.stderr)).toContain(`error: cannot write ${out}: it is on a read-only medium`);
  });
});

describe("a full disk", () => {
  it.for(["--extract", "--copy-to"])("gets nothing with %s", (flag, { skip }) => {
    if (small === undefined) return skip(NO_MOUNT);
    const place = join(small.folder, "installed");
    const { exitCode, stdout, stderr } = runCli(
      verifyArguments(scene, join(scene.release, ZIP), flag, place),
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(oneLine(stderr)).toContain(`error: cannot write ${place}: it has no space left on its disk`);
    expect(readdirSync(small.folder)).toEqual([]);
  });

  it("gets no release", ({ skip }) => {
    if (small === undefined) return skip(NO_MOUNT);
    const args = ["release", "build", "--first-release", "--out", small.folder];
    const { exitCode, stdout, stderr } = runCli(args, { cwd: scene.source });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(oneLine(stderr)).toMatch(/error: cannot write \S+: it has no space left on its disk/);
    expect(readdirSync(small.folder)).toEqual([]);
  });
});

describe("a person who may not write", () => {
  it("verifies in a folder of others, and is told where nothing can be put", ({ skip }) => {
    if (process.platform === "win32") return skip("there are no permission bits");
    const theirs = join(scene.folder, "theirs");
    cpSync(scene.release, theirs, { recursive: true });
    for (const path of [scene.folder, scene.trust]) chmodSync(path, 0o755);
    chmodSync(theirs, 0o555);
    const verified = runAsNobody(verifyArguments(scene, join(theirs, ZIP)));
    if (/EACCES|not be read/.test(verified.stderr)) return skip("this checkout is closed to others");
    expect(verified).toMatchObject({ exitCode: 0, stderr: "" });
    const extracted = runAsNobody(verifyArguments(scene, join(theirs, ZIP), "--extract", join(theirs, "x")));
    expect(extracted.exitCode).toBe(3);
    expect(oneLine(extracted.stderr)).toContain(
      `error: cannot write ${theirs}: it may not be read or written by you`,
    );
    expect(readdirSync(theirs)).not.toContain("x");
    expect(leftovers(theirs)).toEqual([]);
  });

  it("leaves a verification INCOMPLETE that may not read the package", ({ skip }) => {
    if (process.platform === "win32") return skip("there are no permission bits");
    const zip = join(scene.folder, ZIP);
    cpSync(join(scene.release, ZIP), zip);
    chmodSync(zip, 0o000);
    const { exitCode, stdout, stderr } = runAsNobody(verifyArguments(scene, zip));
    if (/EACCES|not be read/.test(stderr)) return skip("this checkout is closed to others");
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "" });
    expect(stdout).toMatch(/^INCOMPLETE/);
    expect(oneLine(stdout)).toContain(`${zip} may not be read or written by you`);
  });
});

/** The command line as a user who owns nothing; root may write everywhere. */
function runAsNobody(args: readonly string[]): CliResult {
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI_PATH, ...args], {
    env: { PATH: process.env["PATH"], CAVRA_HOME: "/nonexistent/cavra" },
    encoding: "utf8",
    ...nobody,
  });
  return { exitCode: status, stdout, stderr };
}

/** Lines are broken at 80 columns. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
