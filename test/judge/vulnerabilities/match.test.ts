import { describe, expect, it } from "vitest";
import {
  indexByModule,
  matchBinary,
  semanticGoVersion,
  type ScannedBinary,
} from "../../../src/judge/vulnerabilities/match.ts";
import type { AffectedModule } from "../../../src/model/vulnerability.ts";
import { OLD_FAULT } from "../../support/vulnerabilities.ts";

const UNIX = new Map([["golang.org/x/sys/unix", new Set(["Faccessat", "Open"])]]);

function program(version: string, change: Partial<ScannedBinary> = {}): ScannedBinary {
  return {
    path: "bin/app",
    target: { os: "linux", arch: "amd64" },
    functions: UNIX,
    go: {
      goVersion: "go1.26.8",
      path: "example.com/app",
      main: { path: "example.com/app", version: "v1.0.0", sum: "" },
      modules: [{ path: "golang.org/x/sys", version, sum: "" }],
      settings: new Map(),
    },
    ...change,
  };
}

function reaches(binary: ScannedBinary, change: Partial<AffectedModule> = {}): readonly string[] {
  const affected = OLD_FAULT.affected.map((item) => ({ ...item, ...change }));
  return matchBinary(indexByModule([{ ...OLD_FAULT, affected }]), binary).map(({ reach }) => reach);
}

describe("matchBinary", () => {
  it.each([
    ["v0.0.9", ["symbol"]],
    ["v0.0.0-20210101000000-0123456789ab", ["symbol"]],
    ["v0.1.0-rc.1", ["symbol"]],
    ["v0.1.0", []],
    ["v0.1.1", []],
  ])("finds a version before the fix and no other: %s", (version, expected) => {
    expect(reaches(program(version))).toEqual(expected);
  });

  it.each([
    ["v1.19.9", []],
    ["v1.20.0", ["symbol"]],
    ["v1.20.9", ["symbol"]],
    ["v1.20.10", []],
    ["v1.21.0", ["symbol"]],
    ["v9.0.0", ["symbol"]],
  ])("keeps to ranges that open and close, and one that never closes: %s", (version, expected) => {
    const ranges = [
      { introduced: "1.20.0", fixed: "1.20.10" },
      { introduced: "1.21.0-0", fixed: null },
    ];
    expect(reaches(program(version), { ranges })).toEqual(expected);
  });

  it("says how close the program comes", () => {
    const only = (symbols: readonly string[]): readonly string[] =>
      reaches(program("v0.0.9"), {
        packages: [{ path: "golang.org/x/sys/unix", symbols, goos: [], goarch: [] }],
      });
    expect(only(["Mmap"])).toEqual(["package"]);
    expect(only([])).toEqual(["symbol"]);
    expect(reaches(program("v0.0.9", { functions: new Map() }))).toEqual(["absent"]);
    expect(reaches(program("v0.0.9", { functions: undefined }))).toEqual(["unknown"]);
  });

  it("leaves out packages of other platforms", () => {
    const packages = [
      { path: "golang.org/x/sys/unix", symbols: ["Faccessat"], goos: ["windows"], goarch: [] },
    ];
    expect(reaches(program("v0.0.9"), { packages })).toEqual(["absent"]);
    const target = { os: "windows", arch: "amd64" };
    expect(reaches(program("v0.0.9", { target }), { packages })).toEqual(["symbol"]);
  });

  it("looks at what stands in for a replaced module", () => {
    const { go } = program("v0.0.9");
    const [module] = go.modules;
    if (module === undefined) throw new Error("the program links no module");
    const replaced = { ...module, replacedBy: { path: "example.com/fork", version: "v1.0.0", sum: "" } };
    expect(reaches(program("", { go: { ...go, modules: [replaced] } }))).toEqual([]);
  });

  it.each([
    ["go1.26.8", "v1.26.8"],
    ["go1.21", "v1.21.0"],
    ["go1.22rc1", "v1.22.0-rc.1"],
    ["go1.26.8 X:nodwarf5", "v1.26.8"],
    ["go1.26.8-custom", "v1.26.8"],
    ["devel go1.27-0123456789", undefined],
  ])("orders the toolchain %s as the database does", (version, expected) => {
    expect(semanticGoVersion(version)).toBe(expected);
  });
});
