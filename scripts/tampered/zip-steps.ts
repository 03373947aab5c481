import { dosTimeOf } from "../../src/formats/dos-time.ts";
import { comparePaths } from "../../src/formats/entry-names.ts";
import type { DeflatePool } from "../../src/io/deflate.ts";
import { zipBytes } from "../../src/io/zip-archive.ts";
import { forgeZip, type ForgedEntry, type ForgedZip } from "../../test/support/hostile-zip.ts";
import { flipped } from "./package-steps.ts";
import type { ZipStep } from "./recipe.ts";
import type { Sample, SampleFile } from "./samples.ts";

type Step<W extends ZipStep["word"]> = Extract<ZipStep, { word: W }>;
type Given<W extends ZipStep["word"]> = Step<W>["given"];

/** Words that our own writer cannot say: the zip is then written field by field by the forger. */
const FORGED: ReadonlySet<string> = new Set(["raw-entry", "raw-end", "add-entry"]);

/** The bytes of the zip: packed as the maker packs, or forged where a step asks for what the maker refuses. */
export async function tamperedZip(
  files: ReadonlyMap<string, SampleFile>,
  sample: Sample,
  steps: readonly ZipStep[],
  pool: DeflatePool,
): Promise<Uint8Array> {
  const isForged = steps.some(({ word }) => FORGED.has(word));
  const packed = isForged ? forged(files, sample, steps) : await packedByMaker(files, sample, steps, pool);
  return steps.reduce(withStep, packed);
}

async function packedByMaker(
  files: ReadonlyMap<string, SampleFile>,
  { top, manifest }: Sample,
  steps: readonly ZipStep[],
  pool: DeflatePool,
): Promise<Uint8Array> {
  const change = steps.find((step): step is Step<"pack"> => step.word === "pack")?.given;
  const entries = [...files].map(([path, { bytes, mode }]) => ({ path, mode, read: () => bytes }));
  const pieces: Uint8Array[] = [];
  const options = {
    top,
    method: change?.method ?? manifest.zip.method,
    sourceDateEpoch: change?.sourceDateEpoch ?? manifest.sourceDateEpoch,
    pool,
  };
  for await (const piece of zipBytes(entries, options)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function withStep(zip: Uint8Array, step: ZipStep): Uint8Array {
  switch (step.word) {
    case "flip-byte":
      return flipped(zip, step.given.offset);
    case "prepend-bytes":
      return Buffer.concat([Buffer.from(step.given.text), zip]);
    case "append-bytes":
      return Buffer.concat([zip, Buffer.from(step.given.text)]);
    case "truncate":
      return zip.subarray(0, zip.byteLength - step.given.bytes);
    case "pack":
    case "raw-entry":
    case "raw-end":
    case "add-entry":
      return zip;
  }
}

/** As the profile has it, but for what the steps say. */
function forged(
  files: ReadonlyMap<string, SampleFile>,
  sample: Sample,
  steps: readonly ZipStep[],
): Uint8Array {
  const dosTime = dosTimeOf(sample.manifest.sourceDateEpoch) ?? 0;
  const both = { time: dosTime & 0xffff, date: dosTime >>> 16 };
  let entries = [...files]
    .toSorted(([a], [b]) => comparePaths(a, b))
    .map(([path, { bytes, mode }]): ForgedEntry => ({
      name: `${sample.top}/${path}`,
      content: bytes,
      both,
      central: { external: mode === 0o755 ? 0x81ed_0020 : 0x81a4_0020 },
    }));
  let end: ForgedZip = {};
  for (const step of steps) {
    if (step.word === "raw-entry") entries = withRawEntry(entries, sample.top, step.given);
    if (step.word === "add-entry") entries = withAddedEntry(entries, both, sample.top, step.given);
    if (step.word === "raw-end") end = rawEnd(step.given);
  }
  return forgeZip(entries, end);
}

function withRawEntry(
  entries: readonly ForgedEntry[],
  top: string,
  { path, both, local, central, localName, extra }: Given<"raw-entry">,
): ForgedEntry[] {
  const index = entries.findIndex(({ name }) => name === `${top}/${path}`);
  const entry = entries[index];
  if (entry === undefined) throw new Error(`the zip has no entry ${path}`);
  const extraField = extra === undefined ? {} : { extra: Buffer.from(extra, "hex") };
  const changed: ForgedEntry = {
    ...entry,
    both: { ...entry.both, ...Object.fromEntries(both ?? []) },
    local: {
      ...Object.fromEntries(local ?? []),
      ...(localName === undefined ? {} : { name: `${top}/${localName}` }),
      ...extraField,
    },
    central: { ...entry.central, ...Object.fromEntries(central ?? []), ...extraField },
  };
  return entries.toSpliced(index, 1, changed);
}

/** `name` as it stands in the zip; `$TOP` is the top folder. Placed where the order of names wants it. */
function withAddedEntry(
  entries: readonly ForgedEntry[],
  both: NonNullable<ForgedEntry["both"]>,
  top: string,
  { name, text, external }: Given<"add-entry">,
): ForgedEntry[] {
  const full = name.replace("$TOP", top);
  const added: ForgedEntry = {
    name: full,
    content: text,
    both,
    central: external === undefined ? {} : { external },
  };
  const index = entries.findIndex((entry) => comparePaths(entry.name, full) > 0);
  return entries.toSpliced(index < 0 ? entries.length : index, 0, added);
}

function rawEnd({ set, comment }: Given<"raw-end">): ForgedZip {
  const commentBytes = comment === undefined ? {} : { comment: Buffer.from(comment) };
  return { end: { ...Object.fromEntries(set ?? []), ...commentBytes } };
}
