import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReleaseDiff } from "../../src/compare/release-diff.ts";
import { broken, type Parsed } from "../../src/model/parsed.ts";
import type { ReleaseDocuments } from "../../src/model/release.ts";
import {
  withBrokenDocument,
  withBuildInfo,
  withFile,
  withManifest,
  withRelease,
} from "../support/alter-release.ts";
import {
  inBoth,
  inCandidate,
  inPrevious,
  judged,
  minorUpgrade,
  pairOf,
  type Upgrade,
} from "../support/upgrade-pair.ts";

const LINUX = "bin/agent_linux_amd64";

function section<N extends keyof ReleaseDiff>(upgrade: Upgrade, name: N) {
  const found = pairOf(upgrade).diff[name];
  if (!found.ok) throw new Error(found.reason);
  return found.value as Extract<ReleaseDiff[N], { ok: true }>["value"];
}

describe("the difference between two releases", () => {
  it("says what the step is", () => {
    const { diff } = pairOf(minorUpgrade());
    expect(diff.version).toMatchObject({
      ok: true,
      value: { from: "1.2.3", to: "1.3.0", bump: "minor", order: 1 },
    });
    expect(section(minorUpgrade(), "lineage")).toMatchObject({
      releaseCounter: { was: 7, now: 8 },
      declared: { version: "1.2.3" },
    });
    expect(section(minorUpgrade(), "identity").product).toEqual({ was: "acme-agent", now: "acme-agent" });
  });

  it("is plain data", () => {
    const { diff } = pairOf(minorUpgrade());
    expect(JSON.parse(JSON.stringify(diff))).toEqual(diff);
    expect(Object.values(diff).filter((part: Parsed<unknown>) => !part.ok)).toEqual([]);
  });

  it("tells added, removed and changed files apart, and in what they changed", () => {
    const upgrade = inCandidate(minorUpgrade(), (stage) =>
      withFile(
        withFile(stage, LINUX, (file) => ({ ...file, sizeBytes: file.sizeBytes + 1, mode: 0o644 })),
        "LICENSE",
        () => undefined,
      ),
    );
    const { added, removed, kept } = section(upgrade, "files");
    expect(added).toEqual([]);
    expect(removed.map(({ path }) => path)).toEqual(["LICENSE"]);
    expect(kept.find(({ now }) => now.path === LINUX)?.changed).toEqual(["content", "size", "mode"]);
    expect(kept.find(({ now }) => now.path === "bin/helper_linux_amd64")?.changed).toEqual([]);
  });

  it("lists modules by what was done to them", () => {
    const upgrade = inCandidate(minorUpgrade(), (stage) =>
      withBuildInfo(stage, LINUX, () => ({
        modules: [
          { path: "golang.org/x/sys", version: "v0.29.0", sum: "h1:x" },
          { path: "example.com/new", version: "v1.0.0", sum: "h1:n" },
        ],
      })),
    );
    expect(section(upgrade, "modules")).toMatchObject({
      added: [{ path: "example.com/new", version: "v1.0.0" }],
      removed: [],
      updated: [],
      downgraded: [{ path: "golang.org/x/sys", was: "v0.30.0", now: "v0.29.0", targets: ["linux/amd64"] }],
      sumChanged: [],
      count: { was: 2, now: 3 },
    });
  });

  it("falls back to go-modules.json of both sides when a binary has no build info", () => {
    const upgrade = inPrevious(minorUpgrade(), (stage) =>
      withFile(stage, LINUX, (file) => ({ ...file, binary: broken(LINUX, "is cut off") })),
    );
    const { diff } = pairOf(upgrade);
    expect(diff.modules).toMatchObject({
      ok: true,
      at: "go-modules.json",
      value: { added: [], removed: [], replacementChanged: [] },
    });
  });

  it("names the side and the document that cannot be read", () => {
    const { diff } = pairOf(inPrevious(minorUpgrade(), (stage) => withBrokenDocument(stage, "installers")));
    expect(diff.installers.ok ? "" : diff.installers.reason).toMatch(
      /^the earlier release has no usable .*installers/,
    );
  });

  it("stays total and quick whatever is broken or huge", () => {
    const names: readonly (keyof ReleaseDocuments)[] = [
      "manifest",
      "sbom",
      "provenance",
      "installers",
      "reproducibility",
      "goModules",
      "bootstrap",
    ];
    fc.assert(
      fc.property(fc.subarray([...names]), fc.subarray([...names]), (before, after) => {
        const upgrade = inCandidate(
          inPrevious(minorUpgrade(), (stage) => before.reduce(withBrokenDocument, stage)),
          (stage) => after.reduce(withBrokenDocument, stage),
        );
        const { evaluated, notEvaluated } = judged(upgrade);
        expect(evaluated.length + notEvaluated.length).toBeGreaterThan(60);
      }),
      { numRuns: 60 },
    );
  });

  it("does not slow down with the square of the number of files", () => {
    const licence = minorUpgrade().previous.stage.release.files.get("LICENSE");
    if (licence === undefined) throw new Error("the fixture has no LICENSE");
    const paths = Array.from({ length: 60_000 }, (_, index) => `docs/v1.2.3/${index}`);
    const files = new Map(paths.map((path) => [path, { ...licence, path }]));
    const upgrade = inBoth(minorUpgrade(), (stage) => withRelease(stage, { files }));
    const startedAt = performance.now();
    expect(section(upgrade, "files").kept).toHaveLength(60_000);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it("takes nothing from a version that the manifest made up to look like a pattern", () => {
    const upgrade = inCandidate(minorUpgrade(), (stage) => withManifest(stage, { version: "(.*)+$[" }));
    expect(judged(upgrade).findings.map(({ id }) => id)).toContain("version.unparseable");
  });
});
