import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeFixtureRepository } from "../../../scripts/fixture-repository.ts";
import type { BuildProgress } from "../../../src/make/build/build-context.ts";
import { buildScratch, cleanUp, failureOf, temporaryFolder } from "../../support/build-scratch.ts";
import { goOrSkip } from "../../support/go-toolchain.ts";
import { scratchRepository, type ScratchRepository } from "../../support/scratch-repository.ts";

/** A module in a folder with a blank in its name, so that the rebuild command has something to quote. */
const FILES = {
  "my module/go.mod": "module example.com/hello\n\ngo 1.21\n",
  "my module/cmd/hello/main.go":
    'package main\n\nimport "example.com/hello/greet"\n\nvar version = "unset"\n\nfunc main() { println(greet.Word, version) }\n',
  "my module/greet/greet.go": 'package greet\n\nvar Word = "hello"\n',
};

function config(go: string, targets = "linux/amd64: {}, windows/arm64: {}", more = ""): string {
  return `
schema: cavra.release/1
product: { name: hello, repository: "https://example.com/hello" }
version: { from: tag }
source: { require: [] }
targets: { ${targets} }
builds:
  - id: hello
    output: bin/hello-$(os)-$(arch)$(ext)
    go: { dir: my module, package: ./cmd/hello, toolchain: ${go}, ldflags: [-s, -w, "-X \\"main.version=it's $(version)\\""]${more} }
packages: [{ id: hello, name: hello.zip, include: [hello], format: { kind: zip, profile: cavra-zip/1 } }]
`;
}

let repository: ScratchRepository;
beforeAll(() => {
  repository = scratchRepository(FILES);
});
afterAll(() => {
  repository.remove();
  cleanUp();
});

/** What a careless shell brings along: each of these would change a binary, or make the build fail. */
const HOSTILE_ENVIRONMENT = {
  ...process.env,
  GOFLAGS: "-tags=surprise -ldflags=-X=main.version=evil",
  GOAMD64: "v4",
  GOOS: "plan9",
  GOARCH: "mips",
  GOEXPERIMENT: "nosuchexperiment",
  GOWORK: "/nonexistent/go.work",
  GO111MODULE: "off",
  GODEBUG: "http2client=0",
  CGO_ENABLED: "1",
  CC: "/nonexistent/cc",
  SECRET_TOKEN: "hunter2",
};

describe("the Go builder", () => {
  it("makes the same bytes in another folder, with another cache and a hostile environment", async ({
    skip,
  }) => {
    const go = goOrSkip(skip);
    const progress: BuildProgress[] = [];
    const first = await buildScratch(repository.folder, config(go), {
      onProgress: (event) => progress.push(event),
    });
    expect(
      first.map((artifact) => [artifact.path, artifact.target, artifact.kind, artifact.installName]),
    ).toEqual([
      ["bin/hello-linux-amd64", "linux/amd64", "go-binary", "hello"],
      ["bin/hello-windows-arm64.exe", "windows/arm64", "go-binary", "hello.exe"],
    ]);
    expect(progress.map((event) => `${event.state} ${event.step}`).toSorted()).toEqual([
      "done hello linux/amd64",
      "done hello windows/arm64",
      "started hello linux/amd64",
      "started hello windows/arm64",
    ]);
    const clone = join(temporaryFolder(), "elsewhere");
    repository.git("clone", "--quiet", repository.folder, clone);
    const goCacheFolder = join(temporaryFolder(), "cache");
    const options = { hostEnvironment: HOSTILE_ENVIRONMENT, cores: 1, goCacheFolder };
    const second = await buildScratch(clone, config(go, "linux/amd64: {}"), options);
    // One target: a cold cache compiles the whole runtime.
    const digests = (artifacts: typeof first): unknown =>
      artifacts.map(({ path, sha256, sizeBytes }) => [path, sha256, sizeBytes]);
    expect(digests(second)).toEqual(digests(first.slice(0, 1)));
    expect(statSync(first[0]?.sourceFile ?? "").size).toBe(first[0]?.sizeBytes);
  });

  it("gives a rebuild command that makes the same bytes, run by sh in a fresh clone", async ({ skip }) => {
    const go = goOrSkip(skip);
    const [artifact] = await buildScratch(repository.folder, config(go, "linux/amd64: {}"), {
      version: "2.3.4",
    });
    const command = artifact?.recipe?.rebuildCommand ?? "";
    for (const part of ["CGO_ENABLED=0", "-buildid=", "go build", "cd './my module'"])
      expect(command).toContain(part);
    expect(command).not.toContain("\n");
    expect(command).not.toContain(repository.folder);
    const clone = join(temporaryFolder(), "fresh clone");
    repository.git("clone", "--quiet", repository.folder, clone);
    execFileSync("sh", ["-c", command], {
      cwd: clone,
      env: HOSTILE_ENVIRONMENT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const rebuilt = readFileSync(join(clone, basename(artifact?.path ?? "")));
    expect(rebuilt.equals(readFileSync(artifact?.sourceFile ?? ""))).toBe(true);
    expect(rebuilt.includes("it's 2.3.4")).toBe(true);
    expect(rebuilt.includes(repository.folder)).toBe(false);
  });

  it("shows what the compiler said, and stops the other targets", async ({ skip }) => {
    const go = goOrSkip(skip);
    const broken = scratchRepository({
      ...FILES,
      "my module/greet/greet.go": "package greet\n\nvar Word = undefinedName\n",
    });
    try {
      const failure = await failureOf(buildScratch(broken.folder, config(go)));
      expect([failure.code, failure.message]).toEqual(["build", "go build failed"]);
      expect(failure.details.at).toMatch(/^hello (?:linux\/amd64|windows\/arm64)$/);
      expect(failure.details.output).toContain("undefined: undefinedName");
    } finally {
      broken.remove();
    }
  });

  it("does not build in what git ignores: no clone would have it", async ({ skip }) => {
    const go = goOrSkip(skip);
    const ignoring = scratchRepository({ ...FILES, ".gitignore": "zz_*\n" });
    try {
      ignoring.write({
        "my module/greet/zz_generated.go": 'package greet\n\nfunc init() { Word = "other" }\n',
      });
      expect(ignoring.git("status", "--porcelain")).toBe("");
      const failure = await failureOf(buildScratch(ignoring.folder, config(go, "linux/amd64: {}")));
      expect([failure.code, failure.message]).toEqual([
        "build",
        "the build reads a file that is not committed",
      ]);
      expect(failure.details.output).toBe("my module/greet/zz_generated.go");
      ignoring.write({ "notes.txt": "makes the tree dirty\n" });
      expect(await buildScratch(ignoring.folder, config(go, "linux/amd64: {}"))).toHaveLength(1);
    } finally {
      ignoring.remove();
    }
  });

  it("builds with the pinned toolchain or not at all", async ({ skip }) => {
    goOrSkip(skip);
    const hostEnvironment = { ...process.env, GOPROXY: "off", GOENV: "off" };
    const failure = await failureOf(
      buildScratch(repository.folder, config("go1.21.999"), { hostEnvironment }),
    );
    expect([failure.code, failure.message]).toEqual(["toolchain", "Go go1.21.999 could not be had"]);
    expect(failure.details.expected).toBe("go1.21.999");
  });

  it("does not believe a Go that reports another release", async () => {
    const bin = temporaryFolder();
    const fake = `#!/bin/sh\necho '{"GOVERSION":"go1.26.3 X:something","GOFLAGS":"","GOEXPERIMENT":""}'\n`;
    writeFileSync(join(bin, "go"), fake);
    chmodSync(join(bin, "go"), 0o755);
    const hostEnvironment = { PATH: `${bin}:/usr/bin:/bin` };
    const failure = await failureOf(buildScratch(repository.folder, config("go1.26.3"), { hostEnvironment }));
    expect(failure.message).toBe("the Go toolchain is not the pinned one");
    expect([failure.details.expected, failure.details.found]).toEqual(["go1.26.3", "go1.26.3 X:something"]);
  });

  it("does not believe a Go whose installation presets flags", async () => {
    const bin = temporaryFolder();
    const fake = `#!/bin/sh\necho '{"GOVERSION":"go1.26.3","GOFLAGS":"-race","GOEXPERIMENT":""}'\n`;
    writeFileSync(join(bin, "go"), fake);
    chmodSync(join(bin, "go"), 0o755);
    const failure = await failureOf(
      buildScratch(repository.folder, config("go1.26.3"), {
        hostEnvironment: { PATH: `${bin}:/usr/bin:/bin` },
      }),
    );
    expect(failure.message).toBe("the Go installation presets GOFLAGS, which changes what it builds");
  });

  it("says where to get Go when there is none", async () => {
    const empty = temporaryFolder();
    const failure = await failureOf(
      buildScratch(repository.folder, config("go1.26.3"), { hostEnvironment: { PATH: empty } }),
    );
    expect([failure.code, failure.message]).toEqual(["toolchain", "Go is not installed, or not in PATH"]);
    expect(failure.details.hint).toContain("https://go.dev/dl/");
  });

  it("does not build with a Go whose source is nowhere", async () => {
    const bin = temporaryFolder();
    const fake = `#!/bin/sh\necho '{"GOVERSION":"go1.26.3","GOROOT":"","GOFLAGS":"","GOEXPERIMENT":""}'\n`;
    writeFileSync(join(bin, "go"), fake);
    chmodSync(join(bin, "go"), 0o755);
    const hostEnvironment = { PATH: `${bin}:/usr/bin:/bin` };
    const failure = await failureOf(
      buildScratch(repository.folder, config("go1.26.3", "linux/amd64: {}"), { hostEnvironment }),
    );
    expect(failure).toMatchObject({ code: "toolchain", details: { at: "GOROOT" } });
  });

  it("stops when it is aborted", async ({ skip }) => {
    const go = goOrSkip(skip);
    const abort = new AbortController();
    const cache = join(temporaryFolder(), "cache");
    mkdirSync(cache);
    const failure = await failureOf(
      buildScratch(repository.folder, config(go), {
        signal: abort.signal,
        goCacheFolder: cache,
        onProgress: ({ state }) => {
          if (state === "started") setTimeout(() => abort.abort(), 200);
        },
      }),
    );
    expect(failure.code).toBe("interrupted");
  });

  it("uses the proxy and the private modules that the user set with go env -w", async ({ skip }) => {
    const go = goOrSkip(skip);
    const home = temporaryFolder();
    const settings = join(home, "env");
    writeFileSync(settings, "GOPROXY=https://proxy.invalid\nGOPRIVATE=git.example.com\nGOFLAGS=-mod=mod\n");
    const seen = join(home, "seen");
    const bin = join(home, "bin");
    mkdirSync(bin);
    const real = execFileSync("sh", ["-c", "command -v go"], { encoding: "utf8" }).trim();
    writeFileSync(join(bin, "go"), `#!/bin/sh\n[ "$1" = build ] && env > '${seen}'\nexec '${real}' "$@"\n`);
    chmodSync(join(bin, "go"), 0o755);
    const hostEnvironment = {
      ...process.env,
      GOENV: settings,
      SECRET_TOKEN: "hunter2",
      PATH: `${bin}:${process.env["PATH"]}`,
    };
    const [artifact] = await buildScratch(repository.folder, config(go, "linux/amd64: {}"), {
      hostEnvironment,
    });
    expect(existsSync(seen)).toBe(true);
    const environment = readFileSync(seen, "utf8").split("\n");
    expect(environment).toEqual(
      expect.arrayContaining([
        "GOPROXY=https://proxy.invalid",
        "GOPRIVATE=git.example.com",
        "GOENV=off",
        "GOFLAGS=",
      ]),
    );
    expect(environment.join("\n")).not.toContain("hunter2");
    expect(artifact?.recipe?.rebuildCommand).not.toContain("proxy.invalid");
  });
});

describe("the fixture product", () => {
  it("is built for two targets from its own config, and is what it says", async ({ skip }) => {
    const go = goOrSkip(skip);
    const { directory } = await makeFixtureRepository(join(temporaryFolder(), "runtime"));
    const text = readFileSync(join(directory, "cavra.release.yaml"), "utf8")
      .replaceAll(/^ {2}(?!linux\/amd64|windows\/arm64)\w+\/\w+:.*\n/gm, "")
      .replace(/toolchain: go[0-9.]+/, `toolchain: ${go}`);
    const built = await buildScratch(directory, text, { version: "0.2.0-rc.1" });
    expect(built.map((artifact) => artifact.path)).toEqual([
      "LICENSE",
      "bin/cavra-runtime_v0.2.0-rc.1_linux_amd64",
      "bin/cavra-runtime_v0.2.0-rc.1_windows_arm64.exe",
    ]);
    const facts = execFileSync("go", ["version", "-m", built[2]?.sourceFile ?? ""], { encoding: "utf8" });
    for (const line of [
      `: ${go}\n`,
      "build\tGOOS=windows",
      "build\tGOARCH=arm64",
      "build\tCGO_ENABLED=0",
      "build\t-trimpath=true",
    ]) {
      expect(facts).toContain(line);
    }
    expect(facts).not.toContain("vcs.");
  });
});
