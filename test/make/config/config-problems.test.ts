import { assert, nat, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configFailure } from "../../../src/make/config/config-problem.ts";
import { loadReleaseConfig } from "../../../src/make/config/load-config.ts";
import { changedConfig, configProblems, FULL_CONFIG, SMALL_CONFIG } from "../../support/config-samples.ts";

const FILE = "cavra.release.yaml";

/** The small config with a build of one file for no target. */
function once(more: string): string {
  return changedConfig(
    "builds: [",
    `builds: [{ id: doc, targets: [any], output: doc.txt, ${more} }, `,
    changedConfig("[agent]", "[agent, doc]"),
  );
}

describe("what is wrong is named with its place", () => {
  it.each([
    [
      "an unknown key",
      ["name: acme-agent", "name: acme-agent, licence: MIT"],
      '2:30 product.licence: is not a known key; did you mean "license"?',
    ],
    [
      "a concluded licence that is none",
      ["version: {", "sbom: { licenses: { gopkg.in/yaml.v3: MIT and stuff } }\nversion: {"],
      'sbom.licenses."gopkg.in/yaml.v3": is no licence expression',
    ],
    [
      "a concluded licence whose text nobody has",
      ["version: {", "sbom: { licenses: { gopkg.in/yaml.v3: LicenseRef-Mine } }\nversion: {"],
      "is no licence expression",
    ],
    [
      "a contact that nobody can reach",
      ["version: {", "sbom: { contact: Jane }\nversion: {"],
      "sbom.contact: is not what it must be (expected an e-mail address or an https URL",
    ],
    ["a missing key", ["{ name: acme-agent }", "{}"], '2:10 product: the key "name" is missing'],
    [
      "an upper case product",
      ["acme-agent }", "Acme }"],
      "2:18 product.name: is not what it must be (expected lowercase letters",
    ],
    [
      "a moving toolchain",
      ["go1.26.3", "go1.26"],
      "5:62 builds[0].go.toolchain: is not what it must be (expected an exact Go release",
    ],
    ["an old toolchain", ["go1.26.3", "go1.20.3"], "expected an exact Go release from 1.21 on"],
    [
      "an unknown template name",
      ["$(arch)", "$(arhc)"],
      '5:82 builds[0].output: "$(arhc)" is not a template name; did you mean "arch"?',
    ],
    [
      "a template name without value here",
      ["$(product)-", "$(os)-"],
      "packages[0].name: the name $(os) has no value here; here: product, version",
    ],
    ["an open template", ["$(ext)", "$(ext"], 'builds[0].output: a "$(" has no closing ")"'],
    [
      "a template in a plain field",
      ["./cmd/agent", '"./cmd/$(os)"'],
      "this field is a plain text without $(...)",
    ],
    [
      "an unknown architecture",
      ["linux/arm64: {}", "linux/amr64: {}"],
      '4:29 targets."linux/amr64": the architecture is not known (found "amr64")',
    ],
    ["an unknown system", ["linux/arm64: {}", "linus/arm64: {}"], 'did you mean "linux"?'],
    [
      "a variant of another architecture",
      ["linux/arm64: {}", "linux/arm64: { variant: v3 }"],
      "the variant is not known (expected v8.0",
    ],
    [
      "a number where a text belongs",
      ["name: acme-agent", "name: 12"],
      "(expected lowercase letters, digits and -, at most 63, not starting with -, found the number 12)",
    ],
    [
      "two builders",
      ["output:", "prebuilt: { path: x }, output:"],
      "needs exactly one builder (expected one of go, prebuilt, command, found go and prebuilt)",
    ],
    ["no builder", ["go: { package: ./cmd/agent, toolchain: go1.26.3 }, ", ""], "found none)"],
    [
      "a target that is not there",
      ["id: agent,", "id: agent, targets: [linux/amd46],"],
      'found "linux/amd46"); did you mean "linux/amd64"?',
    ],
    [
      "the target any for Go",
      ["id: agent,", "id: agent, targets: [any],"],
      "only a command can have the target any",
    ],
    [
      "one path for all targets",
      ["-$(os)-$(arch)$(ext)", ""],
      "all 3 targets of the build would be written to one path",
    ],
    [
      "a build that is not included",
      ["include: [agent]", "include: [files]"],
      "no package includes this build",
    ],
    [
      "an include that is not there",
      ["include: [agent]", "include: [agent, agnet]"],
      'found "agnet"); did you mean "agent"?',
    ],
    [
      "files without files",
      ["include: [agent]", "include: [agent, files]"],
      "the package includes files, and there are none",
    ],
    ["two packages", ["packages: [", "packages: [{}, "], "expected a list of exactly one package"],
    [
      "a path out of the source",
      ["./cmd/agent", "./../agent"],
      "builds[0].go.package: is not what it must be",
    ],
    ["an output out of the package", ["bin/agent", "../agent"], "builds[0].output: is not what it must be"],
    [
      "a build id flag",
      ["go1.26.3", 'go1.26.3, ldflags: ["-s -buildid=x"]'],
      "sets no build id and no external linker",
    ],
    [
      "a fixed variable",
      ["go1.26.3", 'go1.26.3, env: { CGO_ENABLED: "1" }'],
      "builds[0].go.env.CGO_ENABLED: this variable is set by cavra",
    ],
    ["an unknown Go variable", ["go1.26.3", "go1.26.3, env: { GODEBGU: x }"], 'did you mean "GODEBUG"?'],
    ["a zip of another name", [").zip", ").tar"], "a file name that ends with .zip"],
    ["a pattern without a group", ["from: tag", 'from: tag, pattern: "^v.+$"'], "a group (?<v>...)"],
    ["a pattern that is none", ["from: tag", 'from: tag, pattern: "("'], "must be a regular expression"],
    ["a version with v", ["from: tag", "value: v1.2.3"], "is not a version (expected SemVer without v"],
    ["value and from", ["from: tag", "from: tag, value: 1.2.3"], 'needs either "from" or "value"'],
  ])("%s", (_, [from, to], expected) => {
    expect(configProblems(changedConfig(from ?? "", to ?? "")).join("\n")).toContain(expected);
  });

  it("says everything at once, in the order of the file", () => {
    const text = changedConfig(
      "acme-agent",
      "Acme",
      changedConfig("go1.26.3", "latest", changedConfig("profile: cavra-zip/1", "profile: zip")),
    );
    const problems = configProblems(`${text}expires: 3\n`);
    expect(problems.map((problem) => problem.split(" ")[1])).toEqual([
      "product.name:",
      "builds[0].go.toolchain:",
      "packages[0].format.profile:",
      "expires:",
    ]);
  });

  it("explains keys that belong elsewhere", () => {
    expect(configProblems(`${SMALL_CONFIG}sign: { threshold: 1 }\n`).join()).toContain("trust root");
    expect(configProblems(changedConfig("go1.26.3", "go1.26.3, cgo: false")).join()).toContain(
      "cgo is always off",
    );
  });

  it("becomes one Failure with every problem", () => {
    const loaded = loadReleaseConfig("schema: 1\n", FILE);
    if (loaded.ok) throw new Error("this config must not load");
    const failure = configFailure(FILE, loaded.problems);
    expect([failure.code, failure.message]).toEqual(["config", "cavra.release.yaml has 6 problems"]);
    expect(failure.details.output?.split("\n")).toHaveLength(6);
  });

  it("refuses commands that need what there is not", () => {
    expect(configProblems(once('command: { argv: [tool, "$(out)"] }'))).toEqual([]);
    expect(configProblems(once('command: { argv: [tool, "$(os)"] }')).join()).toContain(
      "the name $(os) has no value here",
    );
    expect(configProblems(once("command: { argv: [tool] }, install: {}")).join()).toContain(
      "cannot be installed",
    );
    expect(configProblems(once("command: { argv: [tool], env: { PATH: /x } }")).join()).toContain(
      "set by cavra",
    );
    expect(configProblems(once("command: { argv: [] }")).join()).toContain("a list of 1 to 256");
    expect(configProblems(once("command: { argv: [tool], timeout: 25h }")).join()).toContain("at most 24h");
  });
});

describe("YAML that two readers could read differently is refused", () => {
  it.each([
    ["an anchor", changedConfig("{ name: acme-agent }", "&p { name: acme-agent }"), "anchors"],
    ["an alias", `${SMALL_CONFIG}release: *p\n`, "lias"],
    ["a tag", changedConfig("name: acme-agent", "name: !!str acme-agent"), "tags"],
    ["an own tag", changedConfig("name: acme-agent", "name: !x acme-agent"), "tags"],
    ["a merge key", changedConfig("{ name:", "{ <<: {}, name:"), "merge keys"],
    ["a key twice", changedConfig("{ name:", "{ name: other, name:"), "the key is there twice"],
    ["a directive", `%YAML 1.1\n---\n${SMALL_CONFIG}`, "directives"],
    ["a tag directive", `%TAG ! tag:x,2000:\n---\n${SMALL_CONFIG}`, "directives"],
    ["a second document", `${SMALL_CONFIG}---\na: 1\n`, "document"],
    ["a key that is no text", `${SMALL_CONFIG}? [a]\n: b\n`, "keys must be strings"],
    ["a float", changedConfig("name: acme-agent", "name: 1.0"), "numbers are plain integers (found 1.0)"],
    ["an octal number", changedConfig("name: acme-agent", "name: 0644"), 'write "0644" if it is a text'],
    ["a line break", changedConfig("name: acme-agent", 'name: "a\\nb"'), "control character"],
    ["an invisible character", changedConfig("name: acme-agent", 'name: "a\\u2028b"'), "control character"],
    ["broken YAML", "a: [", "not valid YAML"],
    ["nothing", "", "the file is empty"],
    ["a list", "- a\n", "a map with schema"],
    ["too much", `# ${"x".repeat(1024 * 1024)}\n${SMALL_CONFIG}`, "at most 1048576 bytes"],
    ["depth", "a: ".repeat(3) + "[".repeat(200) + "]".repeat(200), "YAML"],
  ])("%s", (_, text, expected) => {
    expect(configProblems(text).join("\n")).toContain(expected);
  });

  it("wants strict JSON in a .json file", () => {
    const json = JSON.stringify(parse(SMALL_CONFIG));
    expect(configProblems(json, "cavra.release.json")).toEqual([]);
    expect(configProblems(SMALL_CONFIG, "cavra.release.json").join()).toContain("the file is not JSON");
    expect(
      configProblems(json.replace('"schema"', '"schema":"x","schema"'), "cavra.release.json").join(),
    ).toContain("twice");
  });

  it("never throws, whatever the text", () => {
    assert(
      property(string({ unit: "binary", maxLength: 300 }), nat(FULL_CONFIG.length), (noise, at) => {
        const spliced = FULL_CONFIG.slice(0, at) + noise + FULL_CONFIG.slice(at + noise.length);
        for (const text of [noise, spliced]) {
          const loaded = loadReleaseConfig(text, FILE);
          if (!loaded.ok) expect(loaded.problems.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 150 },
    );
  });
});
