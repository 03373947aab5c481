import { describe, expect, it } from "vitest";
import { matchingPaths } from "../../src/make/path-glob.ts";

const PATHS = ["a.sh", "b/a.sh", "b/c/a.sh", "b/c/x.txt", "b+c/(d).sh", "b/.hidden"];

describe("matchingPaths", () => {
  it.each([
    ["a.sh", ["a.sh"]],
    ["*.sh", ["a.sh"]],
    ["b/*.sh", ["b/a.sh"]],
    ["b/**", ["b/.hidden", "b/a.sh", "b/c/a.sh", "b/c/x.txt"]],
    ["**/*.sh", ["a.sh", "b+c/(d).sh", "b/a.sh", "b/c/a.sh"]],
    ["b/**/a.sh", ["b/a.sh", "b/c/a.sh"]],
    ["b+c/(d).sh", ["b+c/(d).sh"]],
    ["b.c/*", []],
    ["a_sh", []],
    ["A.sh", []],
  ])("%s", (glob, expected) => {
    expect(matchingPaths(PATHS, glob)).toEqual(expected);
  });
});
