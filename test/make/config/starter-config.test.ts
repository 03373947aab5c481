import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  assert,
  constantFrom,
  oneof,
  option,
  property,
  record,
  string,
  uniqueArray,
  boolean,
} from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { detectProject } from "../../../src/make/config/detect-project.ts";
import type { GoBuildConfig } from "../../../src/make/config/release-config.ts";
import {
  defaultReleaseConfig,
  type DetectedGoModule,
  type DetectedProject,
} from "../../../src/make/config/starter-config.ts";
import { configProblems, loadConfig } from "../../support/config-samples.ts";
import { scratchRepository, type ScratchRepository } from "../../support/scratch-repository.ts";

const MODULE: DetectedGoModule = {
  modulePath: "example.com/acme/Agent_Tool/v2",
  goVersion: "1.26.8",
  toolchain: null,
  installedGo: "go1.27.1",
  mainPackages: ["./cmd/agent", "./cmd/probe"],
  isVendored: true,
};
const PROJECT: DetectedProject = {
  folderName: "checkout",
  goModule: MODULE,
  licenseFile: "LICENSE",
  repository: "https://example.com/acme/agent",
};

function goBuild(change: Partial<DetectedGoModule>): GoBuildConfig {
  const config = loadConfig(defaultReleaseConfig({ ...PROJECT, goModule: { ...MODULE, ...change } }));
  const [build] = config.builds;
  if (build?.kind !== "go") throw new Error("expected a Go build");
  return build;
}

describe("defaultReleaseConfig", () => {
  it("makes a config of what was found", () => {
    const config = loadConfig(defaultReleaseConfig(PROJECT));
    expect(config.product).toMatchObject({
      name: "agent-tool",
      repository: "https://example.com/acme/agent",
    });
    expect(config.builds.map((build) => [build.id, build.kind, build.output])).toEqual([
      ["agent", "go", "bin/agent_v$(version)_$(os)_$(arch)$(ext)"],
      ["probe", "go", "bin/probe_v$(version)_$(os)_$(arch)$(ext)"],
    ]);
    expect(config.targets).toHaveLength(6);
    expect(config.files).toEqual([{ from: "LICENSE", to: "LICENSE", mode: 0o644 }]);
    expect(config.package.include).toEqual(["agent", "probe", "files"]);
  });

  it("pins an exact toolchain", () => {
    const toolchain = (change: Partial<DetectedGoModule>): string => goBuild(change).toolchain;
    expect(toolchain({})).toBe("go1.26.8");
    expect(toolchain({ toolchain: "go1.27.0" })).toBe("go1.27.0");
    expect(toolchain({ goVersion: "1.22" })).toBe("go1.27.1");
    expect(toolchain({ goVersion: "1.28" })).toBe("go1.28.0");
    expect(toolchain({ goVersion: "1.22", installedGo: null })).toBe("go1.22.0");
    expect(toolchain({ goVersion: null, installedGo: null, toolchain: "default" })).toBe("go1.21.0");
    expect(goBuild({ isVendored: false }).mod).toBe("readonly");
  });

  it("takes prebuilt binaries where there is no Go program", () => {
    const config = loadConfig(
      defaultReleaseConfig({ folderName: "My Tool", goModule: null, licenseFile: null, repository: null }),
    );
    expect([config.product.name, config.builds[0]?.kind, config.files]).toEqual(["my-tool", "prebuilt", []]);
  });

  it("loads, whatever was found", () => {
    const name = oneof(
      string({ maxLength: 70 }),
      constantFrom("a", "123", "true", "null", "files", "1e3", "x/a"),
    );
    const module = record({
      modulePath: name,
      goVersion: option(constantFrom("1.26.8", "1.5", "1.22", "x")),
      toolchain: option(constantFrom("go1.26.8", "default", "go1.30rc1")),
      installedGo: option(constantFrom("go1.26.8", "devel go1.30", "go1.19.8")),
      mainPackages: uniqueArray(
        constantFrom(".", "./cmd/a", "./cmd/A", "./cmd/files", "./cmd/ä", "./cmd/-"),
        {
          maxLength: 5,
        },
      ),
      isVendored: boolean(),
    });
    const project = record({
      folderName: name,
      goModule: option(module),
      licenseFile: option(constantFrom("LICENSE", "LICENSE.md", "COPYING", "a b")),
      repository: option(constantFrom("https://example.com/x", "https://user@example.com/x", "git@x:y")),
    });
    assert(
      property(project, (found) => {
        expect(configProblems(defaultReleaseConfig(found))).toEqual([]);
      }),
    );
  });
});

describe("detectProject", () => {
  let repository: ScratchRepository | undefined;
  afterEach(() => repository?.remove());

  it("finds module, main packages, licence and repository", async () => {
    repository = scratchRepository({
      "go.mod": "module example.com/acme/agent\n\ngo 1.22.3\n\ntoolchain go1.26.8\n",
      "agent.go": "package agent\n",
      "generate.go": "//go:build ignore\n\npackage main\n",
      "cmd/agent/main.go": "// Command agent.\npackage main\n",
      "cmd/agent/main_test.go": "package main\n",
      "cmd/internal/lib.go": "package internal\n",
      "cmd/tested/only_test.go": "package main\n",
      "cmd/README.md": "x",
      "vendor/modules.txt": "",
      LICENSE: "x",
    });
    repository.git("remote", "add", "origin", "git@example.com:acme/agent.git");
    const found = await detectProject({ folder: repository.folder, hostEnvironment: process.env });
    expect(found).toMatchObject({
      goModule: {
        modulePath: "example.com/acme/agent",
        goVersion: "1.22.3",
        toolchain: "go1.26.8",
        mainPackages: ["./cmd/agent"],
        isVendored: true,
      },
      licenseFile: "LICENSE",
      repository: "https://example.com/acme/agent",
    });
  });

  it("finds less where there is neither git nor Go", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cavra-detect-"));
    try {
      const found = await detectProject({ folder, hostEnvironment: { PATH: folder } });
      expect([found.goModule, found.licenseFile, found.repository]).toEqual([null, null, null]);
      expect(configProblems(defaultReleaseConfig(found))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("finds the program of the fixture product", async () => {
    const folder = new URL("../../../fixtures/cavra-runtime", import.meta.url).pathname;
    const found = await detectProject({ folder, hostEnvironment: process.env });
    const config = loadConfig(defaultReleaseConfig(found));
    expect([config.product.name, config.builds[0]?.id]).toEqual(["cavra-runtime", "cavra-runtime"]);
    expect(readFileSync(join(folder, "go.mod"), "utf8")).toContain("go 1.26.8");
    expect(config.builds[0]).toMatchObject({
      package: "./cmd/cavra-runtime",
      toolchain: "go1.26.8",
      mod: "vendor",
    });
  });
});
