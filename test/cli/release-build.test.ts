import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { CHECKOUT_CONFIG, nextVersion, prebuiltCheckout } from "../support/prebuilt-checkout.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import type { ScratchRepository } from "../support/scratch-repository.ts";

const ZIP = "cavra-go-runtime-v0.1.0.zip";
const TOP = "go-runtime-v0.1.0";
const outside = scratchFolder();
let checkout: ScratchRepository;

function build(...args: readonly string[]): CliResult {
  return runCli(["release", "build", ...args], { cwd: checkout.folder });
}

interface PlanDocument {
  readonly schema: string;
  readonly version: string;
  readonly releaseCounter: number;
  readonly previous: { readonly version: string; readonly manifestSha256: string } | null;
  readonly outputs: readonly { readonly path: string }[];
}

interface CreatedDocument {
  readonly folder: string;
  readonly zip: string;
  readonly manifestSha256: string;
  readonly zipSha256: string;
  readonly zipSizeBytes: number;
}

beforeAll(() => {
  checkout = prebuiltCheckout();
});
afterAll(() => checkout.remove());
afterEach(() => {
  checkout.git("checkout", "--quiet", "--force", "main");
  checkout.git("clean", "--quiet", "-d", "--force", "-x");
});

describe("release build --dry-run", () => {
  it("names every file that the build then makes, and makes none", () => {
    const { exitCode, stdout, stderr } = build("--first-release", "--dry-run", "--json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(existsSync(join(checkout.folder, "dist"))).toBe(false);
    const plan = JSON.parse(stdout) as PlanDocument;
    expect(plan).toMatchObject({
      schema: "cavra.plan/1",
      version: "0.1.0",
      releaseCounter: 1,
      previous: null,
    });

    expect(build("--first-release").exitCode).toBe(0);
    const top = join(checkout.folder, "dist", TOP);
    const made = readdirSync(top, { recursive: true, withFileTypes: true });
    const files = made.filter((entry) => entry.isFile());
    // Only the bytes of a file that is taken over say whether Go linked it.
    const planned = [...plan.outputs.map(({ path }) => path), "go-modules.json"];
    expect(planned.toSorted()).toEqual(
      files.map(({ parentPath, name }) => relative(top, join(parentPath, name))).toSorted(),
    );
  });

  it("says in words that nothing was made", () => {
    const { exitCode, stdout, stderr } = build("--first-release", "--dry-run");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^plan cavra-runtime 0\.1\.0; nothing was made\n/);
    expect(stdout).toContain(`dist/${ZIP}`);
    expect(stdout).toMatch(/bin\/cavra-runtime_v0\.1\.0_windows_amd64\.exe +L0 +windows\/amd64/);
    expect(stdout).toMatch(/go-modules\.json +L0 +cavra, if any is of Go\n/);
  });

  it("warns of a prebuilt file that nothing in the commit vouches for", () => {
    checkout.git("checkout", "--quiet", "--detach");
    checkout.write({ "cavra.release.yaml": CHECKOUT_CONFIG.replace(", expect: out/SHA256SUMS", "") });
    checkout.git("commit", "--quiet", "--all", "--message", "Drop the list");
    checkout.git("tag", "v0.1.9");
    const { exitCode, stderr } = build("--first-release");
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      / {2}!! {2}origin +bin\/cavra-runtime_v0\.1\.9_darwin_arm64, .*: prebuilt, with neither/,
    );
  });
});

describe("release build", () => {
  it("tells what it made with the digests of the files", () => {
    const { exitCode, stdout, stderr } = build("--first-release", "--json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const made = JSON.parse(stdout) as CreatedDocument;
    const zip = readFileSync(join(checkout.folder, made.zip));
    expect(made).toMatchObject({
      schema: "cavra.created/1",
      zipSha256: sha256Hex(zip),
      zipSizeBytes: zip.byteLength,
    });
    expect(made.manifestSha256).toBe(
      sha256Hex(readFileSync(join(checkout.folder, made.folder, "release-evidence.json"))),
    );
    expect(readdirSync(join(checkout.folder, "dist")).toSorted()).toEqual([ZIP, TOP]);
  });

  it("counts on from the release before", () => {
    const first = JSON.parse(build("--first-release", "--out", outside, "--json").stdout) as CreatedDocument;
    nextVersion(checkout, "0.2.0");
    for (const previous of [first.zip, first.folder]) {
      const { stdout } = build("--previous", previous, "--dry-run", "--json");
      const { version, releaseCounter, previous: named } = JSON.parse(stdout) as PlanDocument;
      expect({ version, releaseCounter }).toEqual({ version: "0.2.0", releaseCounter: 2 });
      expect(named).toEqual({ version: "0.1.0", manifestSha256: first.manifestSha256 });
    }
    checkout.git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("says when the release before is not older, planning and building", () => {
    const args = ["--first-release", "--out", join(outside, "older"), "--json"];
    const first = JSON.parse(build(...args).stdout) as CreatedDocument;
    checkout.git("checkout", "--quiet", "--detach");
    checkout.write({ LICENSE: "Apache License 2.0, again\n" });
    checkout.commit("Fix an older version");
    checkout.git("tag", "v0.0.9");
    const plan = build("--previous", first.zip, "--dry-run");
    expect(unwrapped(plan.stdout)).toContain("previous 0.1.0, which is not older: validate-upgrade");
    const built = build("--previous", first.zip);
    expect(built.exitCode).toBe(0);
    expect(built.stderr).toMatch(/ {2}!! {2}previous +0\.1\.0, which is not older/);
  });

  it.each([
    ["neither --previous nor --first-release", []],
    ["both", ["--previous", "x.zip", "--first-release"]],
  ])("with %s is a usage error that names the two", (_, args) => {
    const { exitCode, stdout, stderr } = build(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(unwrapped(stderr)).toContain("--first-release");
    expect(unwrapped(stderr)).toContain("--previous");
    expect(existsSync(join(checkout.folder, "dist"))).toBe(false);
  });

  it.each([
    ["package", TOP],
    ["zip", ZIP],
  ])("replaces no %s that is there", (_, name) => {
    const taken = join(checkout.folder, "dist", name);
    mkdirSync(taken, { recursive: true });
    writeFileSync(join(taken, "mine"), "mine");
    const { exitCode, stdout, stderr } = build("--first-release");
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(unwrapped(stderr)).toContain(`${name} exists already`);
    expect(stderr).toMatch(/^hint: /m);
    expect(readdirSync(join(checkout.folder, "dist"))).toEqual([name]);
    expect(readdirSync(taken)).toEqual(["mine"]);
  });

  it("refuses a tree that is not clean, and names every file", () => {
    writeFileSync(join(checkout.folder, "LICENSE"), "changed");
    writeFileSync(join(checkout.folder, "new file"), "new");
    rmSync(join(checkout.folder, "out/SHA256SUMS"));
    const { exitCode, stdout, stderr } = build("--first-release");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(unwrapped(stderr)).toContain("the working tree is not clean");
    for (const name of ["LICENSE", "new file", "out/SHA256SUMS"]) expect(stderr).toContain(name);
    expect(existsSync(join(checkout.folder, "dist"))).toBe(false);
  });

  it("refuses a binary that is not the listed one, and leaves nothing", () => {
    writeFileSync(join(checkout.folder, "out/linux-amd64/runtime"), "something else");
    checkout.commit("Swap a binary");
    checkout.git("tag", "v0.1.1");
    const { exitCode, stderr } = build("--first-release");
    expect(exitCode).toBe(3);
    expect(unwrapped(stderr)).toContain("out/linux-amd64/runtime is not the file that out/SHA256SUMS names");
    const dist = join(checkout.folder, "dist");
    expect(existsSync(dist) ? readdirSync(dist) : []).toEqual([]);
    checkout.git("tag", "--delete", "v0.1.1");
    checkout.git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("names the line and column of an unknown key, and what was meant", () => {
    const config = join(checkout.folder, "cavra.release.yaml");
    writeFileSync(config, CHECKOUT_CONFIG.replace("targets:", "tragets:").replace("license:", "licence:"));
    const { exitCode, stdout, stderr } = build("--first-release");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/cavra\.release\.yaml:5:1\b/);
    expect(unwrapped(stderr)).toMatch(/tragets.*did you mean "?targets/);
    expect(stderr).toMatch(/cavra\.release\.yaml:2:\d+/);
    expect(unwrapped(stderr)).toMatch(/licence.*did you mean "?license/);
  });

  it("says where to start without a config, with another folder, or with a config that is not there", () => {
    const empty = scratchFolder();
    const none = runCli(["release", "build", "--first-release"], { cwd: empty });
    expect(none.exitCode).toBe(2);
    expect(unwrapped(none.stderr)).toContain("cavra release init");
    const missing = build("--first-release", "--config", "none.yaml");
    expect(missing.exitCode).toBe(2);
    expect(unwrapped(missing.stderr)).toContain("none.yaml does not exist");
  });

  it("asks for a trust root with the key, before anything is made", () => {
    const { exitCode, stderr } = build("--first-release", "--key", "key.pem");
    expect(exitCode).toBe(2);
    expect(unwrapped(stderr)).toContain("--trust");
    expect(existsSync(join(checkout.folder, "dist"))).toBe(false);
  });
});
