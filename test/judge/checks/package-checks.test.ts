import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { packageChecks, packageProblems } from "../../../src/judge/checks/package-checks.ts";
import { rebuildChecks, rebuildProblems } from "../../../src/judge/checks/reproducibility-rebuild.ts";
import { DEFAULT_REQUIRED } from "../../../src/model/policy.ts";
import type { DocumentName } from "../../support/alter-release.ts";
import { withBrokenDocument, withRelease } from "../../support/alter-release.ts";
import { ALL_DEFECTS } from "../../support/defects/all-defects.ts";
import { problemsOf, runPackageChecks } from "../../support/problems-of.ts";
import { VALID_STAGE } from "../../support/release-fixture.ts";

const CHECKS_FOLDER = new URL("../../../src/judge/checks/", import.meta.url);
const FAMILIES = new Set(packageChecks.map(({ id }) => id.split(".")[0] ?? ""));
const DOCUMENTS = Object.keys(VALID_STAGE.release.documents) as readonly DocumentName[];

/** The source of every file that belongs to a family: `provenance.ts`, `provenance-signer.ts`, ... */
function familySources(): string {
  const files = readdirSync(CHECKS_FOLDER).filter((file) => FAMILIES.has(file.split(/[-.]/)[0] ?? ""));
  return files.map((file) => readFileSync(new URL(file, CHECKS_FOLDER), "utf8")).join("\n");
}

describe("the checks of a package", () => {
  it("all pass the valid package, none skipped", () => {
    const { results, findings } = runPackageChecks(VALID_STAGE);
    expect(findings).toEqual([]);
    expect(results).toHaveLength(packageChecks.length);
    expect(results.filter(({ status }) => status !== "pass")).toEqual([]);
    expect(results.filter(({ evidence }) => evidence.length === 0)).toEqual([]);
  });

  it("contain every check of a package that a verdict requires", () => {
    const stage = /^(?:files|manifest|sbom|provenance|binaries)\./;
    const ids = new Set(packageChecks.map(({ id }) => id));
    const required = DEFAULT_REQUIRED.filter((id) => stage.test(id));
    expect(required).toHaveLength(7);
    expect(required.filter((id) => !ids.has(id))).toEqual([]);
  });

  it("have unique ids of their family and needs that stand earlier", () => {
    const files = new Set(readdirSync(CHECKS_FOLDER));
    const seen = new Set<string>();
    for (const { id, needs = [] } of packageChecks) {
      expect(id).toMatch(/^[a-z]+\.[a-z0-9-]+$/);
      expect(files).toContain(`${id.split(".")[0]}.ts`);
      expect(seen).not.toContain(id);
      expect(needs.filter((need) => !seen.has(need))).toEqual([]);
      seen.add(id);
    }
  });

  it.each(DOCUMENTS)("refuse a package whose %s is broken, without an exception", (name) => {
    const stage = withBrokenDocument(VALID_STAGE, name);
    expect(problemsOf(stage)).not.toEqual([]);
    for (const check of packageChecks) expect(() => check.run(stage)).not.toThrow();
  });

  it("refuse a package without a single file", () => {
    const stage = withRelease(VALID_STAGE, { files: new Map() });
    expect(problemsOf(stage)).toContain("files.missing");
    for (const check of packageChecks) expect(() => check.run(stage)).not.toThrow();
  });

  it.each(ALL_DEFECTS)("run to their end whatever came before: $problem, $how", ({ alter }) => {
    const stage = alter(VALID_STAGE);
    for (const name of DOCUMENTS) {
      const worse = stage.release.documents[name].ok ? withBrokenDocument(stage, name) : stage;
      for (const check of packageChecks) expect(() => check.run(worse)).not.toThrow();
    }
  });
});

describe("the problems of a package", () => {
  it("have unique ids of a family that checks them", () => {
    const ids = packageProblems.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+\.[a-z0-9-]+$/);
    expect(ids.filter((id) => !FAMILIES.has(id.split(".")[0] ?? ""))).toEqual([]);
  });

  it("are each reached by a defect in these tests", () => {
    const reached = new Set(ALL_DEFECTS.map(({ problem }) => problem));
    expect(packageProblems.map(({ id }) => id).filter((id) => !reached.has(id))).toEqual([]);
  });

  it("include every id that a check names", () => {
    const words = [...packageProblems, ...rebuildProblems, ...packageChecks, ...rebuildChecks];
    const known = new Set(words.map(({ id }) => id));
    const named = [...familySources().matchAll(/"([a-z]+\.[a-z]+(?:-[a-z]+)*)"/g)].flatMap(
      ([, id]) => id ?? [],
    );
    const ofFamilies = named.filter((id) => FAMILIES.has(id.split(".")[0] ?? ""));
    expect(ofFamilies.length).toBeGreaterThan(packageProblems.length);
    expect(ofFamilies.filter((id) => !known.has(id))).toEqual([]);
  });

  it("are told in plain sentences without a final stop", () => {
    for (const { title, why, remedy } of packageProblems) {
      for (const sentence of [title, why, remedy]) expect(sentence).toMatch(/[^.!]$/);
      expect(title).toMatch(/^(?:[a-z]|SBOM)/);
      expect(remedy).toMatch(/^[A-Z]/);
    }
  });
});
