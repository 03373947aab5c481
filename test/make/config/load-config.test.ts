import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/formats/canonical-json.ts";
import { configFailure } from "../../../src/make/config/config-problem.ts";
import { loadReleaseConfig } from "../../../src/make/config/load-config.ts";
import { changedConfig, FULL_CONFIG, loadConfig, SMALL_CONFIG } from "../../support/config-samples.ts";

const FIXTURE = new URL("../../../fixtures/cavra-runtime/cavra.release.yaml", import.meta.url);

describe("a config that loads", () => {
  it("has every default filled in", () => {
    expect(loadConfig(SMALL_CONFIG)).toEqual({
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
      sbom: { contact: null, licenses: {} },
      sign: { legacy: null },
    });
  });

  it("keeps what every key says", () => {
    const config = loadConfig(FULL_CONFIG);
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
    expect(config.sbom).toEqual({
      contact: "sbom@acme.example",
      licenses: { "gopkg.in/yaml.v3": "MIT AND Apache-2.0", "github.com/Acme/lib": "BSD-3-Clause" },
    });
    expect(config.targets[0]).toMatchObject({ id: "linux/amd64", variant: "v3" });
    expect(config.sign.legacy).toEqual({ key: "../keys/legacy.pem" });
  });

  it("gives windows its extension unless the config has another", () => {
    const facts = ["{}", '{ ext: "" }', "{ ext: .bin }"];
    const configs = facts.map((text) => loadConfig(changedConfig("{ ext: .exe }", text)));
    expect(configs.map((config) => config.targets[2]?.ext)).toEqual([".exe", "", ".bin"]);
  });

  it("takes Go's own name for what is installed", () => {
    const configs = [".", "./tools/x/scan"].map((text) => loadConfig(changedConfig("./cmd/agent", text)));
    expect(configs.map((config) => config.builds[0]?.installName)).toEqual(["acme-agent", "scan"]);
  });

  it.each([
    ["small", SMALL_CONFIG],
    ["full", FULL_CONFIG],
  ])("means the same when its resolved form is loaded: %s", (_, text) => {
    const first = loadReleaseConfig(text, "cavra.release.yaml");
    if (!first.ok) throw configFailure("cavra.release.yaml", first.problems);
    const resolved = Buffer.from(canonicalJson(first.resolved)).toString("utf8");
    const second = loadReleaseConfig(resolved, "cavra.release.json");
    expect(second).toEqual(first);
  });

  it("records nothing of legacy signatures that are off", () => {
    const [plain, off, on] = ["", "sign: {}\n", "sign: { legacy: { key: k } }\n"].map((text) => {
      const loaded = loadReleaseConfig(SMALL_CONFIG + text, "cavra.release.yaml");
      return loaded.ok ? loaded.resolved : loaded.problems;
    });
    expect(off).toEqual(plain);
    expect(plain).not.toHaveProperty("sign");
    expect(on).toHaveProperty("sign", { legacy: { key: "k" } });
  });

  it("reads the config of the fixture product", () => {
    expect(loadConfig(readFileSync(FIXTURE, "utf8")).package.id).toBe("go-runtime");
  });
});
