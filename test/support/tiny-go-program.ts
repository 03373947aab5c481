import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const GO_TARGETS = [
  "linux/amd64",
  "linux/arm64",
  "darwin/amd64",
  "darwin/arm64",
  "windows/amd64",
  "windows/arm64",
] as const;
export type GoTargetId = (typeof GO_TARGETS)[number];

const SOURCES: Readonly<Record<string, string>> = {
  "go.mod":
    "module example.com/tiny\n\ngo 1.21\n\nrequire (\n\texample.com/lib v1.2.3\n\texample.com/local v0.0.0\n)\n\nreplace example.com/local => ./local\n",
  "main.go":
    'package main\n\nimport (\n\t"example.com/lib"\n\t"example.com/local"\n)\n\nfunc main() { println(lib.Name, local.Name) }\n',
  "local/go.mod": "module example.com/local\n\ngo 1.21\n",
  "local/local.go": 'package local\n\nvar Name = "local"\n',
  "vendor/modules.txt":
    "# example.com/lib v1.2.3\n## explicit; go 1.21\nexample.com/lib\n# example.com/local v0.0.0 => ./local\n## explicit; go 1.21\nexample.com/local\n# example.com/local => ./local\n",
  "vendor/example.com/lib/lib.go": 'package lib\n\nvar Name = "lib"\n',
  "vendor/example.com/local/local.go": 'package local\n\nvar Name = "local"\n',
};

/** A program with one vendored and one replaced module, built for several targets; remove it after use. */
export interface TinyGoProgram {
  readonly goroot: string;
  path(target: GoTargetId): string;
  bytes(target: GoTargetId): Uint8Array;
  /** What `go version -m` prints for a file, without its first line and the tab before each line. */
  versionLines(path: string): readonly string[];
  remove(): void;
}

/** undefined without a Go toolchain; in CI that is an error, because nobody would notice the tests that did not run. */
export function buildTinyGoProgram(targets: readonly GoTargetId[]): TinyGoProgram | undefined {
  const goroot = spawnSync("go", ["env", "GOROOT"], { encoding: "utf8" }).stdout?.trim();
  if (goroot === undefined || goroot === "") {
    if (process.env["CI"] === "true") throw new Error("CI has no Go toolchain");
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "tiny-go-"));
  for (const [name, text] of Object.entries(SOURCES)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const path = (target: GoTargetId): string => join(folder, target.replace("/", "-"));
  for (const target of targets) build(folder, target, path(target));
  return {
    goroot,
    path,
    bytes: (target) => readFileSync(path(target)),
    versionLines: (file) =>
      run(folder, ["version", "-m", file], {})
        .split("\n")
        .slice(1)
        .map((line) => line.slice(1)),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function build(folder: string, target: GoTargetId, output: string): void {
  const [os, arch] = target.split("/");
  const flags = ["-mod=vendor", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid="];
  run(folder, ["build", ...flags, "-o", output, "."], { GOOS: os, GOARCH: arch });
}

function run(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string {
  const result = spawnSync("go", args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOTOOLCHAIN: "local", GOWORK: "off", ...env },
  });
  if (result.status !== 0) throw new Error(`go ${args.join(" ")} failed: ${result.stderr}`);
  return result.stdout;
}
