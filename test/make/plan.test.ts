import { describe, expect, it } from "vitest";
import { configFailure } from "../../src/make/config/config-problem.ts";
import { loadReleaseConfig } from "../../src/make/config/load-config.ts";
import { planRelease, type PlanOptions, type ReleasePlan } from "../../src/make/plan.ts";
import type { SourceFacts } from "../../src/make/source.ts";
import { Failure } from "../../src/model/failure.ts";
import { FULL_CONFIG, SMALL_CONFIG } from "../support/config-samples.ts";

const SOURCE: SourceFacts = {
  root: "/src/agent",
  pathInCheckout: ".",
  repository: "https://example.com/acme/agent",
  commit: "0123456789abcdef0123456789abcdef01234567",
  tree: "89abcdef0123456789abcdef0123456789abcdef",
  ref: "refs/tags/v1.2.3-rc.1",
  tag: null,
  epoch: 1_767_225_600,
  dirtyFiles: [],
  dirtyCount: 0,
  committedFiles: new Map([
    ["LICENSE", "100644"],
    ["docs/a.md", "100644"],
    ["docs/deep/b.md", "100644"],
    ["install/linux.sh", "100755"],
    ["install/mac.sh", "100755"],
    ["install/deep/other.sh", "100755"],
    ["install/notes.txt", "100644"],
    ["link.sh", "120000"],
  ]),
};
const OPTIONS: PlanOptions = {
  version: "1.2.3-rc.1",
  releaseCounter: 7,
  previous: { version: "1.2.2", manifestSha256: "a".repeat(64) },
  builderId: "https://example.com/builders/local",
  outDir: "dist",
};

function plan(
  text: string,
  options: Partial<PlanOptions> = {},
  source: Partial<SourceFacts> = {},
): ReleasePlan {
  const loaded = loadReleaseConfig(text, "cavra.release.yaml");
  if (!loaded.ok) throw configFailure("cavra.release.yaml", loaded.problems);
  return planRelease(loaded.config, { ...SOURCE, ...source }, { ...OPTIONS, ...options });
}

function withOutput(path: string): string {
  return SMALL_CONFIG.replace("bin/agent-$(os)-$(arch)$(ext)", () => path);
}

function withFilesFrom(from: string): string {
  return FULL_CONFIG.replace('from: "install/*.sh"', () => `from: "${from}"`);
}

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("expected a Failure");
}

describe("planRelease", () => {
  it("names the release, its package and everything in it", () => {
    const full = plan(FULL_CONFIG);
    expect([full.package, full.channel, full.version, full.releaseCounter]).toEqual([
      "go-agent",
      "rc",
      "1.2.3-rc.1",
      7,
    ]);
    expect([full.topFolder, full.zipName]).toEqual([
      "go-agent-0123456789ab",
      "acme-go-agent-v1.2.3-rc.1.zip",
    ]);
    expect(full.expires).toBe(SOURCE.epoch + 365 * 86_400);
    expect(full.builderId).toBe("https://ci.example.com/builders/release");
    expect(full.zipMethod).toBe("store");
    const outputs = full.outputs.filter(({ path }) => !path.endsWith(".sig.json"));
    expect(outputs.map(({ path, layer, madeBy }) => `${layer} ${path} ${madeBy}`)).toEqual([
      "0 LICENSE files",
      "0 acme-agent.installers.json cavra",
      "2 acme-agent.provenance.intoto.json cavra",
      "0 acme-agent.reproducibility.json cavra",
      "1 acme-agent.sbom.spdx.json cavra",
      "1 acme-agent.sbom.spdx3.json cavra",
      "0 bin/agent_1.2.3-rc.1_linux_amd64 agent",
      "0 bin/agent_1.2.3-rc.1_windows_amd64.exe agent",
      "0 bin/probe-linux/amd64 probe",
      "0 bin/probe-linux/arm64 probe",
      "0 bin/probe-windows/amd64.exe probe",
      "5 checksums.txt cavra",
      "0 go-modules.json cavra",
      "0 install/linux.sh files",
      "0 install/mac.sh files",
      "0 offline-trust-root-bootstrap.json cavra",
      "3 release-evidence.json cavra",
      "4 release-evidence.md cavra",
      "0 share/manual.html manual",
    ]);
    expect(full.files.map(({ to, mode }) => [to, mode])).toEqual([
      ["LICENSE", 0o644],
      ["install/linux.sh", 0o755],
      ["install/mac.sh", 0o755],
    ]);
  });

  it("names a legacy signature beside each file of L0 to L3, when the config has a key for it", () => {
    const { outputs } = plan(FULL_CONFIG);
    const signatures = outputs.filter(({ path }) => path.endsWith(".sig.json"));
    const signed = outputs.filter(({ layer }) => layer <= 3);
    expect(signatures).toEqual(
      signed
        .map(({ path }) => `${path}.sig.json`)
        .toSorted()
        .map((path) => ({ path, layer: 4, madeBy: "cavra", target: null, mode: 0o644 })),
    );
    const without = plan(FULL_CONFIG.replace(/^sign: .*\n/m, ""));
    expect(without.outputs.filter(({ path }) => path.endsWith(".sig.json"))).toEqual([]);
  });

  it("is a function of its inputs", () => {
    expect(plan(FULL_CONFIG)).toEqual(plan(FULL_CONFIG));
  });

  it("writes down how a Go binary is made", () => {
    const step = plan(FULL_CONFIG, {}, { pathInCheckout: "go" }).steps[1];
    expect(step?.installName).toBe("acme.exe");
    expect(step?.recipe).toEqual({
      builder: "go",
      toolchain: "go1.26.3",
      workingDirectory: "go/module",
      environment: new Map([
        ["CGO_ENABLED", "0"],
        ["GO111MODULE", "on"],
        ["GOAMD64", "v1"],
        ["GOARCH", "amd64"],
        ["GODEBUG", "http2client=0"],
        ["GOENV", "off"],
        ["GOEXPERIMENT", ""],
        ["GOFIPS140", "v1.0.0"],
        ["GOFLAGS", ""],
        ["GOOS", "windows"],
        ["GOTOOLCHAIN", "go1.26.3"],
        ["GOWORK", "off"],
      ]),
      argv: [
        "go",
        "build",
        "-trimpath",
        "-buildvcs=false",
        "-mod=vendor",
        "-tags=netgo,osusergo",
        "-ldflags=-s -w -X main.version=1.2.3-rc.1 -buildid=",
        "-o=$(out)",
        "./cmd/agent",
      ],
      rebuildCommand:
        "(cd ./go/module && CGO_ENABLED=0 GO111MODULE=on GOAMD64=v1 GOARCH=amd64 GODEBUG=http2client=0 GOENV=off " +
        "GOEXPERIMENT= GOFIPS140=v1.0.0 GOFLAGS= GOOS=windows GOTOOLCHAIN=go1.26.3 GOWORK=off go build -trimpath " +
        "-buildvcs=false -mod=vendor -tags=netgo,osusergo '-ldflags=-s -w -X main.version=1.2.3-rc.1 -buildid=' " +
        "-o=../../agent_1.2.3-rc.1_windows_amd64.exe ./cmd/agent)",
    });
    expect(plan(FULL_CONFIG).steps[0]?.recipe.environment.get("GOAMD64")).toBe("v3");
  });

  it("writes down how a command runs, without the place of its output", () => {
    const step = plan(FULL_CONFIG).steps.at(-1);
    expect(step).toMatchObject({
      kind: "command",
      target: null,
      mode: 0o644,
      inputs: ["LICENSE", "docs/a.md", "docs/deep/b.md"],
      recipe: { toolchain: "make 4.3", argv: ["make", "-C", "docs", "OUT=$(out)"], rebuildCommand: null },
    });
    expect([...(step?.recipe.environment ?? [])]).toEqual([
      ["LC_ALL", "C"],
      ["SOURCE_DATE_EPOCH", "1767225600"],
      ["TITLE", "acme-agent 1.2.3-rc.1"],
      ["TZ", "UTC"],
    ]);
  });

  it("holds no path of the machine in a recipe", () => {
    for (const step of plan(FULL_CONFIG).steps) {
      const { environment, argv, rebuildCommand, workingDirectory } = step.recipe;
      const text = JSON.stringify([[...environment], argv, rebuildCommand, workingDirectory]);
      expect(text).not.toContain(SOURCE.root);
    }
  });

  it("derives the channel and the folder from the version", () => {
    const stable = plan(SMALL_CONFIG, { version: "2.0.0" });
    expect([stable.channel, stable.topFolder, stable.zipName, stable.expires, stable.builderId]).toEqual([
      "stable",
      "bundle-v2.0.0",
      "acme-agent-2.0.0.zip",
      null,
      OPTIONS.builderId,
    ]);
  });
});

describe("a release that cannot be made is refused before anything is built", () => {
  it.each([
    ["v1.2.3", "the version is not a version"],
    ["1.2", "the version is not a version"],
    ["1.2.3 ", "the version is not a version"],
  ])("version %j", (version, message) => {
    const failure = failureOf(() => plan(SMALL_CONFIG, { version }));
    expect([failure.code, failure.message]).toEqual(["usage", message]);
  });

  it("a version that is not the tag's", () => {
    const failure = failureOf(() => plan(SMALL_CONFIG, { version: "1.2.4" }, { tag: "v1.2.3" }));
    expect([failure.code, failure.details.expected, failure.details.found]).toEqual([
      "source",
      "1.2.3",
      "1.2.4",
    ]);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])("counter %d", (releaseCounter) => {
    expect(failureOf(() => plan(SMALL_CONFIG, { releaseCounter })).code).toBe("usage");
  });

  it.each([315_532_799, 2_335_219_200, Number.NaN])("time %d", (epoch) => {
    expect(failureOf(() => plan(SMALL_CONFIG, {}, { epoch })).code).toBe("source");
  });

  it("has the bounds of the zip's years", () => {
    for (const epoch of [Date.UTC(1980, 0, 1) / 1000, Date.UTC(2044, 0, 1) / 1000 - 1]) {
      expect(plan(SMALL_CONFIG, {}, { epoch }).sourceDateEpoch).toBe(epoch);
    }
  });

  it.each([
    ["one path for two systems", "bin/$(arch)", "the name occurs twice"],
    ["a device of Windows", "$(os)-$(arch)/nul.txt", "Windows device"],
    ["a reserved document", "acme-agent.$(os)-$(arch).json", "reserved"],
    ["a legacy signature", "bin/$(os)-$(arch).sig.json", "reserved"],
    ["an SBOM", "$(os)-$(arch).spdx.json", "reserved"],
    ["a provenance", "$(os)-$(arch).provenance.intoto.json", "reserved"],
    ["a segment that begins with -", "bin/-$(os)-$(arch)", "does not begin with -"],
    ["a folder where a file is", "checksums.txt/$(os)-$(arch)", "a file and a folder have the same name"],
  ])("%s", (_, path, reason) => {
    const failure = failureOf(() => plan(withOutput(path)));
    expect(failure.code).toBe("config");
    expect(failure.details.output).toContain(reason);
    expect(failure.details.output).toContain("(agent");
  });

  it("a name that only its legacy signature makes too long", () => {
    const stem = "a".repeat(98 - "linux-amd64".length);
    const build = `bin/${stem}$(os)-$(arch)`;
    const text = withOutput(build);
    expect(() => plan(text)).not.toThrow();
    const failure = failureOf(() => plan(`${text}sign: { legacy: { key: ../legacy.pem } }\n`));
    expect(failure.details.output).toContain(".sig.json (cavra)");
  });

  it("a file rule without a committed file, or with a link", () => {
    expect(failureOf(() => plan(withFilesFrom("missing/*.sh"))).details.output).toBe(
      "missing/*.sh: no committed file has this name",
    );
    expect(failureOf(() => plan(withFilesFrom("link.sh"))).details.output).toContain(
      "is a link or a submodule",
    );
  });

  it("an input without a committed file", () => {
    const failure = failureOf(() => plan(FULL_CONFIG.replace('"docs/**"', () => '"doc/**"')));
    expect([failure.code, failure.details.at]).toEqual(["source", "doc/**"]);
  });
});
