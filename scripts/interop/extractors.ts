import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inLanes, runProgram, versionOf } from "./run-program.ts";

export interface Extraction {
  readonly zip: string;
  /** An empty folder. */
  readonly destination: string;
}

/** Another implementation of zip. */
export interface Extractor {
  readonly name: string;
  readonly version: string;
  /** A reader of streams never comes to the central directory, where the modes are. */
  readonly restoresModes: boolean;
  /** Whether it took each zip without complaint; what it wrote stands in the destinations either way. */
  extract(jobs: readonly Extraction[]): Promise<readonly boolean[]>;
}

export interface Extractors {
  readonly found: readonly Extractor[];
  /** Names of those that are not on this machine. */
  readonly missing: readonly string[];
}

interface CommandLine {
  readonly name: string;
  readonly version: readonly [string, ...string[]];
  readonly restoresModes?: false;
  argv(job: Extraction): readonly [string, ...string[]];
}

// The password keeps a tool from asking for one; no zip here can be opened with it.
const COMMAND_LINES: readonly CommandLine[] = [
  {
    name: "unzip",
    version: ["unzip", "-v"],
    argv: ({ zip, destination }) => ["unzip", "-q", "-o", "-P", "x", zip, "-d", destination],
  },
  {
    name: "7z",
    version: ["7z", "i"],
    argv: ({ zip, destination }) => ["7z", "x", "-y", "-bd", "-px", `-o${destination}`, zip],
  },
  {
    name: "bsdtar",
    version: ["bsdtar", "--version"],
    argv: ({ zip, destination }) => ["bsdtar", "--passphrase", "x", "-x", "-f", zip, "-C", destination],
  },
  {
    name: "bsdtar from a pipe",
    version: ["bsdtar", "--version"],
    restoresModes: false,
    argv: ({ zip, destination }) => [
      "sh",
      "-c",
      'cat "$1" | bsdtar --passphrase x -x -f - -C "$2"',
      "sh",
      zip,
      destination,
    ],
  },
  {
    name: "busybox unzip",
    version: ["busybox"],
    argv: ({ zip, destination }) => ["busybox", "unzip", "-q", "-o", zip, "-d", destination],
  },
];

const PYTHON_SCRIPT = fileURLToPath(new URL("extract.py", import.meta.url));
const GO_SOURCE = fileURLToPath(new URL("goextract", import.meta.url));

/** Looks for every tool; the Go program is built into `scratch`. */
export async function findExtractors(scratch: string): Promise<Extractors> {
  const sought: readonly (readonly [string, Promise<Extractor | undefined>])[] = [
    ...COMMAND_LINES.map((line) => [line.name, commandExtractor(line, scratch)] as const),
    ["Python zipfile", pythonExtractor(scratch)],
    ["Go archive/zip", goExtractor(scratch)],
  ];
  const found: Extractor[] = [];
  const missing: string[] = [];
  for (const [name, search] of sought) {
    const extractor = await search;
    if (extractor === undefined) missing.push(name);
    else found.push(extractor);
  }
  return { found, missing };
}

async function commandExtractor(line: CommandLine, scratch: string): Promise<Extractor | undefined> {
  const version = await versionOf(line.version);
  if (version === undefined) return undefined;
  const extractOne = async (job: Extraction): Promise<boolean> =>
    (await runProgram(line.argv(job), { cwd: scratch }))?.exitCode === 0;
  return {
    name: line.name,
    version,
    restoresModes: line.restoresModes ?? true,
    extract: async (jobs) => await inLanes(jobs, extractOne),
  };
}

async function pythonExtractor(scratch: string): Promise<Extractor | undefined> {
  const version = await versionOf(["python3", "--version"]);
  return version === undefined
    ? undefined
    : batchExtractor("Python zipfile", version, ["python3", PYTHON_SCRIPT], scratch);
}

async function goExtractor(scratch: string): Promise<Extractor | undefined> {
  const version = await versionOf(["go", "version"]);
  if (version === undefined) return undefined;
  const program = join(scratch, "goextract");
  const built = await runProgram(["go", "build", "-o", program, "."], {
    cwd: GO_SOURCE,
    timeoutMs: 180_000,
    env: { GOTOOLCHAIN: "local", GOFLAGS: "", GOWORK: "off", CGO_ENABLED: "0" },
  });
  if (built?.exitCode !== 0) throw new Error(`the Go program was not built: ${built?.stderr ?? "timeout"}`);
  return batchExtractor("Go archive/zip", version, [program], scratch);
}

/** A program that is given a list of zips and destinations and prints one line for each: `ok`, or why not. */
function batchExtractor(
  name: string,
  version: string,
  argv: readonly [string, ...string[]],
  scratch: string,
): Extractor {
  const list = join(scratch, `${name.replaceAll(/\W/g, "-")}.list`);
  return {
    name,
    version,
    restoresModes: true,
    extract: async (jobs) => {
      writeFileSync(list, jobs.map(({ zip, destination }) => `${zip}\t${destination}\n`).join(""));
      const result = await runProgram([...argv, list], { cwd: scratch, timeoutMs: 300_000 });
      const lines = result?.stdout.trimEnd().split("\n") ?? [];
      if (result?.exitCode !== 0 || lines.length !== jobs.length) {
        throw new Error(`${name} answered ${lines.length} of ${jobs.length}: ${result?.stderr ?? "timeout"}`);
      }
      return lines.map((line) => line === "ok");
    },
  };
}
