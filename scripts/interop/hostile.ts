import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openByteSource } from "../../src/io/byte-source.ts";
import { openZip } from "../../src/judge/open-zip.ts";
import { hostileZips } from "../../test/support/hostile-zip-cases.ts";
import { damageClasses, type Demand } from "./damage.ts";
import type { Extractor } from "./extractors.ts";
import { contentKey, firstDifference, folderContent, sha256, type FolderEntry } from "./folder-content.ts";
import { hostileVariant } from "./hostile-variants.ts";
import { Random } from "./random.ts";

export interface HostileRun {
  readonly seed: number;
  readonly variantsPerCase: number;
  readonly variantsPerDamage: number;
  readonly extractors: readonly Extractor[];
  readonly scratch: string;
}

/** What became of the zips of one class. */
export interface HostileTally {
  readonly name: string;
  readonly zips: number;
  readonly acceptedByUs: number;
  /** In the order of the extractors. */
  readonly accepted: readonly number[];
  /** Zips that some tools took and others refused. */
  readonly split: number;
  /** Zips of which two tools, both content, wrote different files. */
  readonly readDifferently: number;
}

export interface HostileResult {
  readonly tallies: readonly HostileTally[];
  readonly defects: readonly string[];
}

/** Zips are extracted into this folder and the one above is looked at, so that a file that climbs out is seen. */
const INNER = "inner";

interface HostileClass {
  readonly name: string;
  readonly demand: Demand;
  readonly variants: number;
  make(random: Random): Buffer;
}

type Reading = ReadonlyMap<string, FolderEntry>;

/** One zip in the eyes of every tool; undefined stands for a refusal. */
interface Readings {
  readonly ours: Reading | undefined;
  readonly theirs: readonly (Reading | undefined)[];
}

/** Lets every tool extract every zip and holds our reader to the demand of each class. */
export async function runHostile(run: HostileRun): Promise<HostileResult> {
  const folder = join(run.scratch, "hostile");
  mkdirSync(folder);
  const zips = writeZips(run, folder);
  const readings = await readZips(zips, folder, run.extractors);
  rmSync(folder, { recursive: true });
  const names = new Set(zips.map(({ hostile }) => hostile.name));
  return {
    tallies: [...names].map((name) =>
      tallied(
        name,
        readings.filter((_, place) => zips[place]?.hostile.name === name),
        run.extractors,
      ),
    ),
    defects: zips.flatMap(({ hostile, variant }, place) => {
      const reading = readings[place];
      const problem = reading === undefined ? "not read" : problemOf(reading, hostile, run.extractors);
      return problem === undefined ? [] : [`${hostile.name}, variant ${variant}: ${problem}`];
    }),
  };
}

function classes({ variantsPerCase, variantsPerDamage }: HostileRun): readonly HostileClass[] {
  return [
    ...hostileZips.map(({ class: hostileClass, how, entries, zip }): HostileClass => ({
      name: `${hostileClass} ${how}`,
      demand: "refused",
      variants: variantsPerCase,
      make: (random) => hostileVariant(entries, zip, random),
    })),
    ...damageClasses.map((damage): HostileClass => ({ ...damage, variants: variantsPerDamage })),
  ];
}

interface HostileZip {
  readonly hostile: HostileClass;
  readonly variant: number;
  readonly path: string;
}

function writeZips(run: HostileRun, folder: string): readonly HostileZip[] {
  return classes(run).flatMap((hostile, number) =>
    Array.from({ length: hostile.variants }, (_, variant) => {
      const path = join(folder, `${number}-${variant}.zip`);
      writeFileSync(path, hostile.make(new Random(run.seed + number * 100_000 + variant)));
      return { hostile, variant, path };
    }),
  );
}

async function readZips(
  zips: readonly HostileZip[],
  folder: string,
  extractors: readonly Extractor[],
): Promise<readonly Readings[]> {
  const columns: (readonly (Reading | undefined)[])[] = [];
  for (const extractor of extractors) {
    const jobs = zips.map(({ path }, place) => ({ zip: path, destination: join(folder, `${place}`, INNER) }));
    for (const { destination } of jobs) mkdirSync(destination, { recursive: true });
    const accepted = await extractor.extract(jobs);
    const column = jobs.map(({ destination }, place) =>
      accepted[place] === true ? folderContent(join(destination, "..")) : undefined,
    );
    columns.push(column);
    for (const { destination } of jobs) rmSync(join(destination, ".."), { recursive: true });
  }
  return zips.map(({ path }, place) => ({
    ours: ourReading(path),
    theirs: columns.map((column) => column[place]),
  }));
}

/** The judge's reading of the whole zip: grammar, yauzl, and the data of every entry. */
function ourReading(path: string): Reading | undefined {
  const file = openByteSource(path);
  try {
    const opened = openZip(file);
    if (!opened.ok) return undefined;
    const { container } = opened;
    const read = new Map<string, FolderEntry>();
    for (const { path: name, mode } of container.entries) {
      const entry = container.tryRead(name);
      if (!entry.ok) return undefined;
      read.set(`${INNER}/${container.top}/${name}`, { mode, content: sha256(entry.bytes) });
    }
    return read;
  } finally {
    file.close();
  }
}

function tallied(
  name: string,
  readings: readonly Readings[],
  extractors: readonly Extractor[],
): HostileTally {
  const accepting = ({ theirs }: Readings): readonly Reading[] =>
    theirs.filter((reading) => reading !== undefined);
  const differs = (reading: Readings): boolean =>
    new Set(accepting(reading).map((content) => contentKey(content, false))).size > 1;
  const isSplit = (reading: Readings): boolean => {
    const count = accepting(reading).length;
    return count > 0 && count < extractors.length;
  };
  return {
    name,
    zips: readings.length,
    acceptedByUs: readings.filter(({ ours }) => ours !== undefined).length,
    accepted: extractors.map(
      (_, place) => readings.filter(({ theirs }) => theirs[place] !== undefined).length,
    ),
    split: readings.filter(isSplit).length,
    readDifferently: readings.filter(differs).length,
  };
}

function problemOf(
  { ours, theirs }: Readings,
  { demand }: HostileClass,
  extractors: readonly Extractor[],
): string | undefined {
  if (ours === undefined) return undefined;
  if (demand === "refused") return "our reader accepted it";
  for (const [place, { name, restoresModes }] of extractors.entries()) {
    const reading = theirs[place];
    if (reading === undefined && demand === "never-otherwise") continue;
    const difference =
      reading === undefined ? "it was refused" : firstDifference(ours, reading, restoresModes);
    if (difference !== undefined) return `our reader accepted it, and with ${name} ${difference}`;
  }
  return undefined;
}
