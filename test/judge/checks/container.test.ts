import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  containerCheck,
  containerChecks,
  containerProblems,
  type ContainerStage,
} from "../../../src/judge/checks/container.ts";
import { runChecks } from "../../../src/judge/run-checks.ts";

const words = new Map(containerProblems.map((problem) => [problem.id, problem]));
const good: ContainerStage = { kind: "zip", sightings: [], entryCount: 3, totalBytes: 99 };

function statuses(stage: ContainerStage): readonly string[] {
  return runChecks([containerCheck(stage.kind)], stage, words).results.map(
    ({ id, status }) => `${id} ${status}`,
  );
}

describe("the container checks", () => {
  it("pass on what was opened without a sighting; only the one that applies is asked", () => {
    expect(statuses(good)).toEqual(["container.grammar pass"]);
    expect(statuses({ ...good, kind: "directory" })).toEqual(["container.tree pass"]);
  });

  it("turn every sighting into a fatal finding, but for what is only reported", () => {
    const sightings = containerProblems.map(({ id }) => ({ problem: id, at: "a" }));
    for (const kind of ["zip", "directory"] as const) {
      const { findings, results } = runChecks([containerCheck(kind)], { ...good, kind, sightings }, words);
      expect(findings).toHaveLength(containerProblems.length);
      const lesser = findings.filter(({ severity }) => severity !== "fatal");
      expect(lesser.map(({ id, severity }) => `${severity} ${id}`)).toEqual(["note container.nested-zip"]);
      expect(results.filter(({ status }) => status === "fail")).toHaveLength(1);
    }
  });

  it("never pass a container that holds nothing", () => {
    expect(statuses({ ...good, entryCount: 0 })).toContain("container.grammar fail");
    expect(statuses({ ...good, kind: "directory", entryCount: 0 })).toContain("container.tree fail");
  });
});

describe("the words", () => {
  it("exist for every problem that the readers name, and for no other", () => {
    const root = fileURLToPath(new URL("../../../src", import.meta.url));
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
      (file) =>
        /^(?:formats|io|judge)\/.*\.ts$/.test(file) &&
        !/checks\/(?:container|zip-[a-z-]+|entry-name-problems)\.ts$/.test(file),
    );
    const named = files.flatMap(
      (file) => readFileSync(join(root, file), "utf8").match(/"container\.[a-z0-9-]+"/g) ?? [],
    );
    const ids = new Set(named.map((quoted) => quoted.slice(1, -1)));
    for (const check of containerChecks) ids.delete(check.id);
    expect(ids.size).toBeGreaterThan(20);
    expect([...ids].toSorted()).toEqual(containerProblems.map(({ id }) => id).toSorted());
  });

  it("are sentences for people, without a final stop, each id once", () => {
    expect(words.size).toBe(containerProblems.length);
    for (const { title, why, remedy } of containerProblems) {
      for (const text of [title, why, remedy]) expect(text).toMatch(/^[A-Za-z][^\n]{15,200}[^.]$/);
    }
  });
});
