import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { canonicalJson } from "../../../src/formats/canonical-json.ts";
import { configFailure, renderProblem } from "../../../src/make/config/config-problem.ts";
import { loadReleaseConfig } from "../../../src/make/config/load-config.ts";
import type { ReleaseConfig } from "../../../src/make/config/release-config.ts";
import { FULL_CONFIG, SMALL_CONFIG } from "../../support/config-samples.ts";

const FILE = "cavra.release.yaml";
const FIXTURE = new URL("../../../fixtures/cavra-runtime/cavra.release.yaml", import.meta.url);
const schema = JSON.parse(
  readFileSync(new URL("../../../schemas/release-1.schema.json", import.meta.url), "utf8"),
) as object;
const matchesSchema = new Ajv2020({ strict: true, strictRequired: false, allErrors: false }).compile(schema);

function load(text: string): ReleaseConfig {
  const loaded = loadReleaseConfig(text, FILE);
  if (!loaded.ok) throw configFailure(FILE, loaded.problems);
  return loaded.config;
}

function problemsOf(text: string, fileName = FILE): readonly string[] {
  const loaded = loadReleaseConfig(text, fileName);
  return loaded.ok ? [] : loaded.problems.map((problem) => renderProblem(fileName, problem));
}

/** The small config with one text replaced; the test fails when the text is not there. */
function changed(from: string, to: string, base = SMALL_CONFIG): string {
  if (!base.includes(from)) throw new Error(`the sample has no ${from}`);
  return base.replace(from, () => to);
}

describe("a config that loads", () => {
  it("has every default filled in", () => {
    expect(load(SMALL_CONFIG)).toEqual({
      product: {
        name: "acme-agent",
        component: "acme-agent",
        vendor: null,
        license: null,
        repository: null,
        line: "main",
      },
      version: { from: "tag", pattern: "^v(?<v>.+)$" },
      source: { root: ".", require: ["clean", "tagged"], epoch: { from: "commit" } },
      targets: [
        { id: "linux/amd64", os: "linux", arch: "amd64", ext: "" },
        { id: "linux/arm64", os: "linux", arch: "arm64", ext: "" },
        { id: "windows/amd64", os: "windows", arch: "amd64", ext: ".exe" },
      ],
      builds: [
        {
          kind: "go",
          id: "agent",
          targets: ["linux/amd64", "linux/arm64", "windows/amd64"],
          output: "bin/agent-$(os)-$(arch)$(ext)",
          installName: "agent",
          dir: ".",
          package: "./cmd/agent",
          toolchain: "go1.26.3",
          tags: [],
          ldflags: [],
          mod: "readonly",
          env: {},
        },
      ],
      files: [],
      package: {
        id: "bundle",
        name: "$(product)-$(version).zip",
        folder: "$(id)-v$(version)",
        include: ["agent"],
        format: { kind: "zip", profile: "cavra-zip/1", method: "deflate" },
      },
      provenance: { builderId: null },
      release: { expiresAfterDays: null },
    });
  });

  it("keeps what every key says", () => {
    const config = load(FULL_CONFIG);
    expect(config.builds.map((build) => [build.kind, build.id, build.installName])).toEqual([
      ["go", "agent", "acme"],
      ["prebuilt", "probe", "probe"],
      ["command", "manual", null],
    ]);
    expect(config.builds[2]).toMatchObject({
      timeoutMs: 90_000,
      tools: { make: "4.3" },
      inputs: ["docs/**", "LICENSE"],
    });
    expect(config.files.map((file) => file.mode)).toEqual([0o644, null]);
    expect(config.source.epoch).toEqual({ from: "value", value: 1_767_225_600 });
    expect(config.release.expiresAfterDays).toBe(365);
    expect(config.targets[0]).toMatchObject({ id: "linux/amd64", variant: "v3" });
  });

  it("gives windows its extension unless the config has another", () => {
    const ext = (text: string): unknown => load(changed("{ ext: .exe }", text)).targets[2]?.ext;
    expect([ext("{}"), ext('{ ext: "" }'), ext("{ ext: .bin }")]).toEqual([".exe", "", ".bin"]);
  });

  it("takes Go's own name for what is installed", () => {
    const name = (text: string): unknown => load(changed("./cmd/agent", text)).builds[0]?.installName;
    expect([name("."), name("./tools/x/scan")]).toEqual(["acme-agent", "scan"]);
  });

  it.each([
    ["small", SMALL_CONFIG],
    ["full", FULL_CONFIG],
  ])("means the same when its resolved form is loaded: %s", (_, text) => {
    const first = loadReleaseConfig(text, FILE);
    if (!first.ok) throw configFailure(FILE, first.problems);
    const resolved = Buffer.from(canonicalJson(first.resolved)).toString("utf8");
    const second = loadReleaseConfig(resolved, "cavra.release.json");
    expect(second).toEqual(first);
    expect(matchesSchema(first.resolved)).toBe(true);
  });

  it("reads the config of the fixture product", () => {
    expect(load(readFileSync(FIXTURE, "utf8")).package.id).toBe("go-runtime");
  });
});

describe("what is wrong is named with its place", () => {
  it.each([
    [
      "an unknown key",
      ["name: acme-agent", "name: acme-agent, licence: MIT"],
      '2:30 product.licence: is not a known key; did you mean "license"?',
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
    expect(problemsOf(changed(from ?? "", to ?? "")).join("\n")).toContain(expected);
  });

  it("says everything at once, in the order of the file", () => {
    const text = changed(
      "acme-agent",
      "Acme",
      changed("go1.26.3", "latest", changed("profile: cavra-zip/1", "profile: zip")),
    );
    const problems = problemsOf(`${text}expires: 3\n`);
    expect(problems.map((problem) => problem.split(" ")[1])).toEqual([
      "product.name:",
      "builds[0].go.toolchain:",
      "packages[0].format.profile:",
      "expires:",
    ]);
  });

  it("explains keys that belong elsewhere", () => {
    expect(problemsOf(`${SMALL_CONFIG}sign: { threshold: 1 }\n`).join()).toContain("trust root");
    expect(problemsOf(changed("go1.26.3", "go1.26.3, cgo: false")).join()).toContain("cgo is always off");
  });

  it("becomes one Failure with every problem", () => {
    const loaded = loadReleaseConfig("schema: 1\n", FILE);
    if (loaded.ok) throw new Error("this config must not load");
    const failure = configFailure(FILE, loaded.problems);
    expect([failure.code, failure.message]).toEqual(["config", "cavra.release.yaml has 6 problems"]);
    expect(failure.details.output?.split("\n")).toHaveLength(6);
  });

  it("refuses commands that need what there is not", () => {
    const once = (more: string): string =>
      changed(
        "builds: [",
        `builds: [{ id: doc, targets: [any], output: doc.txt, ${more} }, `,
        changed("[agent]", "[agent, doc]"),
      );
    expect(problemsOf(once('command: { argv: [tool, "$(out)"] }'))).toEqual([]);
    expect(problemsOf(once('command: { argv: [tool, "$(os)"] }')).join()).toContain(
      "the name $(os) has no value here",
    );
    expect(problemsOf(once("command: { argv: [tool] }, install: {}")).join()).toContain(
      "cannot be installed",
    );
    expect(problemsOf(once("command: { argv: [tool], env: { PATH: /x } }")).join()).toContain("set by cavra");
    expect(problemsOf(once("command: { argv: [] }")).join()).toContain("a list of 1 to 256");
    expect(problemsOf(once("command: { argv: [tool], timeout: 25h }")).join()).toContain("at most 24h");
  });
});

describe("YAML that two readers could read differently is refused", () => {
  it.each([
    ["an anchor", changed("{ name: acme-agent }", "&p { name: acme-agent }"), "anchors"],
    ["an alias", `${SMALL_CONFIG}release: *p\n`, "lias"],
    ["a tag", changed("name: acme-agent", "name: !!str acme-agent"), "tags"],
    ["an own tag", changed("name: acme-agent", "name: !x acme-agent"), "tags"],
    ["a merge key", changed("{ name:", "{ <<: {}, name:"), "merge keys"],
    ["a key twice", changed("{ name:", "{ name: other, name:"), "the key is there twice"],
    ["a directive", `%YAML 1.1\n---\n${SMALL_CONFIG}`, "directives"],
    ["a tag directive", `%TAG ! tag:x,2000:\n---\n${SMALL_CONFIG}`, "directives"],
    ["a second document", `${SMALL_CONFIG}---\na: 1\n`, "document"],
    ["a key that is no text", `${SMALL_CONFIG}? [a]\n: b\n`, "keys must be strings"],
    ["a float", changed("name: acme-agent", "name: 1.0"), "numbers are plain integers (found 1.0)"],
    ["an octal number", changed("name: acme-agent", "name: 0644"), 'write "0644" if it is a text'],
    ["a line break", changed("name: acme-agent", 'name: "a\\nb"'), "control character"],
    ["an invisible character", changed("name: acme-agent", 'name: "a\\u2028b"'), "control character"],
    ["broken YAML", "a: [", "not valid YAML"],
    ["nothing", "", "the file is empty"],
    ["a list", "- a\n", "a map with schema"],
    ["too much", `# ${"x".repeat(1024 * 1024)}\n${SMALL_CONFIG}`, "at most 1048576 bytes"],
    ["depth", "a: ".repeat(3) + "[".repeat(200) + "]".repeat(200), "YAML"],
  ])("%s", (_, text, expected) => {
    expect(problemsOf(text).join("\n")).toContain(expected);
  });

  it("wants strict JSON in a .json file", () => {
    const json = JSON.stringify(parse(SMALL_CONFIG));
    expect(problemsOf(json, "cavra.release.json")).toEqual([]);
    expect(problemsOf(SMALL_CONFIG, "cavra.release.json").join()).toContain("the file is not JSON");
    expect(
      problemsOf(json.replace('"schema"', '"schema":"x","schema"'), "cavra.release.json").join(),
    ).toContain("twice");
  });

  it("never throws, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.nat(FULL_CONFIG.length), (noise, at) => {
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

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Places in a JSON value, each as a function that changes a copy of the whole at this place. */
function mutations(root: Json): ((value: Json | undefined) => Json)[] {
  const places: (readonly (string | number)[])[] = [];
  const walk = (value: Json, path: readonly (string | number)[]): void => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
      places.push([...path, key]);
      walk((value as { [key: string]: Json })[key] ?? null, [...path, key]);
    }
  };
  walk(root, []);
  return places.map((path) => (value) => {
    const copy = structuredClone(root);
    let parent = copy as { [key: string]: Json };
    for (const key of path.slice(0, -1)) parent = parent[key] as { [key: string]: Json };
    const last = path.at(-1) ?? "";
    if (value !== undefined) parent[last] = value;
    else if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
    return copy;
  });
}

describe("schemas/release-1.schema.json", () => {
  const full = parse(FULL_CONFIG) as Json;

  it("accepts the samples", () => {
    for (const text of [SMALL_CONFIG, FULL_CONFIG, readFileSync(FIXTURE, "utf8")]) {
      expect(matchesSchema(parse(text)), JSON.stringify(matchesSchema.errors)).toBe(true);
    }
  });

  const values: readonly (Json | undefined)[] = [
    undefined, "", "x", "X", "any", "a/b", "../x", "/x", "a//b", "a\\b", "$(version)", "$(vresion)", "x.zip", "-x", "0644",
    "a b", "1.2.3", 0, 1, -1, 1.5, true, null, [], ["x"], ["x", "x"], {}, { x: 1 }, { value: 1767225600 }, "x".repeat(1100),
  ]; // prettier-ignore

  it("accepts whatever loads: every place of the full config, with many values", () => {
    let loadedCount = 0;
    for (const mutate of mutations(full)) {
      for (const value of values) {
        const changedConfig = mutate(value);
        const loads = loadReleaseConfig(JSON.stringify(changedConfig), "cavra.release.json").ok;
        if (!loads) continue;
        loadedCount += 1;
        const text = JSON.stringify(changedConfig);
        expect(matchesSchema(changedConfig), `${text}: ${JSON.stringify(matchesSchema.errors)}`).toBe(true);
      }
    }
    expect(loadedCount).toBeGreaterThan(100);
  });

  it("refuses an unknown key wherever a map is closed, as the loader does", () => {
    const open = new Set(["env", "tools", "targets"]);
    let places = 0;
    const walk = (value: Json, key: string, mutate: (changedValue: Json) => Json): void => {
      if (typeof value !== "object" || value === null) return;
      if (!Array.isArray(value) && !open.has(key)) {
        const config = mutate({ ...value, unknownKey: "x" });
        expect([key, matchesSchema(config), loadReleaseConfig(JSON.stringify(config), "x.json").ok]).toEqual([
          key,
          false,
          false,
        ]);
        places += 1;
      }
      for (const [name, member] of Object.entries(value)) {
        walk(member, name, (inner) => {
          const copy = structuredClone(value) as { [key: string]: Json };
          copy[name] = inner;
          return mutate(copy);
        });
      }
    };
    walk(full, "", (config) => config);
    expect(places).toBeGreaterThan(15);
  });

  it.each([
    ["schema", 'cavra.release/1"', 'cavra.release/2"'],
    ["toolchain", '"go1.26.3"', '"go1.26"'],
    ["mode", '"0644"', '"0777"'],
    ["zip name", ".zip", ".tgz"],
    ["repository", "https://git", "http://git"],
    ["timeout", '"90s"', '"90"'],
    ["version source", '"tag"', '"tags"'],
    ["epoch before 1980", "1767225600", "1"],
    ["days", "365", "0"],
    ["source path", '"out/SHA256SUMS"', '"../SHA256SUMS"'],
  ])("refuses a bad %s, as the loader does", (_, from, to) => {
    const text = JSON.stringify(full);
    expect(text).toContain(from);
    const bad = text.replace(from, to);
    expect([matchesSchema(JSON.parse(bad)), loadReleaseConfig(bad, "x.json").ok]).toEqual([false, false]);
  });
});
