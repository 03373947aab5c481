import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { copyOf, judged, smallWorld, verifyBundle, type SmallWorld } from "../support/small-world.ts";

const folder = scratchFolder();
let world: SmallWorld;

beforeAll(async () => {
  world = await smallWorld(folder);
});

const PIPE = ["a named pipe", (path: string) => spawnSync("mkfifo", [path])] as const;
const LINK = [
  "a symbolic link",
  (path: string) => {
    renameSync(path, `${path}.real`);
    symlinkSync(basename(`${path}.real`), path);
  },
] as const;

function standIn(path: string, put: (path: string) => unknown): void {
  if (put !== LINK[1]) rmSync(path, { recursive: true });
  put(path);
}

describe("a package path that is no regular file is named, and never waited for", () => {
  it.each([PIPE, LINK])("%s", (kind, put) => {
    const zip = copyOf(world, world.first);
    standIn(zip, put);
    const { verdict } = judged(world, zip);
    expect(verdict).toMatchObject({ word: "INCOMPLETE", exitCode: 3 });
    expect(verdict.reason).toBe(
      kind === LINK[0] ? `${zip} is a symbolic link` : `${zip} is ${kind}, not a regular file`,
    );
  });

  it("a device", () => {
    expect(judged(world, "/dev/zero").verdict).toMatchObject({
      word: "INCOMPLETE",
      reason: "/dev/zero is a device, not a regular file",
    });
  });

  it("a socket", async () => {
    const path = join(mkdtempSync(join(folder, "s-")), "x.zip");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(judged(world, path).verdict.reason).toBe(`${path} is a socket or a device that cannot be read`);
    await new Promise((resolve) => server.close(resolve));
  });

  it("an empty folder is judged as one, and refused", () => {
    const path = join(mkdtempSync(join(folder, "d-")), "x.zip");
    mkdirSync(path);
    expect(judged(world, path, "--diagnose").verdict.word).toBe("REFUSED");
  });
});

describe("a member of the signature set that is no regular file is named", () => {
  it.each([PIPE, LINK, ["a folder", (path: string) => mkdirSync(path)] as const])("%s", (kind, put) => {
    const zip = copyOf(world, world.first);
    standIn(join(`${zip}.sigs`, "release.dsse.json"), put);
    const { verdict, findings } = judged(world, zip);
    expect(verdict.word).toBe("FAIL");
    expect(findings[0]).toMatchObject({ id: "release.envelope-malformed", at: "release.dsse.json" });
    expect(findings[0]?.actual).toContain(`is ${kind}`);
  });

  it("and so is a set that is a link", () => {
    const zip = copyOf(world, world.first);
    standIn(`${zip}.sigs`, LINK[1]);
    const { verdict, findings } = judged(world, zip);
    expect(verdict.word).toBe("FAIL");
    expect(findings[0]?.actual).toContain(`${basename(zip)}.sigs is a symbolic link, not a folder`);
  });
});

function expectRefused({ exitCode, stdout, stderr }: CliResult, words: string): void {
  expect(exitCode).toBe(3);
  expect(unwrapped(stdout + stderr)).toContain(words);
}

describe("a trust root or key that is no regular file is named", () => {
  it.each([PIPE, ["a folder", (path: string) => mkdirSync(path)] as const])("%s", (kind, put) => {
    const path = join(mkdtempSync(join(folder, "t-")), "root.json");
    put(path);
    const words = `${path} is ${kind}, not a regular file`;
    expectRefused(verifyBundle({ ...world, flags: [] }, world.first, "--trust", path), words);
    expectRefused(runCli(["keys", "public", path]), words);
  });

  it("a symbolic link", () => {
    const path = join(mkdtempSync(join(folder, "t-")), "root.json");
    symlinkSync(world.trust, path);
    const refused = verifyBundle({ ...world, flags: [] }, world.first, "--trust", path);
    expectRefused(refused, `${path} is a symbolic link`);
  });
});
