import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { openSubject } from "../../src/flows/open-subject.ts";
import { readSbom } from "../../src/judge/sbom/read-sbom.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import type { Sbom } from "../../src/model/sbom.ts";
import { ROOT } from "../root.ts";
import { table } from "./markdown.ts";
import { runProgram } from "./run-program.ts";
import type { SbomTool } from "./sbom-tools.ts";

export interface SbomTally {
  /** YYYY-MM-DD, UTC. */
  readonly date: string;
  readonly tools: readonly SbomTool[];
  readonly answers: readonly SbomAnswer[];
  readonly defects: readonly string[];
}

/** What one tool said of one kind of document, over all samples. */
interface SbomAnswer {
  readonly tool: string;
  readonly command: string;
  readonly verdict: string;
  /** undefined: nothing is demanded, the answer is for reading. */
  readonly isRight: boolean | undefined;
}

/** The SBOMs and binaries of one sample, unpacked. */
interface Sample {
  readonly folder: string;
  readonly spdx2: string;
  readonly spdx3: string;
  readonly binaries: readonly string[];
}

interface Asked {
  readonly samples: readonly Sample[];
  /** A document that each tool must refuse: a verdict that cannot fail says nothing. */
  readonly broken: string;
  readonly scratch: string;
}

export const SBOM_HEADING = "## SBOMs";
const LEAST_SBOMQS_SCORE = 9;
const TIMEOUT_MS = 120_000;

/** Asks every tool that could be had about the SBOMs of the samples. */
export async function tallySboms(
  tools: ReadonlyMap<string, SbomTool>,
  scratch: string,
  date: string,
): Promise<SbomTally> {
  const samples = await unpackSamples(scratch);
  const asked: Asked = { samples, broken: brokenCopy(samples, scratch), scratch };
  const answers: SbomAnswer[] = [];
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    const path = tools.get(name)?.path;
    if (path !== undefined) answers.push(...(await ask(path, asked)));
  }
  const defects = answers.flatMap(({ tool, command, verdict, isRight }) =>
    isRight === false ? [`${tool}: ${command}: ${verdict}`] : [],
  );
  return { date, tools: [...tools.values()], answers, defects };
}

async function unpackSamples(scratch: string): Promise<readonly Sample[]> {
  const folder = join(ROOT, "dist-samples");
  const zips = readdirSync(folder).filter((name) => name.endsWith(".zip"));
  return await Promise.all(zips.map((name) => unpack(join(folder, name), join(scratch, "sbom", name))));
}

async function unpack(zip: string, folder: string): Promise<Sample> {
  const subject = await openSubject(zip);
  try {
    const opened = subject.openContainer(DEFAULT_LIMITS);
    if (!opened.ok) throw new Error(`${zip} cannot be opened`);
    const { container } = opened;
    const names = container.entries.map(({ path }) => path);
    mkdirSync(join(folder, "bin"), { recursive: true });
    const write = (path: string): string => {
      const to = join(folder, path);
      writeFileSync(to, container.read(path));
      return to;
    };
    const written = names.filter((path) => /\.spdx3?\.json$|^bin\/[^/]+$/.test(path)).map(write);
    const ending = (end: string): string => written.find((path) => path.endsWith(end)) ?? "";
    const binaries = written.filter((path) => path.includes("/bin/"));
    return { folder, spdx2: ending(".spdx.json"), spdx3: ending(".spdx3.json"), binaries };
  } finally {
    await subject.close();
  }
}

/** One relationship leads nowhere, one package has neither name nor version, and no author is named. */
function brokenCopy(samples: readonly Sample[], scratch: string): string {
  const text = readFileSync(samples[0]?.spdx2 ?? "", "utf8");
  const broken = text
    .replace(/"relatedSpdxElement": "[^"]*"/, '"relatedSpdxElement": "SPDXRef-nowhere"')
    .replace(/"versionInfo": "[^"]*",/, "")
    .replaceAll(/"supplier": "[^"]*"/g, '"supplier": "NOASSERTION"');
  const path = join(scratch, "broken.spdx.json");
  writeFileSync(path, broken);
  return path;
}

type Question = (path: string, asked: Asked) => Promise<readonly SbomAnswer[]>;

const QUESTIONS: Readonly<Record<string, Question>> = {
  "spdx-tools": askSpdxTools,
  "spdx3-validate": askSpdx3Validate,
  "ntia-conformance-checker": askNtiaChecker,
  sbomqs: askSbomqs,
  syft: askSyft,
};

interface Answered {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(cwd: string, argv: readonly [string, ...string[]]): Promise<Answered> {
  const env = { SYFT_CHECK_FOR_APP_UPDATE: "false", INTERLYNK_DISABLE_VERSION_CHECK: "true" };
  const result = await runProgram(argv, { cwd, timeoutMs: TIMEOUT_MS, env });
  return {
    exitCode: result?.exitCode ?? -1,
    stdout: result?.stdout ?? "",
    stderr: result?.stderr ?? "no answer in time",
  };
}

async function askSpdxTools(
  path: string,
  { samples, broken, scratch }: Asked,
): Promise<readonly SbomAnswer[]> {
  const codes = await Promise.all(
    samples.map(async ({ spdx2 }) => (await run(scratch, [path, "-i", spdx2])).exitCode),
  );
  const refusal = await run(scratch, [path, "-i", broken]);
  const isRight = codes.every((code) => code === 0) && refusal.exitCode !== 0;
  const verdict = isRight ? "valid; a broken copy is refused" : `ends with ${codes.join(", ")}`;
  return [{ tool: "spdx-tools", command: "pyspdxtools -i PRODUCT.sbom.spdx.json", verdict, isRight }];
}

async function askSpdx3Validate(path: string, { samples, scratch }: Asked): Promise<readonly SbomAnswer[]> {
  const command = "spdx3-validate -j PRODUCT.sbom.spdx3.json";
  const answers = await Promise.all(samples.map(({ spdx3 }) => run(scratch, [path, "-q", "-j", spdx3])));
  const tool = "spdx3-validate";
  if (answers.some(({ stderr }) => stderr.includes("urlopen error"))) {
    const verdict =
      "not answered: it fetches context, schema and shapes from spdx.org each time, and could not get there";
    return [{ tool, command, verdict, isRight: undefined }];
  }
  const isRight = answers.every(({ exitCode }) => exitCode === 0);
  return [{ tool, command, verdict: isRight ? "valid" : "invalid", isRight }];
}

const STANDARDS = ["ntia", "fsct3-min", "bsi"] as const;

async function askNtiaChecker(
  path: string,
  { samples, broken, scratch }: Asked,
): Promise<readonly SbomAnswer[]> {
  const answers: SbomAnswer[] = [];
  for (const standard of STANDARDS) {
    for (const format of ["spdx2", "spdx3"] as const) {
      const argv = ["-c", standard, "-s", format] as const;
      const printed = await Promise.all(
        samples.map((sample) => run(scratch, [path, ...argv, sample[format]])),
      );
      const isConformant = printed.every(({ stdout }) => stdout.includes("Conformant: True"));
      const refusal = await run(scratch, [path, ...argv, broken]);
      const isStrict = !refusal.stdout.includes("Conformant: True");
      answers.push({
        tool: "ntia-conformance-checker",
        command: `ntia-checker ${argv.join(" ")} FILE`,
        verdict: isConformant ? "conformant" : `misses: ${missed(printed[0]?.stdout ?? "")}`,
        isRight: standard === "ntia" ? isConformant && isStrict : undefined,
      });
    }
  }
  return answers;
}

function missed(printed: string): string {
  const lines = printed.split("\n").filter((line) => /\|\s*False\s*$/.test(line));
  return lines.map((line) => line.split("|")[0]?.trim().replace(/\?$/, "") ?? "").join("; ");
}

async function askSbomqs(path: string, { samples, scratch }: Asked): Promise<readonly SbomAnswer[]> {
  const answers: SbomAnswer[] = [];
  for (const format of ["spdx2", "spdx3"] as const) {
    const printed = await Promise.all(
      samples.map((sample) => run(scratch, [path, "score", "--basic", sample[format]])),
    );
    const scores = printed.map(({ stdout }) => Number.parseFloat(stdout));
    const isRight = format === "spdx2" ? scores.every((score) => score >= LEAST_SBOMQS_SCORE) : undefined;
    const verdict = scores.map((score) => (Number.isNaN(score) ? "no score" : String(score))).join(", ");
    answers.push({ tool: "sbomqs", command: `sbomqs score --basic FILE (${format})`, verdict, isRight });
  }
  return answers;
}

interface SyftDocument {
  readonly artifacts: readonly { readonly name: string; readonly version: string; readonly type: string }[];
}

async function askSyft(path: string, { samples, scratch }: Asked): Promise<readonly SbomAnswer[]> {
  const wrong: string[] = [];
  let readCount = 0;
  let binaryCount = 0;
  for (const { folder, spdx2, binaries } of samples) {
    const sbom = sbomIn(spdx2);
    const converted = await run(scratch, [path, "convert", spdx2, "-o", "syft-json"]);
    const ours = sbom.components.filter(
      ({ kind, purposes }) => kind === "package" && !purposes.includes("SOURCE"),
    );
    const found = converted.exitCode === 0 ? packagesIn(converted.stdout) : [];
    readCount += found.length;
    if (!isSame(found, ours.map(named))) wrong.push(`${basename(folder)}: it reads ${found.join(", ")}`);
    for (const binary of binaries) {
      const scan = await run(scratch, [path, "scan", `file:${binary}`, "-q", "-o", "syft-json"]);
      binaryCount += 1;
      const seen = scan.exitCode === 0 ? packagesIn(scan.stdout, "go-module") : [];
      const linked = linkedTo(sbom, `./bin/${basename(binary)}`);
      // The main module has no version in the binary, and is the package itself in our SBOM.
      const others = seen.filter((item) => !item.endsWith(" UNKNOWN"));
      if (!isSame(others, linked))
        wrong.push(`${basename(binary)}: it sees ${others.join(", ")}; we say ${linked.join(", ")}`);
    }
  }
  const isRight = wrong.length === 0 && readCount > 0 && binaryCount > 0;
  const same = `the same ${readCount} packages with their licences; the same modules in each of ${binaryCount} binaries`;
  const spdx3 = await run(scratch, [path, "convert", samples[0]?.spdx3 ?? "", "-o", "syft-json"]);
  return [
    {
      tool: "syft",
      command: "syft convert PRODUCT.sbom.spdx.json; syft scan file:BINARY",
      verdict: isRight ? same : wrong.join("; "),
      isRight,
    },
    {
      tool: "syft",
      command: "syft convert PRODUCT.sbom.spdx3.json",
      verdict: spdx3.exitCode === 0 ? "read" : "does not read SPDX 3",
      isRight: undefined,
    },
  ];
}

function sbomIn(path: string): Sbom {
  const read = readSbom(path, readFileSync(path));
  if (!read.ok) throw new Error(`${path} ${read.reason}`);
  return read.value;
}

function packagesIn(json: string, type?: string): readonly string[] {
  const { artifacts } = JSON.parse(json) as SyftDocument;
  return artifacts.filter((item) => type === undefined || item.type === type).map(named);
}

function named({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name} ${version}`;
}

function linkedTo({ components, dependencies }: Sbom, file: string): readonly string[] {
  const id = components.find(({ kind, name }) => kind === "file" && name === file)?.id;
  const targets = new Set(dependencies.filter(({ from }) => from === id).map(({ to }) => to));
  return components.filter((item) => targets.has(item.id)).map(named);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && a.toSorted().join("\n") === b.toSorted().join("\n");
}

/** The section of docs/interop.md about SBOMs. */
export function sbomSection({ date, tools, answers, defects }: SbomTally): string {
  const versions = tools.map(({ name, version, path, reason }) => [
    name,
    version,
    path === undefined ? `not had: ${reason}` : "asked",
  ]);
  const rows = answers.map(({ tool, command, verdict }) => [tool, `\`${command}\``, verdict]);
  return `${SBOM_HEADING}

The SBOMs of both samples in \`dist-samples\`, asked of tools in exactly these versions, ${date} (\`npm run test:interop -- --only sbom\`): ${defects.length} answers that
must not be. Demanded are \`spdx-tools\`, \`spdx3-validate\`, NTIA conformance, sbomqs ${LEAST_SBOMQS_SCORE}.0 and agreement with syft, of those that could be had; the rest is for reading.

${table(["tool", "version", ""], versions)}

${table(["tool", "command", "answer"], rows)}

What they miss is not in a package: whose copyright each module carries, file names and download addresses of modules that are linked and never shipped.
The official schemas of SPDX 2.3, 2.3.1 and 3.0.1 are asked in \`npm test\`.`;
}
