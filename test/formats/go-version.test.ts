import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareGoModuleVersions, compareGoToolchains } from "../../src/formats/go-version.ts";

/** Each list ascends strictly: go.dev/ref/mod#versions, #pseudo-versions and #incompatible-versions. */
const ASCENDING_MODULES: readonly (readonly string[])[] = [
  ["v0.0.0", "v0.0.1", "v0.9.0", "v0.10.0", "v1.0.0", "v1.0.10", "v2.0.0"],
  [
    "v1.0.0-alpha",
    "v1.0.0-alpha.1",
    "v1.0.0-alpha.beta",
    "v1.0.0-beta",
    "v1.0.0-beta.2",
    "v1.0.0-beta.11",
    "v1.0.0-rc.1",
    "v1.0.0",
  ],
  // A pseudo-version stands after the release it is based on and before the next one.
  [
    "v0.0.0-20191109021931-daa7c04131f5",
    "v0.0.0-20200101000000-000000000000",
    "v1.2.3-pre",
    "v1.2.3-pre.0.20191109021931-daa7c04131f5",
    "v1.2.3",
    "v1.2.4-0.20191109021931-daa7c04131f5",
    "v1.2.4-0.20191109021932-000000000000",
    "v1.2.4-pre",
    "v1.2.4",
  ],
  ["v1.9.9", "v2.0.0+incompatible", "v2.0.1+incompatible", "v10.0.0+incompatible"],
  ["v1.0.0-9007199254740992", "v1.0.0-9007199254740993", "v1.0.0-90071992547409930"],
  ["v1.0.0-99", "v1.0.0-A", "v1.0.0-a", "v1.0.0-a-b"],
  ["v99999999999999999998.0.0", "v99999999999999999999.0.0"],
];

/** go.dev/doc/toolchain#version, and the comments of go/version.Compare. */
const ASCENDING_TOOLCHAINS: readonly (readonly string[])[] = [
  ["go1", "go1.5", "go1.9.7", "go1.20rc1", "go1.20", "go1.20.14"],
  ["go1.21", "go1.21rc1", "go1.21rc2", "go1.21.0", "go1.21.1", "go1.21.10"],
  ["go1.26.8", "go1.27beta1", "go1.27rc1", "go1.27.0", "go2.0.0"],
];

function expectAscending(
  list: readonly string[],
  compare: (a: string, b: string) => number | undefined,
): void {
  for (const [i, a] of list.entries()) {
    for (const [j, b] of list.entries()) {
      expect([a, b, compare(a, b)]).toEqual([a, b, Math.sign(i - j)]);
    }
  }
}

describe("order of Go module versions", () => {
  it.each(ASCENDING_MODULES.map((list) => [list]))("%j ascends", (list) => {
    expectAscending(list, compareGoModuleVersions);
  });

  it("ignores build metadata and fills in missing numbers", () => {
    expect(compareGoModuleVersions("v2.0.0+incompatible", "v2.0.0")).toBe(0);
    expect(compareGoModuleVersions("v1", "v1.0.0")).toBe(0);
    expect(compareGoModuleVersions("v1.2", "v1.2.0")).toBe(0);
  });

  it.each([
    "",
    "1.0.0",
    "v1.0.0.0",
    "v01.0.0",
    "v1.0.0-",
    "v1.0.0-a..b",
    "v1.0.0-01",
    "v1.0.0+",
    "v1.2-pre",
    "(devel)",
    " v1.0.0",
  ])("does not order %j", (text) => {
    expect(compareGoModuleVersions(text, "v1.0.0")).toBeUndefined();
    expect(compareGoModuleVersions("v1.0.0", text)).toBeUndefined();
  });

  it("agrees with itself whichever way round, and never throws", () => {
    const number = fc.integer({ min: 0, max: 30 });
    const version = fc.oneof(
      fc.string(),
      fc
        .tuple(number, number, number, fc.constantFrom("", "-rc.1", "-rc.10", "-0.2020-ab", "+incompatible"))
        .map(([major, minor, patch, rest]) => `v${major}.${minor}.${patch}${rest}`),
    );
    fc.assert(
      fc.property(version, version, (a, b) => {
        const order = compareGoModuleVersions(a, b);
        const reverse = compareGoModuleVersions(b, a);
        expect(order === undefined ? undefined : order + (reverse ?? Number.NaN)).toBe(
          order === undefined ? undefined : 0,
        );
      }),
    );
  });
});

describe("order of Go toolchains", () => {
  it.each(ASCENDING_TOOLCHAINS.map((list) => [list]))("%j ascends", (list) => {
    expectAscending(list, compareGoToolchains);
  });

  it("ignores vendor suffixes and experiments", () => {
    expect(compareGoToolchains("go1.26.8-custom", "go1.26.8")).toBe(0);
    expect(compareGoToolchains("go1.26.8 X:nodwarf5", "go1.26.8")).toBe(0);
  });

  it.each(["", "1.26.8", "devel go1.27-0123abcd", "go1.26.8rc1", "go01.2", "go1.x"])(
    "does not order %j",
    (text) => {
      expect(compareGoToolchains(text, "go1.26.8")).toBeUndefined();
    },
  );
});
