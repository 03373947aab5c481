import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDeflatePool, type DeflatePool } from "../../src/io/deflate.ts";
import { readRecipe, recipeNames, type Recipe } from "../../scripts/tampered/recipe.ts";
import { readSamples, sampleOf, type Samples } from "../../scripts/tampered/samples.ts";
import { verifyFlags, writeTampered } from "../../scripts/tampered/tamper.ts";
import { runCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { writeSmallSamples } from "../support/small-release.ts";
import { expectedOf, JUDGED_AT, judgeTampered, outcomeOf } from "../support/tampered.ts";

const REAL_SAMPLES = fileURLToPath(new URL("../../dist-samples/", import.meta.url));
const scratch = scratchFolder();
let pool: DeflatePool;
let samples: Samples;

beforeAll(async () => {
  pool = startDeflatePool();
  await writeSmallSamples(join(scratch, "samples"), pool);
  samples = readSamples(join(scratch, "samples"));
});
afterAll(() => pool.close());

function recipe(defect: string): Recipe {
  const read = readRecipe(defect);
  if (!read.ok) throw new Error(`${read.at}: ${read.reason}`);
  return read.value;
}

describe("a tampered copy", () => {
  it.each(recipeNames())("%s is found out, and by nothing else than its defect", async (defect) => {
    const given = recipe(defect);
    const path = await writeTampered(given, samples, join(scratch, defect), pool);
    const report = await judgeTampered(given, samples, path);
    expect(outcomeOf(report)).toEqual(expectedOf(given));
    if (given.diagnose === undefined) return;
    const diagnosis = outcomeOf(await judgeTampered(given, samples, path, true));
    expect(diagnosis.findings).toEqual([...given.diagnose].sort());
    expect(diagnosis.exitCode).not.toBe(0);
  });

  it("is a function of recipe and sample: the same bytes each time", async () => {
    for (const defect of ["attacker-re-signs-everything", "zip-duplicate-name"]) {
      const written = await Promise.all(
        ["once", "again"].map((name) =>
          writeTampered(recipe(defect), samples, join(scratch, name, defect), pool),
        ),
      );
      const [once, again] = written.map((path) => [
        readFileSync(path),
        readFileSync(join(`${path}.sigs`, "release.dsse.json")),
      ]);
      expect(once).toEqual(again);
    }
  });

  it("of a real sample is found out like one of a small one", async ({ skip }) => {
    if (!existsSync(REAL_SAMPLES)) skip("no dist-samples: npm run samples");
    const real = readSamples(REAL_SAMPLES);
    for (const defect of ["attacker-re-signs-everything", "binary-of-another-target"]) {
      const path = await writeTampered(recipe(defect), real, join(scratch, "real", defect), pool);
      expect(outcomeOf(await judgeTampered(recipe(defect), real, path))).toEqual(expectedOf(recipe(defect)));
    }
  });
});

describe("the samples themselves", () => {
  it.each([
    ["v0.1.0", "stable"],
    ["v0.2.0-rc.1", "rc"],
  ] as const)("pass: %s, of which the copies are made", async (release, channel) => {
    const untouched: Recipe = {
      ...recipe("candidate-as-stable"),
      release,
      verify: { ...NO_FLAGS, channel },
    };
    const report = await judgeTampered(untouched, samples, sampleOf(samples, release).zipPath);
    expect(outcomeOf(report)).toEqual({ verdict: "PASS", exitCode: 0, findings: [] });
  });

  it.each(["v0.1.0", "v0.2.0-rc.1"])(
    "of %s pass again when everything is made again without a change",
    async (release) => {
      const channel = release === "v0.1.0" ? ("stable" as const) : ("rc" as const);
      const remade: Recipe = {
        ...recipe("candidate-as-stable"),
        release,
        signedBy: "trusted",
        // The mode that it has already: enough for the package to be packed and signed anew.
        package: [{ word: "set-mode", given: { path: "LICENSE", mode: "0644" } }],
        rebuild: "all-layers",
        verify: { ...NO_FLAGS, channel },
      };
      const path = await writeTampered(remade, samples, join(scratch, "remade"), pool);
      expect(readFileSync(path)).toEqual(Buffer.from(sampleOf(samples, release).zip));
      expect(outcomeOf(await judgeTampered(remade, samples, path)).verdict).toBe("PASS");
    },
  );
});

describe("a tampered copy, on the command line", () => {
  it.each([
    "attacker-re-signs-everything",
    "candidate-as-stable",
    "file-added-in-folder",
    "older-version-replayed",
    "signature-set-missing",
    "zip-symbolic-link",
  ])("%s gets the word and the exit code that its recipe names", async (defect) => {
    const given = recipe(defect);
    const path = await writeTampered(given, samples, join(scratch, "cli", defect), pool);
    const trust = ["--trust", samples.trustRoot, "--allow-test-trust", "--at", JUDGED_AT];
    const args = ["release", "verify-airgap-bundle", path, ...trust, ...verifyFlags(given, samples)];
    const { exitCode, stdout } = runCli(args);
    expect(exitCode).toBe(given.expect.exitCode);
    expect(stdout.startsWith(given.expect.verdict)).toBe(true);
    expect(given.expect.findings.filter((id) => !stdout.includes(id))).toEqual([]);
  });
});

const NO_FLAGS = {
  line: undefined,
  channel: undefined,
  previous: undefined,
  "min-version": undefined,
  at: undefined,
  "allow-unsigned": undefined,
};
