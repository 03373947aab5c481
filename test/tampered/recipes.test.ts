import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  mediumStepShapes,
  packageStepShapes,
  readRecipe,
  readRecipes,
  RECIPE_FOLDER,
  recipeNames,
  signatureStepShapes,
  zipStepShapes,
  type Recipe,
} from "../../scripts/tampered/recipe.ts";
import { problemsById } from "../../src/judge/problems.ts";
import { scratchFolder } from "../support/scratch-folder.ts";

const scratch = scratchFolder();
const recipes = readRecipes();
const PAGE = readFileSync(join(RECIPE_FOLDER, "README.md"), "utf8");
const VOCABULARY = {
  package: packageStepShapes,
  zip: zipStepShapes,
  signatures: signatureStepShapes,
  medium: mediumStepShapes,
} as const;
const SECTIONS = ["package", "zip", "signatures", "medium"] as const;

function words(section: (typeof SECTIONS)[number]): ReadonlySet<string> {
  return new Set(recipes.flatMap((recipe) => (recipe[section] ?? []).map(({ word }) => word)));
}

function refusal(change: object): string {
  const valid: unknown = JSON.parse(readFileSync(join(RECIPE_FOLDER, "dry-run.json"), "utf8"));
  writeFileSync(join(scratch, "changed.json"), JSON.stringify({ ...(valid as object), ...change }));
  const read = readRecipe("changed", scratch);
  return read.ok ? "accepted" : read.reason;
}

describe("the recipes of tampered copies", () => {
  it("are there, each with a title of its own", () => {
    expect(recipes.map(({ defect }) => defect)).toEqual(recipeNames());
    expect(recipes.length).toBeGreaterThanOrEqual(30);
    expect(new Set(recipes.map(({ title }) => title)).size).toBe(recipes.length);
  });

  it.each(SECTIONS)("use every word of %s, and the page explains it", (section) => {
    const known = Object.keys(VOCABULARY[section]);
    expect(known.filter((word) => !words(section).has(word))).toEqual([]);
    expect(known.filter((word) => !PAGE.includes(`\`${word}\``))).toEqual([]);
  });

  it("expect only problems that exist, and never a PASS", () => {
    const named = recipes.flatMap(({ expect: { findings }, diagnose = [] }) => [...findings, ...diagnose]);
    expect(named.filter((id) => !problemsById.has(id))).toEqual([]);
    expect(recipes.filter(({ expect: { verdict } }) => verdict === "PASS")).toEqual([]);
  });

  it("of an attacker, or of nobody, give what only a signature can tell", () => {
    const inZip = recipes.filter(
      ({ signedBy, subject }) => signedBy !== "trusted" && subject !== "directory",
    );
    const semantic = inZip.filter(({ expect: { findings } }) => !findings.every(isAboutSignatures));
    expect(semantic.map(({ defect }: Recipe) => defect)).toEqual([]);
    const attacked = recipes.filter(({ signedBy }) => signedBy === "attacker");
    expect(attacked.length).toBeGreaterThan(2);
    expect(attacked.filter(({ diagnose }) => diagnose === undefined)).toEqual([]);
  });

  it.each([
    [
      "an unknown step",
      { package: [{ "melt-file": { path: "LICENSE" } }] },
      'has the unknown step "melt-file"',
    ],
    ["an unknown member", { mood: "bad" }, "mood is not a known member"],
    ["an unknown signer", { signedBy: "mallory" }, "signedBy must be"],
    [
      "the exit code of another verdict",
      { expect: { verdict: "FAIL", exitCode: 5, findings: [] } },
      "expect.exitCode is not the one of FAIL",
    ],
    ["a step without its members", { package: [{ "remove-file": {} }] }, "path is missing"],
  ])("with %s are refused", (_, change, reason) => {
    expect(refusal({})).toBe("accepted");
    expect(refusal(change)).toContain(reason);
  });
});

function isAboutSignatures(id: string): boolean {
  return /^(?:release|signatures)\.|^trust\.successor-|^provenance\.(?:unsigned|other-release|signer-not-trusted)$/.test(
    id,
  );
}
