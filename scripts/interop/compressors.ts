import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { deflateSync } from "fflate";
import { readDeflate } from "../../src/formats/deflate-stream.ts";
import { ZIP_LIMITS } from "../../src/formats/zip-end.ts";
import { readZip } from "../../src/formats/zip-grammar.ts";
import { startDeflatePool } from "../../src/io/deflate.ts";
import { irregularDeflate } from "../../src/judge/deflate-structure.ts";
import { bufferSource } from "../../test/support/buffer-source.ts";
import { Random } from "../../test/support/random.ts";
import { grouped, table } from "./markdown.ts";
import { runProgram, versionOf } from "./run-program.ts";

export const COMPRESSORS_HEADING = "## Compressors";

/** Exact: another version is another compressor. */
const PYTHON_PACKAGES = ["deflate==0.9.0", "isal==1.9.1", "zlib-ng==1.1.0", "zopfli==0.4.3"];
const PYTHON_SCRIPT = fileURLToPath(new URL("compress.py", import.meta.url));
const GO_SOURCE = fileURLToPath(new URL("godeflate", import.meta.url));
const GO = "Go compress-flate";
const TIMEOUT_MS = 600_000;
const MAX_SIZE_BYTES = 1024 * 1024;

/** What became of the streams of one compressor. */
export interface CompressorRow {
  readonly name: string;
  readonly streams: number;
  readonly sizeBytes: number;
  /** File and finding. */
  readonly refused: readonly string[];
}

/** Whether the reader of deflate streams takes whatever compressors write for `samples` files of many kinds. */
export async function runCompressors(
  seed: number,
  samples: number,
  scratch: string,
  tools: string | undefined,
): Promise<readonly CompressorRow[]> {
  const folder = join(scratch, "samples");
  mkdirSync(folder);
  const random = new Random(seed);
  const contents = Array.from({ length: samples }, () => sample(random));
  for (const [place, bytes] of contents.entries()) writeFileSync(join(folder, `f${place}`), bytes);
  const out = join(scratch, "streams");
  mkdirSync(join(out, GO), { recursive: true });
  await runProgram([await pythonOf(tools, scratch), PYTHON_SCRIPT, folder, out], ran(scratch));
  await runGo(folder, join(out, GO));
  return [
    ...(await ownRows(contents)),
    ...readdirSync(out).map((name) => rowOf(name, streamsIn(join(out, name)))),
    ...(await zipRows(folder, scratch)),
  ].filter(({ streams }) => streams > 0);
}

export function compressorsSection(rows: readonly CompressorRow[], date: string): string {
  const cells = rows.map(({ name, streams, sizeBytes, refused }) => [
    name,
    grouped(streams),
    grouped(sizeBytes),
    `${refused.length}`,
  ]);
  return `${COMPRESSORS_HEADING}

${date}; by itself with \`npm run test:interop -- --only compressors\`. \`cavra zip check\` refuses deflate streams that no compressor writes
(\`container.deflate-no-distances\`, \`container.deflate-short-end\`), so its reader is given what compressors do write, for files from nothing to 60 KB: text, source, numbers, noise, repeats,
and alphabets of two to forty letters.

${table(["compressor", "streams", "bytes", "refused"], cells)}`;
}

function sample(random: Random): Buffer {
  const length = random.pick([0, 1, 5, 40, 300, 3000, 60_000]);
  const size = length === 0 ? 0 : random.between(1, length);
  switch (random.below(5)) {
    case 0:
      return random.bytes(size);
    case 1:
      return Buffer.alloc(size, random.text("ab\0", random.between(1, 300)));
    case 2:
      return Buffer.from(Array.from({ length: size >> 2 }, () => random.below(999)).join("\n"));
    case 3:
      return readFileSync(PYTHON_SCRIPT).subarray(random.below(900), random.below(900) + size);
    default:
      return Buffer.from(random.text(LETTERS.slice(0, random.between(2, LETTERS.length)), size));
  }
}

const LETTERS = "etaoinshrdlu cmfwypvbgkjqxz.,0123456789\n";

async function ownRows(contents: readonly Buffer[]): Promise<readonly CompressorRow[]> {
  const pool = startDeflatePool(1);
  const ours: Uint8Array[] = [];
  for (const bytes of contents) ours.push((await pool.deflate(bytes)).data);
  await pool.close();
  const levels = ([1, 6, 9] as const).flatMap((level) => contents.map((bytes) => ({ bytes, level })));
  return [
    rowOf("zlib of @zip.js/zip.js, as cavra writes it", ours),
    rowOf(
      `zlib ${process.versions.zlib} of Node`,
      levels.map(({ bytes, level }) => deflateRawSync(bytes, { level })),
    ),
    rowOf(
      "fflate",
      levels.map(({ bytes, level }) => deflateSync(bytes, { level })),
    ),
  ];
}

function rowOf(name: string, streams: readonly Uint8Array[]): CompressorRow {
  const refused = streams.flatMap((data, place) => {
    const reading = readDeflate([data], MAX_SIZE_BYTES);
    if (reading.ok) return reading.compressedSizeBytes === data.byteLength ? [] : [`${place}: more data`];
    return [`${place}: ${reading.problem}`];
  });
  const sizeBytes = streams.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { name, streams: streams.length, sizeBytes, refused };
}

function streamsIn(folder: string): readonly Uint8Array[] {
  return readdirSync(folder).map((file) => readFileSync(join(folder, file)));
}

/** A Python with the packages when there is a folder to install them into; else the one of the machine. */
async function pythonOf(tools: string | undefined, scratch: string): Promise<string> {
  if (tools === undefined) return "python3";
  const venv = join(tools, "compressors");
  const python = join(venv, "bin", "python");
  if (existsSync(python)) return python;
  mkdirSync(tools, { recursive: true });
  await runProgram(["python3", "-m", "venv", venv], ran(scratch));
  await runProgram([join(venv, "bin", "pip"), "install", "--quiet", ...PYTHON_PACKAGES], ran(scratch));
  return existsSync(python) ? python : "python3";
}

async function runGo(folder: string, out: string): Promise<void> {
  if ((await versionOf(["go", "version"])) === undefined) return;
  const env = { GOTOOLCHAIN: "local", GOFLAGS: "", GOWORK: "off", CGO_ENABLED: "0" };
  await runProgram(["go", "run", ".", folder, out], { ...ran(GO_SOURCE), env });
}

/** Programs that write zips; each packs the files of its folder into `$1`. */
const PACKERS = [
  { name: "Info-ZIP zip -1", script: 'zip -q -X -1 "$1" f*' },
  { name: "Info-ZIP zip -6", script: 'zip -q -X -6 "$1" f*' },
  { name: "Info-ZIP zip -9", script: 'zip -q -X -9 "$1" f*' },
  { name: "7z -mx=1", script: '7z a -bd -tzip -mtc=off -mx=1 "$1" f*' },
  { name: "7z -mx=5", script: '7z a -bd -tzip -mtc=off -mx=5 "$1" f*' },
  { name: "7z -mx=9", script: '7z a -bd -tzip -mtc=off -mx=9 "$1" f*' },
  { name: "bsdtar", script: 'bsdtar --format zip -cf "$1" f*' },
] as const;

async function zipRows(folder: string, scratch: string): Promise<readonly CompressorRow[]> {
  const rows: CompressorRow[] = [];
  for (const [place, { name, script }] of PACKERS.entries()) {
    const zip = join(scratch, `packed-${place}.zip`);
    await runProgram(["sh", "-c", script, "sh", zip], ran(folder));
    if (existsSync(zip)) rows.push(zipRow(name, zip));
  }
  return rows;
}

function zipRow(name: string, path: string): CompressorRow {
  const source = bufferSource(readFileSync(path));
  const zip = readZip(source, ZIP_LIMITS, "strict");
  if (!zip.ok) throw new Error(`${name}: ${zip.sightings.map(({ problem }) => problem).join(" ")}`);
  const deflated = zip.entries.filter(({ method }) => method === "deflate");
  const refused = deflated.flatMap((entry) => {
    const sighting = irregularDeflate(source, entry);
    return sighting === undefined ? [] : [`${entry.path}: ${sighting.problem}`];
  });
  const sizeBytes = deflated.reduce((sum, { compressedSizeBytes }) => sum + compressedSizeBytes, 0);
  return { name, streams: deflated.length, sizeBytes, refused };
}

function ran(cwd: string): { readonly cwd: string; readonly timeoutMs: number } {
  return { cwd, timeoutMs: TIMEOUT_MS };
}
