import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareWithGo, goDifference } from "../../scripts/interop/go-binaries.ts";
import { sectionOf, withSection } from "../../scripts/interop/sections.ts";
import type { GoBuildInfo } from "../../src/model/binary.ts";
import { goOrSkip } from "../support/go-toolchain.ts";

const LIB = { path: "example.com/lib", version: "v1.2.3", sum: "h1:lib" };
const BUILD_INFO: GoBuildInfo = {
  goVersion: "go1.26.8",
  path: "example.com/tiny",
  main: { path: "example.com/tiny", version: "(devel)", sum: "" },
  modules: [{ ...LIB, replacedBy: { path: "./lib", version: "", sum: "" } }],
  settings: new Map([["-ldflags", "-s -w"]]),
};
const LINES = [
  "go1.26.8",
  "path\texample.com/tiny",
  "mod\texample.com/tiny\t(devel)\t",
  "dep\texample.com/lib\tv1.2.3",
  "=>\t./lib\t\t",
  "",
  'build\t-ldflags="-s -w"',
  "",
];

describe("what go version -m says", () => {
  it("is what cavra says, of a program of the Go distribution", async ({ skip }) => {
    const version = goOrSkip(skip);
    const { stdout } = spawnSync("go", ["env", "GOROOT"], { encoding: "utf8" });
    const program = process.platform === "win32" ? "gofmt.exe" : "gofmt";
    const compared = await compareWithGo(join(stdout.trim(), "bin", program));
    expect(compared).toMatchObject({
      outcome: "equal",
      goVersion: expect.stringContaining(version) as string,
    });
  });

  it("is nothing of other executables and of text", async ({ skip }) => {
    goOrSkip(skip);
    expect(await compareWithGo(process.execPath)).toMatchObject({ outcome: "neither", detail: "not Go" });
    expect(await compareWithGo(import.meta.filename)).toBeUndefined();
  });

  it("is compared line by line: one that differs, or is missing, is told", () => {
    expect(goDifference(BUILD_INFO, LINES)).toBe("");
    for (const index of LINES.keys()) {
      expect(goDifference(BUILD_INFO, LINES.with(index, "other"))).toContain(`line ${index + 1}: `);
    }
    expect(goDifference(BUILD_INFO, LINES.slice(0, -1))).toContain("undefined");
  });
});

describe("a section of a page", () => {
  const page = "# Page\n\nText.\n\n## One\n\nOf one.\n\n## Last\n\nOf the last.\n";

  it("is added before the last one, found again, and replaced in its place", () => {
    const added = withSection(page, "## New\n\nOf new.");
    expect(added).toBe(page.replace("## Last", "## New\n\nOf new.\n\n## Last"));
    expect(sectionOf(page, "## New")).toBeUndefined();
    expect(sectionOf(added, "## New")).toBe("## New\n\nOf new.");
    expect(withSection(added, "## One\n\nChanged.")).toBe(added.replace("Of one.", "Changed."));
  });
});
