import { describe, expect, it } from "vitest";
import {
  BUILD_CONTROLS,
  RELEASE_CONTROLS,
  UNPROVABLE_CONTROLS,
  provenControls,
} from "../../src/model/controls.ts";
import { goFlags } from "../../src/model/go-flags.ts";

describe("controls", () => {
  it("have ids of their own, ascending, and a proof each", () => {
    for (const controls of [RELEASE_CONTROLS, BUILD_CONTROLS]) {
      const ids = controls.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)].sort());
      expect(ids.filter((id) => UNPROVABLE_CONTROLS.has(id))).toEqual([]);
      for (const { proof } of controls) expect(proof).toMatch(/^[A-Z].*[^.]$/);
    }
  });

  it("prove nothing from nothing", () => {
    const nothing = { product: "p", paths: new Set<string>(), targets: [], binaries: [] };
    expect(provenControls([...RELEASE_CONTROLS, ...BUILD_CONTROLS], nothing)).toEqual([]);
  });
});

function build(...argv: readonly string[]): readonly string[] {
  const binary = {
    target: "linux/amd64",
    binary: "bin/x",
    sizeBytes: 1,
    sha256: "0".repeat(64),
    builder: "go",
    toolchain: "go1.26.8",
    moduleDir: ".",
    environment: new Map<string, string>(),
    argv,
    rebuildCommand: null,
    originVerified: true,
  } as const;
  return provenControls(BUILD_CONTROLS, {
    product: "p",
    paths: new Set(),
    targets: [],
    binaries: [binary],
  });
}

describe("a flag that is given twice", () => {
  it("counts with its last value", () => {
    expect(build("-trimpath", "-mod=readonly", "-buildvcs=false")).toEqual([
      "binary-digests-declared",
      "buildvcs-disabled",
      "readonly-module-resolution",
      "trimpath-enabled",
    ]);
    expect(
      build("-trimpath", "-trimpath=false", "-mod=readonly", "-mod=mod", "-buildvcs=false", "-buildvcs=true"),
    ).toEqual(["binary-digests-declared"]);
    expect(build("-ldflags=-buildid= -buildid=x")).toEqual(["binary-digests-declared"]);
  });
});

describe("goFlags", () => {
  it("reads the command line and GOFLAGS alike", () => {
    const environment = new Map([["GOFLAGS", "-trimpath -mod=readonly"]]);
    const argv = ["go", "build", "-buildvcs=false", "-ldflags=-s  -w -buildid=", "-o=x", "./cmd"];
    expect(goFlags({ environment, argv })).toEqual({
      flags: ["-trimpath", "-mod=readonly", "-buildvcs=false", "-ldflags=-s  -w -buildid=", "-o=x"],
      ldflags: ["-s", "-w", "-buildid="],
    });
  });

  it("takes the last -ldflags, as the go command does", () => {
    const argv = ["go", "build", "-ldflags=-buildid=", "-ldflags=-s"];
    expect(goFlags({ environment: new Map(), argv }).ldflags).toEqual(["-s"]);
  });
});
