import { describe, expect, it } from "vitest";
import { CAUSE_WORDS } from "../../../src/compare/rebuild/causes.ts";
import { compareRebuild, type RebuildSide } from "../../../src/compare/rebuild/compare-rebuild.ts";
import { fileDigests } from "../../../src/crypto/digest.ts";
import { inspectBinary } from "../../../src/formats/binary.ts";
import type { PackageInput } from "../../../src/make/package/package-input.ts";
import { CAUSES } from "../../../src/model/rebuild.ts";
import { parsed } from "../../../src/model/parsed.ts";
import {
  SMALL_FIRST,
  smallInput,
  smallPackage,
  type PackedFile,
  type SmallProgram,
} from "../../support/small-release.ts";

const ZIP = "cavra-go-runtime-v0.1.0.zip";
const MANIFEST = "release-evidence.json";
const PROVENANCE = "cavra-runtime.provenance.intoto.json";
const REPRODUCIBILITY = "cavra-runtime.reproducibility.json";

function side(files: readonly PackedFile[]): RebuildSide {
  const bytes = new Map(files.map((file) => [file.path, file.bytes]));
  return {
    files: new Map(
      files.map(({ path, mode, bytes: content }) => {
        const read = inspectBinary(content);
        const binary = read?.ok === true ? { binary: parsed(path, read.facts) } : {};
        return [path, { mode, ...fileDigests(content), ...binary }];
      }),
    ),
    read: (path) => bytes.get(path) ?? new Uint8Array(),
    zip: undefined,
  };
}

const made = (change: Partial<PackageInput> = {}, program: SmallProgram = {}): readonly PackedFile[] =>
  smallPackage(smallInput({ ...SMALL_FIRST, ...change }, program));
const HONEST = made();

/** Causes without the values, each as `cause file: field`. */
function causes(shipped: readonly PackedFile[], rebuilt = HONEST): readonly string[] {
  return compareRebuild(side(shipped), side(rebuilt), ZIP).causes.map(
    ({ cause, at, field }) => `${cause} ${at}: ${field}`,
  );
}

const edited = (path: string, edit: (text: string) => string): readonly PackedFile[] =>
  HONEST.map((file) =>
    file.path === path
      ? { ...file, bytes: Buffer.from(edit(Buffer.from(file.bytes).toString("utf8"))) }
      : file,
  );

describe("a rebuild", () => {
  it("of the same bytes has no difference", () => {
    const { differingFiles, causes: found } = compareRebuild(side(HONEST), side(made()), ZIP);
    expect([differingFiles, found]).toEqual([[], []]);
  });

  it.each<[string, readonly PackedFile[], readonly string[]]>([
    [
      "a file that somebody added",
      [...HONEST, { path: "bin/helper", mode: 0o755, bytes: Buffer.from("#!/bin/sh\n") }],
      ["file-extra bin/helper: file"],
    ],
    [
      "a file that is not there",
      HONEST.filter(({ path }) => path !== "LICENSE"),
      ["file-missing LICENSE: file"],
    ],
    [
      "other permissions",
      HONEST.map((file) => (file.path === "LICENSE" ? { ...file, mode: 0o755 } : file)),
      ["mode LICENSE: mode"],
    ],
    [
      "lines of Windows",
      edited("LICENSE", (text) => text.replaceAll("\n", "\r\n")),
      ["line-ends LICENSE: ends of lines"],
    ],
    ["an edited text", edited("LICENSE", (text) => text.replace("2.0", "9.0")), ["content LICENSE: line 1"]],
    [
      "an edited document",
      edited(MANIFEST, (text) => text.replace('"main"', '"other"')),
      [`document ${MANIFEST}: /line`],
    ],
    [
      "an edited page",
      edited("release-evidence.md", (text) => `${text}Approved.\n`),
      ["content release-evidence.md: line "],
    ],
    [
      "a document laid out anew",
      edited(MANIFEST, (text) => text.replace("{\n", "{\n\n")),
      [`document ${MANIFEST}: `],
    ],
    [
      "another recipe in the record",
      edited(REPRODUCIBILITY, (text) => text.replace("-trimpath", "-race")),
      [`recipe ${REPRODUCIBILITY}: /binaries/0/argv`],
    ],
  ])("names %s", (_what, shipped, expected) => {
    const found = causes(shipped);
    expect(found).toHaveLength(expected.length);
    for (const [index, start] of expected.entries()) expect(found[index]).toContain(start);
  });

  it.each<[string, Partial<PackageInput>, readonly string[]]>([
    ["another config", { configSha256: "9".repeat(64) }, ["config"]],
    ["another maker", { tool: "cavra 9.9.9" }, ["maker"]],
    ["another time", { sourceDateEpoch: SMALL_FIRST.sourceDateEpoch + 60 }, ["timestamp"]],
    [
      "another commit",
      {
        source: {
          repository: "https://example.com/acme/cavra-runtime",
          ref: "refs/tags/v0.1.0",
          commit: "9".repeat(40),
        },
      },
      ["source"],
    ],
  ])("names %s, and not the documents that say it again", (_what, change, expected) => {
    const { causes: found, differingFiles } = compareRebuild(side(made(change)), side(HONEST), ZIP);
    expect([...new Set(found.map(({ cause }) => cause))]).toEqual(expected);
    expect(found.map(({ at }) => at)).toContain(MANIFEST);
    expect(differingFiles.length).toBeGreaterThan(3);
  });

  it.each<[string, Partial<PackageInput>, readonly string[]]>([
    [
      "a Go of the same version and other source",
      { goSources: new Map([["go1.26.8", "9".repeat(64)]]) },
      [`toolchain-source ${PROVENANCE}: /predicate/buildDefinition/resolvedDependencies/1/digest/dirHash`],
    ],
    [
      "another tree of the same commit",
      { sourceTree: "9".repeat(40) },
      [`source ${PROVENANCE}: /predicate/buildDefinition/resolvedDependencies/0/digest/gitTree`],
    ],
  ])("names %s, which the provenance alone says", (_what, change, expected) => {
    expect(causes(made(change))).toEqual(expected);
  });

  it("does not take the source of another Go version for a cause of its own", () => {
    const found = causes(made({}, { goVersion: "go1.26.7" }));
    expect(found.some((cause) => cause.startsWith("toolchain bin/"))).toBe(true);
    expect(found.filter((cause) => cause.startsWith("toolchain-source"))).toEqual([]);
  });

  it("names the toolchain and modules of binaries, and what else a lie would have to change", () => {
    const older = made({}, { goVersion: "go1.25.0", modules: ["golang.org/x/text\tv0.29.0"] });
    const { causes: found } = compareRebuild(side(older), side(HONEST), ZIP);
    const ofBinaries = found.filter(({ at }) => at.startsWith("bin/"));
    expect(new Set(ofBinaries.map(({ cause }) => cause))).toEqual(new Set(["toolchain", "modules"]));
    expect(ofBinaries[0]).toMatchObject({ shipped: "go1.25.0", rebuilt: "go1.26.8" });
    // The record of the recipe names the toolchain too; lists of modules follow from the binaries.
    const others = found.filter(({ at }) => !at.startsWith("bin/"));
    expect(new Set(others.map(({ at }) => at))).toEqual(new Set([REPRODUCIBILITY]));
  });
});

it("every cause has words of its own, none with a place for data", () => {
  expect(Object.keys(CAUSE_WORDS).toSorted()).toEqual([...CAUSES].toSorted());
  for (const { title, fix } of Object.values(CAUSE_WORDS)) {
    expect(title.length * fix.length).toBeGreaterThan(0);
    expect(`${title} ${fix}`).not.toMatch(/\$\{|undefined/);
  }
});
