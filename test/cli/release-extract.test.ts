import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { runCli, unwrapped } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import {
  copyOf,
  directoryOf,
  FIRST_ZIP,
  smallWorld,
  verifyBundle,
  type SmallWorld,
} from "../support/small-world.ts";

const TOP = "go-runtime-v0.1.0";
const folder = scratchFolder();
let world: SmallWorld;

beforeAll(async () => {
  world = await smallWorld(folder);
});

function newFolder(): string {
  return mkdtempSync(join(folder, "out-"));
}

/** Every file with its mode and digest. */
function treeOf(root: string): ReadonlyMap<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    files.toSorted().map((path) => {
      const mode = (statSync(path).mode & 0o777).toString(8);
      return [path.slice(root.length + 1), `${mode} ${sha256Hex(readFileSync(path))}`];
    }),
  );
}

describe("--extract", () => {
  it("writes after PASS the bytes and modes that unzip writes", ({ skip }) => {
    const unzipped = newFolder();
    const unzip = spawnSync("unzip", ["-q", world.first, "-d", unzipped], { encoding: "utf8" });
    if (unzip.error !== undefined) skip("no unzip");
    const target = join(newFolder(), "fresh");
    const { exitCode, stderr } = verifyBundle(world, world.first, "--extract", target);
    expect(exitCode).toBe(0);
    expect(unwrapped(stderr)).toContain(`the verified files are in ${target}`);
    expect(treeOf(target)).toEqual(treeOf(join(unzipped, TOP)));
    expect(treeOf(target).size).toBe(14);
  });

  it("takes the modes from the package, whatever the umask", () => {
    const target = join(newFolder(), "fresh");
    const args = ["release", "verify-airgap-bundle", world.first, ...world.flags, "--extract", target];
    const script = 'umask 077 && exec "$0" "$@"';
    const run = new URL("../../bin/run.js", import.meta.url).pathname;
    const { status } = spawnSync("sh", ["-c", script, process.execPath, run, ...args], {
      env: { PATH: process.env["PATH"] },
    });
    expect(status).toBe(0);
    expect([...new Set([...treeOf(target).values()].map((value) => value.split(" ", 1)[0]))]).toEqual([
      "644",
      "755",
    ]);
    expect(statSync(join(target, "bin")).mode & 0o777).toBe(0o755);
  });

  it("copies a verified directory in the same way", () => {
    const directory = directoryOf(world, world.first);
    const target = join(newFolder(), "fresh");
    expect(verifyBundle(world, directory, "--extract", target).exitCode).toBe(0);
    expect(treeOf(target)).toEqual(treeOf(directory));
  });

  it.each([
    ["FAIL", (copy: string) => rmSync(join(`${copy}.sigs`, "release.dsse.json")), []],
    ["UNKNOWN", () => undefined, ["--allow-missing-provenance"]],
    ["UNKNOWN", () => undefined, ["--diagnose"]],
    [
      "REFUSED",
      (copy: string) => writeFileSync(copy, Buffer.concat([Buffer.from("MZ"), readFileSync(copy)])),
      ["--diagnose"],
    ],
    ["INCOMPLETE", (copy: string) => rmSync(copy), []],
  ])("writes nothing on %s", (word, spoil, more) => {
    const copy = copyOf(world, world.first);
    spoil(copy);
    const home = newFolder();
    const out = ["--extract", join(home, "extracted"), "--copy-to", join(home, "copied")];
    const { stdout } = verifyBundle(world, copy, ...more, ...out);
    expect(stdout.split(" ", 1)[0]).toBe(word);
    expect(readdirSync(home)).toEqual([]);
  });

  it.each([
    ["a file", (path: string) => writeFileSync(path, "mine")],
    ["an empty folder", (path: string) => mkdirSync(path)],
    ["a link that leads nowhere", (path: string) => symlinkSync("nowhere", path)],
  ])("does not write over %s", (_, put) => {
    for (const flag of ["--extract", "--copy-to"]) {
      const target = join(newFolder(), "taken");
      put(target);
      const { exitCode, stdout, stderr } = verifyBundle(world, world.first, flag, target);
      expect({ flag, exitCode, stdout }).toEqual({ flag, exitCode: 3, stdout: "" });
      expect(unwrapped(stderr)).toContain("exists already");
      expect(readdirSync(join(target, ".."))).toEqual(["taken"]);
    }
  });

  it("says when the folder above cannot be written to, and leaves nothing", () => {
    const home = newFolder();
    writeFileSync(join(home, "file"), "");
    const { exitCode, stdout, stderr } = verifyBundle(
      world,
      world.first,
      "--extract",
      join(home, "file", "x"),
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toMatch(/^error: /);
    expect(readdirSync(home)).toEqual(["file"]);
  });
});

describe("--copy-to", () => {
  it("copies zip and signature set, which pass where they lie now", () => {
    const target = join(newFolder(), "media");
    expect(verifyBundle(world, world.first, "--copy-to", target).exitCode).toBe(0);
    expect(readdirSync(target).toSorted()).toEqual([FIRST_ZIP, `${FIRST_ZIP}.sigs`]);
    expect(readFileSync(join(target, FIRST_ZIP)).equals(readFileSync(world.first))).toBe(true);
    expect(treeOf(join(target, `${FIRST_ZIP}.sigs`)).size).toBe(4);
    expect(verifyBundle(world, join(target, FIRST_ZIP)).exitCode).toBe(0);
  });

  it("does not carry files along that nobody judged", () => {
    const copy = copyOf(world, world.first);
    writeFileSync(join(`${copy}.sigs`, "autorun.inf"), "");
    const target = join(newFolder(), "media");
    expect(verifyBundle(world, copy, "--copy-to", target).exitCode).toBe(0);
    expect(readdirSync(join(target, `${FIRST_ZIP}.sigs`))).not.toContain("autorun.inf");
  });

  it("is for a zip", () => {
    const directory = directoryOf(world, world.first);
    const target = join(newFolder(), "media");
    const args = ["release", "verify-go-package", directory, ...world.flags, "--copy-to", target];
    const { exitCode, stderr } = runCli(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--extract DIR");
  });
});
