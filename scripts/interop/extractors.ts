import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
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
  /** Extracts `$zip` into `$to`. */
  readonly script: string;
}

// The password keeps a tool from asking for one; no zip here can be opened with it.
const COMMAND_LINES: readonly CommandLine[] = [
  { name: "unzip", version: ["unzip", "-v"], script: 'unzip -q -o -P x "$zip" -d "$to"' },
  { name: "7z", version: ["7z", "i"], script: '7z x -y -bd -px -o"$to" "$zip"' },
  { name: "bsdtar", version: ["bsdtar", "--version"], script: 'bsdtar --passphrase x -x -f "$zip" -C "$to"' },
  {
    name: "bsdtar from a pipe",
    version: ["bsdtar", "--version"],
    restoresModes: false,
    script: 'cat "$zip" | bsdtar --passphrase x -x -f - -C "$to"',
  },
  { name: "busybox unzip", version: ["busybox"], script: 'busybox unzip -q -o "$zip" -d "$to"' },
];

const PYTHON_SCRIPT = fileURLToPath(new URL("extract.py", import.meta.url));
const NODE_SCRIPT = fileURLToPath(new URL("extract-node.ts", import.meta.url));
const GO_SOURCE = fileURLToPath(new URL("goextract", import.meta.url));

/** Looks for every tool; the Go program is built into `scratch`. */
export async function findExtractors(scratch: string): Promise<Extractors> {
  const sought: readonly (readonly [string, Promise<Extractor | undefined>])[] = [
    ...COMMAND_LINES.map((line) => [line.name, commandExtractor(line, scratch)] as const),
    ["Python zipfile", pythonExtractor(scratch)],
    ["Go archive/zip", goExtractor(scratch)],
    ["fflate", Promise.resolve(nodeExtractor("fflate", scratch))],
    ["adm-zip", Promise.resolve(nodeExtractor("adm-zip", scratch))],
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

/** Seconds of processor time for one zip; the longest honest answer takes three. */
const ONE_ZIP_SECONDS = 20;

async function commandExtractor(line: CommandLine, scratch: string): Promise<Extractor | undefined> {
  const version = await versionOf(line.version);
  if (version === undefined) return undefined;
  // One shell for many zips: starting one from here for each takes longer than the tool does.
  const loop = `ulimit -t ${ONE_ZIP_SECONDS}
while IFS="$(printf '\\t')" read -r zip to; do
  if { ${line.script}; } >/dev/null 2>&1 </dev/null; then echo ok; else echo refused; fi
done <"$1"`;
  const { name, restoresModes = true } = line;
  return batchExtractor({ name, version, restoresModes, argv: ["sh", "-c", loop, "sh"], scratch });
}

async function pythonExtractor(scratch: string): Promise<Extractor | undefined> {
  const version = await versionOf(["python3", "--version"]);
  const [name, argv] = ["Python zipfile", ["python3", PYTHON_SCRIPT]] as const;
  return version === undefined
    ? undefined
    : batchExtractor({ name, version, restoresModes: true, argv, scratch });
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
  return batchExtractor({ name: "Go archive/zip", version, restoresModes: true, argv: [program], scratch });
}

/** Libraries of the devDependencies: always there. */
function nodeExtractor(name: "adm-zip" | "fflate", scratch: string): Extractor {
  const path = join(dirname(createRequire(import.meta.url).resolve(name)), PACKAGE_OF[name]);
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { readonly version: string };
  const argv = [process.execPath, NODE_SCRIPT, name] as const;
  return batchExtractor({ name, version: `${name} ${version}`, restoresModes: false, argv, scratch });
}

/** From the file that is loaded to the package.json. */
const PACKAGE_OF = { "adm-zip": "package.json", fflate: "../package.json" } as const;

interface BatchProgram {
  readonly name: string;
  readonly version: string;
  readonly restoresModes: boolean;
  readonly argv: readonly [string, ...string[]];
  readonly scratch: string;
}

/** No zip here holds more than 2 MB; a tool that believes a size of 4 GiB must not fill the disk with it. */
const LIMITED: readonly [string, ...string[]] = ["sh", "-c", 'ulimit -f 131072; exec "$@"', "sh"];

/** Zips for one process. */
const BATCH_ZIPS = 250;

/** A program that is given a list of zips and destinations and prints one line for each: `ok`, or why not. */
function batchExtractor({ name, version, restoresModes, argv, scratch }: BatchProgram): Extractor {
  let lists = 0;
  const extractBatch = async (jobs: readonly Extraction[]): Promise<readonly boolean[]> => {
    const answers: boolean[] = [];
    while (answers.length < jobs.length) {
      lists += 1;
      const list = join(scratch, `${name.replaceAll(/\W/g, "-")}-${lists}.list`);
      const rest = jobs.slice(answers.length);
      writeFileSync(list, rest.map(({ zip, destination }) => `${zip}\t${destination}\n`).join(""));
      const result = await runProgram([...LIMITED, ...argv, list], { cwd: scratch, timeoutMs: 600_000 });
      const lines =
        result?.stdout
          .trimEnd()
          .split("\n")
          .filter((line) => line !== "") ?? [];
      answers.push(...lines.slice(0, rest.length).map((line) => line === "ok"));
      // A program that died of one zip has refused it, and goes on with the next one.
      if (answers.length < jobs.length) answers.push(false);
      if (result === undefined) throw new Error(`${name} did not end`);
    }
    return answers;
  };
  const extract = async (jobs: readonly Extraction[]): Promise<readonly boolean[]> => {
    const batches = Array.from({ length: Math.ceil(jobs.length / BATCH_ZIPS) }, (_, place) =>
      jobs.slice(place * BATCH_ZIPS, (place + 1) * BATCH_ZIPS),
    );
    return (await inLanes(batches, extractBatch)).flat();
  };
  return { name, version, restoresModes, extract };
}
