import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeFixtureRepository } from "../../scripts/fixture-repository.ts";
import { findPinnedGo } from "../../scripts/samples/pinned-go.ts";
import { sha256Hex } from "../../src/crypto/digest.ts";
import { parseReproducibility } from "../../src/formats/reproducibility.ts";
import { parseProvenance } from "../../src/formats/slsa.ts";
import { goSourceDigest } from "../../src/make/build/go-source.ts";
import { fileTree } from "../support/file-tree.ts";
import { runCavraOn, type Machine } from "../support/foreign-machine.ts";
import { goOrSkip } from "../support/go-toolchain.ts";
import { NODE_RELEASES } from "../support/node-releases.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const TOP = "go-runtime-v0.1.0";
const folder = scratchFolder();
const here = join(folder, "here");
const elsewhere = join(folder, "a much longer way, with blanks", "and Ümlauts");
const HERE: Machine = { node: NODE_RELEASES["24"], timeZone: "UTC", locale: "C", umask: "022" };
const ELSEWHERE: Machine = {
  node: NODE_RELEASES["22"],
  timeZone: "Pacific/Kiritimati",
  locale: "tr_TR.UTF-8",
  umask: "077",
  goCache: join(folder, "cache of another"),
};

/** Makes the fixture's repository in a folder, checks out v0.1.0 and builds its three sample targets. */
async function build(home: string, machine: Machine): Promise<string> {
  mkdirSync(home, { recursive: true });
  const source = join(home, "source");
  await makeFixtureRepository(source);
  execFileSync("git", ["checkout", "--quiet", "v0.1.0"], { cwd: source });
  const out = join(home, "dist");
  const args = ["release", "build", "--config", "cavra.samples.yaml", "--first-release", "--out", out];
  runCavraOn(machine, source, args);
  return out;
}

describe("a release built from Go source", () => {
  const { release, problem } = findPinnedGo();
  let built = "";

  beforeAll(async () => {
    if (problem === undefined) built = await build(here, HERE);
  });

  it("has the same bytes from another folder, Node, time zone, locale, umask and Go cache at once", async ({
    skip,
  }) => {
    goOrSkip(skip);
    if (problem !== undefined) skip(problem);
    const again = await build(elsewhere, ELSEWHERE);
    const tree = fileTree(built);
    expect(tree.size).toBe(15);
    expect([...fileTree(again)]).toEqual([...tree]);
  });

  it("names the tree of its commit and the source of its Go", async ({ skip }) => {
    goOrSkip(skip);
    if (problem !== undefined) skip(problem);
    const path = join(built, TOP, "cavra-runtime.provenance.intoto.json");
    const provenance = parseProvenance(path, readFileSync(path));
    if (!provenance.ok) throw new Error(provenance.reason);
    const digestOf = (name: string, algorithm: string): string | undefined =>
      provenance.value.dependencies.find((item) => item.name === name)?.digest.get(algorithm);
    const git = ["rev-parse", "v0.1.0^{tree}"];
    const tree = execFileSync("git", git, { cwd: join(here, "source"), encoding: "utf8" });
    const env = { ...process.env, GOTOOLCHAIN: release };
    const goroot = execFileSync("go", ["env", "GOROOT"], { cwd: folder, env, encoding: "utf8" });
    expect(digestOf("source", "gitTree")).toBe(tree.trim());
    expect(digestOf("toolchain", "dirHash")).toBe(await goSourceDigest(goroot.trim()));
  });

  it("has binaries that their recorded commands make again, in a fresh clone and without cavra", ({
    skip,
  }) => {
    goOrSkip(skip);
    if (problem !== undefined) skip(problem);
    const path = join(built, TOP, "cavra-runtime.reproducibility.json");
    const recorded = parseReproducibility(path, readFileSync(path));
    if (!recorded.ok) throw new Error(recorded.reason);
    const clone = join(folder, "clone");
    execFileSync("git", ["clone", "--quiet", join(here, "source"), clone], { stdio: "ignore" });
    execFileSync("git", ["checkout", "--quiet", recorded.value.commit], { cwd: clone, stdio: "ignore" });
    expect(recorded.value.binaries).toHaveLength(3);
    for (const { rebuildCommand, binary, sha256 } of recorded.value.binaries) {
      const { status, stderr } = spawnSync("sh", ["-c", rebuildCommand ?? "false"], {
        cwd: clone,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
      });
      expect({ binary, status, stderr }).toEqual({ binary, status: 0, stderr: "" });
      expect(sha256Hex(readFileSync(join(clone, basename(binary))))).toBe(sha256);
    }
  });
});
