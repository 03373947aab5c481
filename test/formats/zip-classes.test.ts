import { describe, expect, it } from "vitest";
import { HOSTILE_CLASSES } from "../../src/formats/zip-classes.ts";
import { problemsById } from "../../src/judge/problems.ts";
import { hostileData, hostileZips } from "../support/hostile-zip-cases.ts";

const cases = [...hostileZips, ...hostileData];

describe("the classes of hostile zips", () => {
  it("are told apart", () => {
    const ids = HOSTILE_CLASSES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(HOSTILE_CLASSES)(
    "$id has words for all that is found, and a vector",
    ({ id, problems, refusedBy }) => {
      for (const problem of problems) expect(problemsById.get(`container.${problem}`), problem).toBeDefined();
      const vectors = cases.filter((one) => one.class === id);
      expect(vectors.length, "vectors").toBeGreaterThan(0);
      for (const { how, found, foundByStrict } of vectors) {
        expect(
          problems.some((problem) => found.includes(problem)),
          how,
        ).toBe(true);
        if (refusedBy.includes("strict")) expect(foundByStrict, how).not.toEqual([]);
      }
      if (!refusedBy.includes("strict") && refusedBy.length > 0) {
        expect(vectors.some(({ foundByStrict }) => foundByStrict.length === 0)).toBe(true);
      }
    },
  );

  it("name every problem of a zip that a vector shows", () => {
    const known = new Set(HOSTILE_CLASSES.flatMap(({ problems }) => problems));
    expect(cases.flatMap(({ found }) => found).filter((problem) => !known.has(problem))).toEqual([]);
  });
});
