import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fetchPackage, NotFetched } from "../third-party-upgrades/npm-package.ts";
import { inLanes, runProgram } from "./run-program.ts";

/** Executables of many targets and Go versions, below `built` and `npm` of a folder. */
export interface GoCorpus {
  readonly folder: string;
  /** Paths of all files, sorted. */
  readonly files: readonly string[];
  /** What could not be built or fetched, with the reason. */
  readonly missing: readonly string[];
}

/** Around the changes of what the linker writes: 1.18 wrote settings and the inline layout first. */
const OLDER_GO = ["1.17.13", "1.18.10", "1.20.14", "1.22.12", "1.24.13", "1.25.9"];
const OLDER_TARGETS = [
  "aix/ppc64",
  "darwin/arm64",
  "js/wasm",
  "linux/amd64",
  "linux/s390x",
  "windows/386",
] as const;
const TARGETS = [
  ...OLDER_TARGETS,
  "darwin/amd64",
  "freebsd/amd64",
  "linux/386",
  "linux/mips",
  "linux/mips64",
  "netbsd/arm",
  "openbsd/amd64",
  "plan9/386",
  "plan9/amd64",
  "plan9/arm",
  "wasip1/wasm",
  "windows/amd64",
] as const;
const STRIPPED = ["-trimpath", "-ldflags=-s -w -buildid="];

const SOURCES: Readonly<Record<string, string>> = {
  "go.mod": "module example.com/tiny\n\ngo 1.16\n\nrequire example.com/lib v1.2.3\n",
  "main.go": 'package main\n\nimport "example.com/lib"\n\nfunc main() { println(lib.Name) }\n',
  "vendor/modules.txt": "# example.com/lib v1.2.3\n## explicit\nexample.com/lib\n",
  "vendor/example.com/lib/lib.go": 'package lib\n\nvar Name = "lib"\n',
};

/** Go programs that npm delivers ready-made: package, versions. */
const PUBLISHED: readonly (readonly [string, readonly string[]])[] = [
  ...["linux", "darwin", "windows", "freebsd"].map(
    (os) =>
      [
        `esbuild-${os}-64`,
        os === "linux" ? ["0.8.57", "0.12.29", "0.13.15", "0.14.20"] : ["0.13.15", "0.14.20"],
      ] as const,
  ),
  ...["darwin-arm64", "linux-32", "linux-mips64le", "linux-ppc64le", "windows-32"].map(
    (platform) => [`esbuild-${platform}`, ["0.14.20"]] as const,
  ),
  ["esbuild-linux-s390x", ["0.14.54"]],
  ["esbuild-wasm", ["0.28.2"]],
  ...[
    "darwin-arm64",
    "freebsd-x64",
    "linux-arm",
    "linux-ia32",
    "linux-loong64",
    "linux-riscv64",
    "linux-s390x",
    "linux-x64",
    "netbsd-x64",
    "openbsd-x64",
    "sunos-x64",
    "win32-arm64",
    "win32-x64",
  ].map((platform) => [`@esbuild/${platform}`, ["0.17.19", "0.21.5", "0.25.12", "0.28.2"]] as const),
  ["@esbuild/aix-ppc64", ["0.21.5", "0.25.12", "0.28.2"]],
  ["@esbuild/android-arm64", ["0.28.2"]],
  ["@bufbuild/buf-linux-x64", ["1.50.0", "1.60.0", "1.74.0"]],
  ["@bufbuild/buf-darwin-arm64", ["1.60.0", "1.74.0"]],
  ["@bufbuild/buf-win32-x64", ["1.60.0", "1.74.0"]],
];

interface Build {
  readonly go: string;
  readonly target: string;
  readonly flags: readonly string[];
}

/** Builds and fetches what the folder does not hold yet: some 1.4 GB. `localGo` is the installed Go, as `go1.26.8`. */
export async function makeGoCorpus(folder: string, localGo: string): Promise<GoCorpus> {
  const [sources, built, npm] = [join(folder, "src"), join(folder, "built"), join(folder, "npm")];
  for (const [name, text] of Object.entries(SOURCES)) {
    mkdirSync(dirname(join(sources, name)), { recursive: true });
    writeFileSync(join(sources, name), text);
  }
  mkdirSync(built, { recursive: true });
  mkdirSync(npm, { recursive: true });
  const missing = [
    ...(await inLanes(buildsOf(localGo), async (build) => await buildOnce(build, sources, built))),
    ...(await inLanes(
      PUBLISHED.flatMap(([name, versions]) => versions.map((version) => [name, version] as const)),
      async ([name, version]) => await fetchOnce(name, version, npm),
    )),
  ];
  return {
    folder,
    files: [...filesBelow(built), ...filesBelow(npm)],
    missing: missing.filter((text) => text !== undefined),
  };
}

function buildsOf(localGo: string): readonly Build[] {
  return [
    ...TARGETS.flatMap((target) => [[], STRIPPED].map((flags) => ({ go: localGo, target, flags }))),
    ...OLDER_GO.flatMap((version) =>
      OLDER_TARGETS.map((target) => ({ go: `go${version}`, target, flags: [] })),
    ),
  ];
}

/** undefined: it is there. */
async function buildOnce(
  { go, target, flags }: Build,
  sources: string,
  built: string,
): Promise<string | undefined> {
  const [os = "", arch = ""] = target.split("/");
  const output = join(built, [go, os, arch, ...(flags.length === 0 ? [] : ["stripped"])].join("-"));
  if (existsSync(output)) return undefined;
  const result = await runProgram(["go", "build", "-mod=vendor", ...flags, "-o", output, "."], {
    cwd: sources,
    timeoutMs: 300_000,
    env: { GOOS: os, GOARCH: arch, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off", GOTOOLCHAIN: go },
  });
  return result?.exitCode === 0 ? undefined : `${go} for ${target} was not built`;
}

/** undefined: it is there. */
async function fetchOnce(name: string, version: string, npm: string): Promise<string | undefined> {
  const folder = join(npm, `${name}-${version}`.replaceAll(/[@/]/g, "_"));
  if (existsSync(folder)) return undefined;
  try {
    await fetchPackage(name, version, `${folder}.part`);
  } catch (error) {
    if (error instanceof NotFetched) return error.message;
    throw error;
  }
  renameSync(`${folder}.part`, folder);
  return undefined;
}

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
