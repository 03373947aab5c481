import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../src/model/report.ts";
import { runCli, unwrapped, type CliResult } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { signedTestRoot, testKey, testTrustRoot } from "../support/trust.ts";
import {
  copyOf,
  directoryOf,
  findingIds,
  flipBit,
  judged,
  smallWorld,
  verifyBundle,
  WORLD_TIME,
  type SmallWorld,
} from "../support/small-world.ts";

const { publicKey: strangerKey } = testKey("attacker");
const STRANGER = {
  keyId: strangerKey.keyId,
  algorithm: strangerKey.algorithm,
  publicKey: Buffer.from(strangerKey.spki).toString("base64"),
  holder: "Stranger",
};
const folder = scratchFolder();
let world: SmallWorld;
let directory: string;

beforeAll(async () => {
  world = await smallWorld(folder);
  directory = directoryOf(world, world.first);
});

/** Judges as text and as JSON, and holds the two against each other. */
function bothWays(
  subject: string,
  ...more: readonly string[]
): { readonly report: Report; readonly text: string } {
  const report = judged(world, subject, ...more);
  const { exitCode, stdout, stderr } = verifyBundle(world, subject, ...more);
  expect({ exitCode, stderr }).toEqual({ exitCode: report.verdict.exitCode, stderr: "" });
  expect(stdout.split(" ", 1)[0]).toBe(report.verdict.word);
  return { report, text: stdout };
}

function judgeWith(trust: string): CliResult {
  const flags = ["--trust", trust, "--allow-test-trust", "--at", WORLD_TIME];
  return runCli(["release", "verify-airgap-bundle", world.first, ...flags]);
}

function checkIds({ checks }: Report): readonly string[] {
  return checks.map(({ id }) => id);
}

describe("every verdict: its word first, its exit code, one valid document", () => {
  it("PASS 0 for what was signed, as zip and as directory", () => {
    for (const subject of [world.first, directory]) {
      const { report, text } = bothWays(subject);
      expect(report.verdict).toMatchObject({ word: "PASS", exitCode: 0, qualifier: "test trust" });
      expect(text).toMatch(/^PASS \(test trust\) {2}go-runtime v0\.1\.0 {2}14 files/);
      expect(report.findings).toEqual([]);
      expect(report.threshold).toMatchObject({ needed: 2, holders: 2 });
    }
  });

  it("FAIL 1 for a directory with a changed, a missing and an added file", () => {
    const copy = copyOf(world, directory);
    writeFileSync(join(copy, "LICENSE"), "changed");
    writeFileSync(join(copy, "added"), "added");
    rmSync(join(copy, "go-modules.json"));
    const { report, text } = bothWays(copy);
    expect(report.verdict).toMatchObject({ word: "FAIL", exitCode: 1 });
    expect(findingIds(report, "error")).toEqual(
      expect.arrayContaining(["files.digest-mismatch", "files.missing", "files.unlisted"]),
    );
    for (const name of ["LICENSE", "added", "go-modules.json"]) expect(text).toContain(name);
  });

  it("FAIL 1 for a zip with one other bit: the signed digest decides before it is read", () => {
    const copy = copyOf(world, world.first);
    flipBit(copy, -1);
    const report = judged(world, copy);
    expect(report.verdict).toMatchObject({ word: "FAIL", exitCode: 1 });
    expect(report.checks.find(({ id }) => id === "container.grammar")).toMatchObject({
      status: "skip",
      reason: "release.subject did not pass",
    });
    expect(checkIds(report)).toEqual(checkIds(judged(world, world.first)));
  });

  it("REFUSED 5 for the same zip, when the user asks to look all the same", () => {
    const copy = copyOf(world, world.first);
    writeFileSync(copy, Buffer.concat([Buffer.from("MZ"), readFileSync(copy)]));
    const { report, text } = bothWays(copy, "--diagnose");
    expect(report.verdict).toMatchObject({ word: "REFUSED", exitCode: 5 });
    expect(text).toContain("nothing was written");
  });

  it("UNKNOWN 4 without trust: no key, version or name of the package is repeated", () => {
    const { exitCode, stdout } = runCli(["release", "verify-airgap-bundle", world.first]);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/^UNKNOWN /);
    expect(stdout).toContain("trust.missing");
    const { sha256 } = judged(world, world.first).subject;
    expect(stdout).toContain(sha256);
    const own = stdout.replaceAll(world.first, "");
    for (const word of ["0.1.0", "Ada", "Bo", "go-runtime", "acme"]) expect(own).not.toContain(word);
  });

  it("INCOMPLETE 3 when there is nothing to judge", () => {
    const report = judged(world, join(folder, "no-such.zip"));
    expect(report.verdict).toMatchObject({ word: "INCOMPLETE", exitCode: 3 });
    expect(report.verdict.reason).toContain("does not exist");
  });

  it("FAIL 1 for a folder that is no package at all", () => {
    expect(judged(world, folder).verdict).toMatchObject({ word: "FAIL", exitCode: 1 });
  });

  it("prints the same bytes twice, and no wall-clock time", () => {
    const args = [
      "release",
      "verify-go-package",
      world.first,
      "--trust",
      world.trust,
      "--allow-test-trust",
      "--json",
    ];
    const first = runCli(args);
    expect(first.exitCode).toBe(0);
    expect(runCli(args).stdout).toBe(first.stdout);
    expect((JSON.parse(first.stdout) as Report).policy.at).toBeNull();
  });
});

describe("signatures", () => {
  it.each(["release.dsse.json", "provenance.dsse.json"])("FAIL without %s", (name) => {
    const copy = copyOf(world, world.first);
    rmSync(join(`${copy}.sigs`, name));
    expect(judged(world, copy).verdict).toMatchObject({ word: "FAIL", exitCode: 1 });
  });

  it("FAIL without any signature set, and PASS when --signatures names it", () => {
    const copy = copyOf(world, world.first);
    rmSync(`${copy}.sigs`, { recursive: true });
    expect(judged(world, copy).verdict.word).toBe("FAIL");
    expect(judged(world, copy, "--signatures", `${world.first}.sigs`).verdict.word).toBe("PASS");
  });

  it("FAIL with the signature set of another release", () => {
    expect(judged(world, world.first, "--signatures", `${world.candidate}.sigs`).verdict.word).toBe("FAIL");
  });

  it("FAIL when the root is of another product or names other people", () => {
    const trust = join(folder, "others.json");
    writeFileSync(trust, signedTestRoot(testTrustRoot(undefined, "another-product")));
    const { exitCode, stdout } = judgeWith(trust);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("release.wrong-product");
    const strangers = testTrustRoot((root) => ({
      ...root,
      roles: {
        ...root.roles,
        release: root.roles.release.map((role) => ({ ...role, members: [STRANGER.keyId] })),
      },
      keys: [...root.keys, { ...STRANGER, notBefore: root.issued, notAfter: root.expires }],
    }));
    writeFileSync(trust, signedTestRoot(strangers));
    const unmet = judgeWith(trust);
    expect(unmet.exitCode).toBe(1);
    expect(unmet.stdout).toContain("release.threshold");
  });

  it("lists files of other names, and does not read them", () => {
    const copy = copyOf(world, world.first);
    writeFileSync(join(`${copy}.sigs`, "README"), "trust me");
    const { report, text } = bothWays(copy);
    expect(report.verdict.word).toBe("PASS");
    expect(unwrapped(text)).toContain("README is of no known kind");
  });
});
